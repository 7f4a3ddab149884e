"""Linear hypotheses on coefficients, and how far moderators overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.design import INTERCEPT
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.intervals import WaldTest, joint_test


def wald_test(fit: Fit, contrasts: ArrayLike) -> WaldTest:
    """Test that linear combinations of the coefficients are all zero.

    Parameters
    ----------
    fit
        Of a meta-regression or mean.
    contrasts
        One combination a row, one coefficient a column in the order of
        ``fit.coefficients``; shape (m, p), or (p,) for a single one. Rows
        must not follow from each other.

    Returns
    -------
    WaldTest
        χ² with m degrees of freedom, or F with those of the fit's intervals;
        Hotelling's test for cluster-robust errors with Satterthwaite's.

    Raises
    ------
    OptionError
        When the shape, a value or the rank is wrong.

    References
    ----------
    Knapp and Hartung 2003, doi:10.1002/sim.1482.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import MetaRegression
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> fit = MetaRegression("~ dose", interval="wald").fit(effects)
    >>> test = wald_test(fit, [0, 1])
    >>> round(test.statistic, 2), test.df, round(test.p_value, 4)
    (9.03, 1, 0.0027)
    """
    L = np.atleast_2d(np.asarray(contrasts, dtype=float))
    p = len(fit.coefficients)
    if L.ndim != 2 or L.shape[1] != p or not np.isfinite(L).all():
        raise OptionError(
            f"contrasts of shape {L.shape} do not fit: give finite numbers, one column "
            f"for each of {', '.join(fit.coefficients['term'])}."
        )
    if np.linalg.matrix_rank(L) < L.shape[0]:
        raise OptionError(
            f"contrasts has {L.shape[0]} rows, but some follow from the others; "
            "leave those out."
        )
    if fit.joint is not None:
        test: WaldTest = fit.joint(L)
        return test
    return joint_test(L @ fit.params.to_numpy(), L @ fit.vcov @ L.T, fit.estimate.df)


def variance_inflation(fit: Fit) -> pd.Series[float]:
    """Factors by which overlap of the moderators inflates variances.

    The diagonal of the inverse of the correlation matrix of the coefficients,
    without the intercept; 1 for a moderator that overlaps with no other.

    Parameters
    ----------
    fit
        Of a meta-regression.

    Returns
    -------
    pandas.Series
        By term.

    Raises
    ------
    ModelError
        When the fit has no moderators.

    References
    ----------
    Fox and Monette 1992, doi:10.1080/01621459.1992.10475190.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import MetaRegression
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.7], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 0, 1], "year": [0, 0, 1, 1]})
    >>> variance_inflation(MetaRegression("~ dose + year").fit(effects)).round(9)
    term
    dose    1.0
    year    1.0
    Name: vif, dtype: float64
    """
    terms = fit.coefficients["term"]
    of = np.flatnonzero(terms != INTERCEPT)
    if fit.omnibus is None or not of.size:
        raise ModelError(f"{fit.model!r} has no moderators that could overlap.")
    vcov = fit.vcov[np.ix_(of, of)]
    factors = np.diag(vcov) * np.diag(np.linalg.inv(vcov))
    return pd.Series(factors, index=terms.iloc[of], name="vif")
