"""Correlations of two variables on a scale: raw, unbiased, and Fisher's z."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import hyp2f1, stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.averages import weighted_mean
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe

CORVType = Literal["LS", "AV", "H0"]
UCORVType = Literal["LS", "UB", "AV"]

#: Two people always correlate by ±1.
FEWEST = 3

#: Bias and z need more of them.
_SMALL = "4 (UCOR: 5) people or more are needed, and a correlation between -1 and 1."

#: As metafor has it: with fewer the variances of COR and UCOR say nothing.
FEWEST_FOR_VARIANCE = 4
FEWEST_UNBIASED = 5

#: Above this c the series of ₂F₁ converges fast, and SciPy's overflows (c > 150).
LARGE = 30.0

#: Terms of that series, enough for the last digit at c = 30.
TERMS = 60

OR_R = (("ri", "ni"), ("ti", "ni"), ("pi", "ni"))


def correlation(*, ri: FloatArray, ni: FloatArray, vtype: CORVType = "LS") -> YV:
    """Correlation coefficient r (COR).

    Parameters
    ----------
    ri, ni
        Correlations and numbers of people, shape (k,). Below 4 people v is NaN,
        and with it y; a correlation of ±1 has v = 0, which cannot be pooled.
    vtype
        "LS": (1 − r²)²/(n − 1). "AV": the same with the average of r over
        studies, weighted by n. "H0": (1 − r²)/(n − 2), the square of the
        error of its t test.

    Examples
    --------
    >>> import numpy as np
    >>> r, n = np.array([0.1, 0.4]), np.array([11.0, 21.0])
    >>> correlation(ri=r, ni=n, vtype="AV")[1].round(4)
    array([0.0831, 0.0416])
    """
    df = np.where(ni >= FEWEST_FOR_VARIANCE, ni - 1, np.nan)
    if vtype == "H0":
        return ri, (1 - ri**2) / (df - 1)
    plugged = weighted_mean(ri, ni) if vtype == "AV" else ri
    return ri, (1 - plugged**2) ** 2 / df + 0 * ri


def unbiased_correlation(
    *, ri: FloatArray, ni: FloatArray, vtype: UCORVType = "LS"
) -> YV:
    """Correlation corrected for its bias towards 0, u = r·₂F₁(½, ½; (n−2)/2; 1−r²).

    Parameters
    ----------
    ri, ni
        Correlations and numbers of people, shape (k,). NaN below 5 people.
    vtype
        "LS" and "AV" as in `correlation`, with u in place of r. "UB": the
        unbiased estimate u² − 1 + (n−3)/(n−2)·(1−r²)·₂F₁(1, 1; n/2; 1−r²);
        where r is near 0 it may be negative.

    References
    ----------
    Olkin and Pratt 1958, doi:10.1214/aoms/1177706717; Hedges 1989,
    doi:10.1037/0021-9010.74.3.469.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = unbiased_correlation(ri=np.array([0.5]), ni=np.array([20.0]))
    >>> y.round(4), v.round(4)
    (array([0.5115]), array([0.0287]))
    """
    left, ni = 1 - ri**2, np.where(ni >= FEWEST_UNBIASED, ni, np.nan)
    u = np.where(ri == 0, 0.0, ri * _gauss(0.5, (ni - 2) / 2, left))
    if vtype == "UB":
        squared = 1 - (ni - 3) / (ni - 2) * left * _gauss(1.0, ni / 2, left)
        return u, u**2 - squared
    plugged = weighted_mean(u, ni) if vtype == "AV" else u
    return u, (1 - plugged**2) ** 2 / (ni - 1) + 0 * u


def _gauss(a: float, c: FloatArray, x: FloatArray) -> FloatArray:
    """₂F₁(a, a; c; x), for x from 0 to 1."""
    k = np.arange(TERMS)[:, None]
    ratios = (a + k) ** 2 / ((c + k) * (k + 1)) * x
    series = 1 + np.cumprod(ratios, axis=0).sum(axis=0)
    small = hyp2f1(a, a, np.minimum(c, LARGE), x)
    f: FloatArray = np.where(c > LARGE, series, small)
    return f


def correlation_z(*, ri: FloatArray, ni: FloatArray) -> YV:
    """Fisher's z of a correlation; its variance is 1/(n − 3) (ZCOR).

    Parameters
    ----------
    ri, ni
        Correlations and numbers of people, shape (k,).

    References
    ----------
    Fisher 1921, Metron 1: 3–32, hdl:2440/15169.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = correlation_z(ri=np.array([0.5]), ni=np.array([19.0]))
    >>> y.round(4), v
    (array([0.5493]), array([0.0625]))
    """
    return np.arctanh(ri), 1 / np.where(ni > 3, ni - 3, np.nan)


def _r(inputs: Inputs, choices: Choices) -> Arrays:
    own = check_inputs(inputs.only(("ri", "ti", "pi", "ni")), FEWEST)
    n, r = own.get("ni"), own.get("ri")
    by_p = -np.sign(own.get("pi")) * stdtrit(n - 2, np.abs(own.get("pi")) / 2)
    t = np.where(np.isnan(own.get("ti")), by_p, own.get("ti"))
    return {"ri": np.where(np.isnan(r), t / np.sqrt(t**2 + n - 2), r), "ni": n}


RECIPES = {
    "COR": Recipe(
        meaning="correlation",
        source="10.1037/0021-9010.74.3.469",
        kernel=correlation,
        ways=OR_R,
        prepare=_r,
        vtypes=CORVType,
        takes=("vtype",),
        undefined=_SMALL,
    ),
    "UCOR": Recipe(
        meaning="correlation, unbiased",
        source="10.1214/aoms/1177706717",
        kernel=unbiased_correlation,
        ways=OR_R,
        prepare=_r,
        vtypes=UCORVType,
        takes=("vtype",),
        undefined=_SMALL,
    ),
    "ZCOR": Recipe(
        meaning="Fisher's z of COR",
        source="hdl:2440/15169",
        kernel=correlation_z,
        ways=OR_R,
        prepare=_r,
        back_transform="tanh",
        undefined=_SMALL,
    ),
}
