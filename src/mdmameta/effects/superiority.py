"""The probability that a person of group 1 scores above one of group 2."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtr

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.continuous import FEWEST, SIZES, TWO_MEANS
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe, checked

CLESVType = Literal["LS", "LS2"]


def superiority(
    *, ai: FloatArray, n1i: FloatArray, n2i: FloatArray, vtype: CLESVType = "LS"
) -> YV:
    """Probability of superiority as printed, or area under the curve (CLES, AUC).

    Parameters
    ----------
    ai
        U/(n1·n2) of the Mann–Whitney test, from 0 to 1, shape (k,).
    n1i, n2i
        Sizes of the groups, shape (k,).
    vtype
        With a = (1 − y)/(2 − y) and b = y/(1 + y): "LS", method 4 of Newcombe,
        y(1 − y)(1 + ((n1 + n2)/2 − 1)(a + b))/((n1 − 1)(n2 − 1)); "LS2", Hanley
        and McNeil, y(1 − y)(1 + (n1 − 1)·a + (n2 − 1)·b)/((n1 − 1)(n2 − 1)).
        Both with n − 1 in the denominator (Cho et al. 2019), as in metafor.

    References
    ----------
    Newcombe 2006, doi:10.1002/sim.2324; Hanley and McNeil 1982,
    doi:10.1148/radiology.143.1.7063747; Cho et al. 2019, doi:10.1111/insr.12277.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = superiority(
    ...     ai=np.array([0.7]), n1i=np.array([20.0]), n2i=np.array([25.0]))
    >>> y.round(4), v.round(4)
    (array([0.7]), array([0.0068]))
    """
    a, b = (1 - ai) / (2 - ai), ai / (1 + ai)
    if vtype == "LS2":
        more = (n1i - 1) * a + (n2i - 1) * b
    else:
        more = ((n1i + n2i) / 2 - 1) * (a + b)
    return ai, ai * (1 - ai) * (1 + more) / ((n1i - 1) * (n2i - 1))


def normal_superiority(
    *,
    m1i: FloatArray,
    sd1i: FloatArray,
    n1i: FloatArray,
    m2i: FloatArray,
    sd2i: FloatArray,
    n2i: FloatArray,
) -> YV:
    """Probability of superiority of normal scores, their SDs free to differ (CLESN).

    With S² = SD1² + SD2² and z = (m1 − m2)/S, y = Φ(z) and, by the delta
    method, v = φ(z)²·Σ (SD²/S² + z²·SD⁴/(2 S⁴))/(n − 1) over both groups.

    Parameters
    ----------
    m1i, sd1i, n1i, m2i, sd2i, n2i
        Means, standard deviations and sizes of the groups, shape (k,).

    References
    ----------
    Goddard and Hinberg 1990, doi:10.1002/sim.4780090315.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = normal_superiority(
    ...     m1i=np.array([5.0]), sd1i=np.array([3.0]), n1i=np.array([20.0]),
    ...     m2i=np.array([3.0]), sd2i=np.array([4.0]), n2i=np.array([20.0]),
    ... )
    >>> y.round(4), v.round(4)
    (array([0.6554]), array([0.0074]))
    """
    s2 = sd1i**2 + sd2i**2
    z = (m1i - m2i) / np.sqrt(s2)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    share1, share2 = sd1i**2 / s2, sd2i**2 / s2
    v1 = (share1 + (z * share1) ** 2 / 2) / (n1i - 1)
    v2 = (share2 + (z * share2) ** 2 / 2) / (n2i - 1)
    return ndtr(z), density**2 * (v1 + v2)


def _printed(inputs: Inputs, choices: Choices) -> Arrays:
    own = check_inputs(inputs.only(("ai", *SIZES)), FEWEST)
    bad = (own.get("ai") < 0) | (own.get("ai") > 1)
    own.refuse("ai", bad, "a probability from 0 to 1")
    return own.pick(("ai", *SIZES))


def _of_printed(meaning: str) -> Recipe:
    return Recipe(
        meaning=meaning,
        source="10.1002/sim.2324",
        kernel=superiority,
        ways=(("ai", *SIZES),),
        prepare=_printed,
        vtypes=CLESVType,
        takes=("vtype",),
        null=0.5,
    )


def _of_means(meaning: str) -> Recipe:
    return Recipe(
        meaning=meaning,
        source="10.1002/sim.4780090315",
        kernel=normal_superiority,
        ways=(TWO_MEANS,),
        prepare=checked(TWO_MEANS, FEWEST),
        null=0.5,
    )


RECIPES = {
    "CLES": _of_printed("probability of superiority"),
    "AUC": _of_printed("area under the curve"),
    "CLESN": _of_means("same, of normal scores"),
    "AUCN": _of_means("same, of normal scores"),
}
