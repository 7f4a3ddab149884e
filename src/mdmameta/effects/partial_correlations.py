"""Correlations of an outcome with one predictor of a regression, given the others."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.averages import weighted_mean
from mdmameta.effects.corrections import fisher_z
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe

PCORVType = Literal["LS", "AV"]

PREDICTOR = tuple((stat, "mi", "ni") for stat in ("ti", "pi", "ri"))
SHARE = (("ti", "mi", "ni", "r2i"), ("pi", "mi", "ni", "r2i"), ("ri", "ni", "r2i"))


def partial_correlation(
    *, ri: FloatArray, mi: FloatArray, ni: FloatArray, vtype: PCORVType = "LS"
) -> YV:
    """Partial correlation r = t/√(t² + df), with df = n − m − 1 (PCOR).

    Its variance is that of a correlation of n − (m − 1) people, since as many
    others are held constant: (1 − r²)²/(n − m).

    Parameters
    ----------
    ri
        Partial correlations, shape (k,).
    mi
        Predictors of the regression, that of interest counted, shape (k,).
    ni
        Numbers of people, shape (k,).
    vtype
        "LS", as above. "AV": the same with the average of r over studies, weighted
        by n.

    References
    ----------
    Aloe and Thompson 2013, doi:10.5243/jsswr.2013.24.

    Examples
    --------
    >>> import numpy as np
    >>> r, m, n = np.array([0.5]), np.array([4.0]), np.array([30.0])
    >>> partial_correlation(ri=r, mi=m, ni=n)[1]
    array([0.02163462])
    """
    plugged = weighted_mean(ri, ni) if vtype == "AV" else ri
    return ri, (1 - plugged**2) ** 2 / (ni - mi) + 0 * ri


def partial_correlation_z(*, ri: FloatArray, mi: FloatArray, ni: FloatArray) -> YV:
    """Fisher's z of a partial correlation; its variance is 1/(n − m − 2) (ZPCOR).

    Parameters
    ----------
    ri, mi, ni
        As in `partial_correlation`.

    References
    ----------
    Aloe and Thompson 2013, doi:10.5243/jsswr.2013.24.
    """
    return np.arctanh(ri), 1 / (ni - mi - 2) + 0 * ri


def semipartial_correlation(*, ri: FloatArray, ni: FloatArray, r2i: FloatArray) -> YV:
    """Semi-partial correlation r = t √(1 − R²)/√df, with df = n − m − 1 (SPCOR).

    With f = R² − r², the R² of the others, v = (R⁴ − 2R² + f + 1 − f²)/n.

    Parameters
    ----------
    ri
        Semi-partial correlations, shape (k,).
    ni
        Numbers of people, shape (k,).
    r2i
        R² of the regression, shape (k,).

    References
    ----------
    Aloe and Becker 2012, doi:10.3102/1076998610396901.
    """
    f = r2i - ri**2
    return ri, (r2i**2 - 2 * r2i + f + 1 - f**2) / ni


def semipartial_correlation_z(*, ri: FloatArray, ni: FloatArray, r2i: FloatArray) -> YV:
    """Fisher's z of a semi-partial correlation, by the delta method (ZSPCOR).

    Parameters
    ----------
    ri, ni, r2i
        As in `semipartial_correlation`.
    """
    return fisher_z(*semipartial_correlation(ri=ri, ni=ni, r2i=r2i))


def _statistic(inputs: Inputs) -> tuple[Inputs, FloatArray, FloatArray]:
    """Check the inputs; return them with t and its degrees of freedom."""
    own = check_inputs(inputs.only(("ri", "ti", "pi", "mi", "ni", "r2i")), 3)
    n, m = own.get("ni"), own.get("mi")
    own.refuse("mi", m < 1, "1 or more predictors")
    own.refuse("ni", n <= m + 1, "at least mi + 2: a coefficient needs people to spare")
    df = n - m - 1
    by_p = -np.sign(own.get("pi")) * stdtrit(df, np.abs(own.get("pi")) / 2)
    return own, np.where(np.isnan(own.get("ti")), by_p, own.get("ti")), df


def _partial(inputs: Inputs, choices: Choices) -> Arrays:
    own, t, df = _statistic(inputs)
    r = np.where(np.isnan(own.get("ri")), t / np.sqrt(t**2 + df), own.get("ri"))
    return {"ri": r, **own.pick(("mi", "ni"))}


def _semipartial(inputs: Inputs, choices: Choices) -> Arrays:
    own, t, df = _statistic(inputs)
    r2 = own.get("r2i")
    own.refuse("r2i", (r2 < 0) | (r2 >= 1), "a share from 0 to below 1")
    r = np.where(np.isnan(own.get("ri")), t * np.sqrt((1 - r2) / df), own.get("ri"))
    beyond = r**2 > r2 + 1e-9
    own.refuse("r2i", beyond, "at least the square of the semi-partial correlation")
    return {"ri": r, **own.pick(("ni", "r2i"))}


_ALOE = "10.3102/1076998610396901"

RECIPES = {
    "PCOR": Recipe(
        meaning="partial correlation",
        source="10.5243/jsswr.2013.24",
        kernel=partial_correlation,
        ways=PREDICTOR,
        prepare=_partial,
        vtypes=PCORVType,
        takes=("vtype",),
    ),
    "ZPCOR": Recipe(
        meaning="Fisher's z of PCOR",
        source="10.5243/jsswr.2013.24",
        kernel=partial_correlation_z,
        ways=PREDICTOR,
        prepare=_partial,
        back_transform="tanh",
        undefined="mi + 3 people are needed, and a correlation between -1 and 1.",
    ),
    "SPCOR": Recipe(
        meaning="semi-partial correlation",
        source=_ALOE,
        kernel=semipartial_correlation,
        ways=SHARE,
        prepare=_semipartial,
    ),
    "ZSPCOR": Recipe(
        meaning="Fisher's z of SPCOR",
        source=_ALOE,
        kernel=semipartial_correlation_z,
        ways=SHARE,
        prepare=_semipartial,
        back_transform="tanh",
    ),
}
