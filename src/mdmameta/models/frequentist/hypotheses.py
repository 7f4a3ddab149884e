"""Linear hypotheses on coefficients, and how far moderators overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.errors import ModelError
from mdmameta.models.design import INTERCEPT
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.intervals import WaldTest, joint_test
from mdmameta.models.frequentist.linear_hypotheses import linear_hypotheses


def wald_test(fit: Fit, hypotheses: str | Sequence[str] | ArrayLike) -> WaldTest:
    """Test linear hypotheses on the coefficients, all of them at once.

    Parameters
    ----------
    fit
        Of a meta-regression, a mean, or a multilevel model, with robust errors
        or without.
    hypotheses
        The name of a coefficient, tested to be 0; the name of a factor, for
        all its coefficients together; an equation such as ``"a - b = 0"``,
        ``"a = b = c"`` or ``"2 * a + b = 1"``; several of these in a list, or
        in one text with commas. Or numbers: one combination a row, one column
        a coefficient in the order of ``fit.coefficients``, shape (m, p) or
        (p,), each tested to be 0.

    Returns
    -------
    WaldTest
        χ² with m degrees of freedom, or F with those of the fit's intervals,
        the least of the coefficients involved; Hotelling's test for
        cluster-robust errors with Satterthwaite's. ``hypotheses`` says what
        was tested.

    Raises
    ------
    OptionError
        For a name that is not there, with those that are; a shape or value
        that does not fit; hypotheses that follow from the others.

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
    >>> test = wald_test(fit, "dose")
    >>> round(test.statistic, 2), test.df, round(test.p_value, 4)
    (9.03, 1, 0.0027)
    >>> round(wald_test(fit, "Intercept + 2 * dose = 0.5").p_value, 2)
    0.7
    """
    asked = linear_hypotheses(hypotheses, list(fit.coefficients["term"]))
    L, beta = asked.L, fit.coefficients["value"].to_numpy(dtype=float)
    if fit.joint is not None:
        test: WaldTest = fit.joint(L, asked.r)
    else:
        involved = L.any(axis=0)
        df = float(fit.coefficients["df"].to_numpy()[involved].min())
        test = joint_test(L @ beta - asked.r, L @ fit.vcov @ L.T, df)
    return replace(test, hypotheses=asked.names)


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
        When the fit has no moderators, or no error.

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
    se = np.sqrt(np.diag(vcov))
    if not se.all():
        raise ModelError(
            f"the errors of {fit.model!r} are 0, as effects lie on the fitted line; "
            "with interval='wald' they do not rest on the effects."
        )
    # A correlation matrix can be inverted also where all variances are tiny.
    factors = np.diag(np.linalg.inv(vcov / np.outer(se, se)))
    return pd.Series(factors, index=terms.iloc[of], name="vif")
