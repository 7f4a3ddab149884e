"""Coefficients of determination of linear regressions, R²."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import fdtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.averages import weighted_mean
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe

R2VType = Literal["LS", "LS2", "AV", "AV2"]

OR_R2 = tuple((stat, "mi", "ni") for stat in ("r2i", "fi", "pi"))


def determination(
    *, r2i: FloatArray, mi: FloatArray, ni: FloatArray, vtype: R2VType = "LS"
) -> YV:
    """Share R² of the variance that a regression on random predictors explains (R2).

    The formulas hold where the true R² is not 0. As R² is never negative, a
    pooled one says nothing on whether there is an association.

    Parameters
    ----------
    r2i, mi, ni
        R², numbers of predictors without the intercept, and of people,
        shape (k,).
    vtype
        "LS": 4R²(1 − R²)²/n. "LS2": 4R²(1 − R²)²(n − m − 1)²/((n² − 1)(n + 3)).
        "AV" and "AV2": the same with the average of R² over studies, weighted
        by n.

    References
    ----------
    Olkin and Finn 1995, doi:10.1037/0033-2909.118.1.155.

    Examples
    --------
    >>> import numpy as np
    >>> r2, m, n = np.array([0.5]), np.array([2.0]), np.array([100.0])
    >>> determination(r2i=r2, mi=m, ni=n)[1]
    array([0.005])
    """
    plugged = weighted_mean(r2i, ni) if vtype in ("AV", "AV2") else r2i
    spread = 4 * plugged * (1 - plugged) ** 2 + 0 * r2i
    if vtype in ("LS2", "AV2"):
        return r2i, spread * (ni - mi - 1) ** 2 / ((ni**2 - 1) * (ni + 3))
    return r2i, spread / ni


def determination_z(*, r2i: FloatArray, mi: FloatArray, ni: FloatArray) -> YV:
    """Fisher's z of R, the root of R²; its variance is 1/n (ZR2).

    Parameters
    ----------
    r2i, mi, ni
        As in `determination`.

    References
    ----------
    Olkin and Finn 1995, doi:10.1037/0033-2909.118.1.155.
    """
    return np.arctanh(np.sqrt(r2i)), 1 / ni + 0 * r2i


def _r2(inputs: Inputs, choices: Choices) -> Arrays:
    own = check_inputs(inputs.only(("r2i", "fi", "pi", "mi", "ni")), 3)
    r2, m, n = own.get("r2i"), own.get("mi"), own.get("ni")
    own.refuse("r2i", (r2 < 0) | (r2 >= 1), "a share from 0 to below 1")
    own.refuse("fi", own.get("fi") < 0, "an F statistic of 0 or more")
    own.refuse("pi", own.get("pi") < 0, "a p-value above 0")
    own.refuse("mi", m < 1, "1 or more predictors")
    own.refuse("ni", n <= m + 1, "at least mi + 2: a regression needs people to spare")
    by_p = fdtri(m, n - m - 1, 1 - own.get("pi"))
    f = np.where(np.isnan(own.get("fi")), by_p, own.get("fi"))
    by_f = m * f / (m * f + n - m - 1)
    return {"r2i": np.where(np.isnan(r2), by_f, r2), "mi": m, "ni": n}


_OLKIN = "10.1037/0033-2909.118.1.155"

RECIPES = {
    "R2": Recipe(
        meaning="R² of a regression",
        source=_OLKIN,
        kernel=determination,
        ways=OR_R2,
        prepare=_r2,
        vtypes=R2VType,
        takes=("vtype",),
        null=None,
    ),
    "ZR2": Recipe(
        meaning="Fisher's z of its root",
        source=_OLKIN,
        kernel=determination_z,
        ways=OR_R2,
        prepare=_r2,
        back_transform="tanh squared",
        null=None,
    ),
}
