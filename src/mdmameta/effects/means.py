"""Measures of one group on a scale: its mean, its spread, and their ratio."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.averages import weighted_mean
from mdmameta.effects.continuous import FEWEST
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.recipe import YV, Recipe, checked
from mdmameta.effects.single_group import FEWEST_IN_ONE_GROUP, SMALL
from mdmameta.options import Correction

MeanVType = Literal["LS", "HO"]

ONE_MEAN = ("mi", "sdi", "ni")

#: Why the log of a mean may not exist.
POSITIVE = "The mean must be above zero."


def mean(
    *, mi: FloatArray, sdi: FloatArray, ni: FloatArray, vtype: MeanVType = "LS"
) -> YV:
    """Mean of a group (MN).

    Parameters
    ----------
    mi, sdi, ni
        Means, standard deviations (not errors) and sizes, shape (k,).
    vtype
        "LS": SD²/n. "HO": the same with one SD², that of all studies, weighted
        by n − 1.

    Examples
    --------
    >>> import numpy as np
    >>> groups = {"mi": [5.0, 7.0], "sdi": [2.0, 4.0], "ni": [11.0, 11.0]}
    >>> arrays = {name: np.array(x) for name, x in groups.items()}
    >>> mean(**arrays, vtype="HO")[1].round(4)
    array([0.9091, 0.9091])
    """
    if vtype == "HO":
        return mi, weighted_mean(sdi**2, ni - 1) / ni + 0 * sdi
    return mi, sdi**2 / ni


def standardised_mean(
    *, mi: FloatArray, sdi: FloatArray, ni: FloatArray, correction: Correction = "exact"
) -> YV:
    """Mean of a group over its SD; its variance is 1/n + y²/(2n) (SMN).

    Parameters
    ----------
    mi, sdi, ni
        Means (less any constant of interest), standard deviations and sizes,
        shape (k,).
    correction
        See `bias_correction`; J has n − 1 degrees of freedom.
    """
    y = bias_correction(ni - 1, correction) * mi / sdi
    return y, 1 / ni + y**2 / (2 * ni)


def log_mean(
    *, mi: FloatArray, sdi: FloatArray, ni: FloatArray, vtype: MeanVType = "LS"
) -> YV:
    """Log of the mean of a ratio scale (MNLN).

    Parameters
    ----------
    mi, sdi, ni
        Means, standard deviations and sizes, shape (k,).
    vtype
        "LS": CV²/n, with CV = SD/mean. "HO": the same with one CV, averaged
        over studies, weighted by n.

    References
    ----------
    Nakagawa et al. 2015, doi:10.1111/2041-210X.12309.
    """
    return np.log(mi), _cv(mi, sdi, ni, vtype) ** 2 / ni


def log_sd(*, sdi: FloatArray, ni: FloatArray, correction: Correction = "exact") -> YV:
    """Log of a standard deviation; its variance is 1/(2(n − 1)) (SDLN).

    Parameters
    ----------
    sdi, ni
        Standard deviations and sizes, shape (k,).
    correction
        Unless "none", 1/(2(n − 1)) is added to the log.

    References
    ----------
    Raudenbush and Bryk 1987, doi:10.3102/10769986012003241.
    """
    v = 1 / (2 * (ni - 1))
    y: FloatArray = np.log(sdi)
    return (y if correction == "none" else y + v), v


def log_cv(
    *,
    mi: FloatArray,
    sdi: FloatArray,
    ni: FloatArray,
    vtype: MeanVType = "LS",
    correction: Correction = "exact",
) -> YV:
    """Log of a coefficient of variation, SD over mean (CVLN).

    y is SDLN minus MNLN, and v the sum of their variances.

    Parameters
    ----------
    mi, sdi, ni
        Means, standard deviations and sizes, shape (k,).
    vtype
        Of the log mean, see `log_mean`.
    correction
        Of the log SD, see `log_sd`.

    References
    ----------
    Nakagawa et al. 2015, doi:10.1111/2041-210X.12309.
    """
    log_s, v_s = log_sd(sdi=sdi, ni=ni, correction=correction)
    log_m, v_m = log_mean(mi=mi, sdi=sdi, ni=ni, vtype=vtype)
    return log_s - log_m, v_s + v_m


def _cv(
    mi: FloatArray, sdi: FloatArray, ni: FloatArray, vtype: MeanVType
) -> FloatArray:
    cv = sdi / mi
    return weighted_mean(cv, ni) + 0 * cv if vtype == "HO" else cv


_NAKAGAWA = "10.1111/2041-210X.12309"

RECIPES = {
    "MN": Recipe(
        meaning="mean",
        source="10.1002/9781119536604",
        kernel=mean,
        ways=(ONE_MEAN,),
        prepare=checked(ONE_MEAN, FEWEST),
        vtypes=MeanVType,
        takes=("vtype",),
        null=None,
    ),
    "SMN": Recipe(
        meaning="mean over SD",
        source="10.3102/10769986018003271",
        kernel=standardised_mean,
        ways=(ONE_MEAN,),
        prepare=checked(ONE_MEAN, FEWEST_IN_ONE_GROUP),
        takes=("correction",),
        null=0.0,
        undefined=SMALL,
    ),
    "MNLN": Recipe(
        meaning="log mean",
        source=_NAKAGAWA,
        kernel=log_mean,
        ways=(ONE_MEAN,),
        prepare=checked(ONE_MEAN, FEWEST),
        vtypes=MeanVType,
        takes=("vtype",),
        back_transform="exp",
        null=None,
        undefined=POSITIVE,
    ),
    "SDLN": Recipe(
        meaning="log SD",
        source="10.3102/10769986012003241",
        kernel=log_sd,
        ways=(("sdi", "ni"),),
        prepare=checked(("sdi", "ni"), FEWEST),
        takes=("correction",),
        back_transform="exp",
        null=None,
    ),
    "CVLN": Recipe(
        meaning="log CV",
        source=_NAKAGAWA,
        kernel=log_cv,
        ways=(ONE_MEAN,),
        prepare=checked(ONE_MEAN, FEWEST),
        vtypes=MeanVType,
        takes=("vtype", "correction"),
        back_transform="exp",
        null=None,
        undefined=POSITIVE,
    ),
}
