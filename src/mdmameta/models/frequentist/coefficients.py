"""Tests and intervals of coefficients that have degrees of freedom of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.models.coefficient_table import coefficient_table
from mdmameta.models.design import INTERCEPT
from mdmameta.models.fit import Omnibus
from mdmameta.models.frequentist.intervals import (
    critical_value,
    joint_test,
    two_sided_p,
)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Coefficients:
    """Estimates of p coefficients, each with its test and interval.

    Parameters
    ----------
    terms
        Names of the p coefficients.
    value, se, statistic, df, p_value, ci_low, ci_high
        Shape (p,).
    """

    terms: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray

    @property
    def first(self) -> dict[str, float]:
        """Numbers of the first coefficient, which the estimate is."""
        return {
            "value": float(self.value[0]),
            "se": float(self.se[0]),
            "statistic": float(self.statistic[0]),
            "df": float(self.df[0]),
            "p_value": float(self.p_value[0]),
            "ci_low": float(self.ci_low[0]),
            "ci_high": float(self.ci_high[0]),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a term, as in `Fit`."""
        return coefficient_table(
            self.terms,
            self.value,
            self.se,
            self.statistic,
            self.df,
            self.p_value,
            self.ci_low,
            self.ci_high,
        )


def tested(
    terms: tuple[str, ...],
    beta: FloatArray,
    vcov: FloatArray,
    df: FloatArray,
    level: float,
) -> Coefficients:
    """Test each coefficient, and give its interval, by its own t.

    Parameters
    ----------
    terms, beta, vcov, df
        Names, values, covariance and degrees of freedom; infinite ones are of
        the normal.
    level
        Probability of the intervals.

    Examples
    --------
    >>> one = tested(("a",), np.array([0.5]), np.array([[0.04]]), np.array([4.0]), 0.95)
    >>> round(one.first["ci_low"], 3), round(one.first["p_value"], 3)
    (-0.055, 0.067)
    """
    se = np.sqrt(np.diag(vcov))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    each = list(zip(statistic, df.tolist(), strict=True))
    half = se * [critical_value(level, of) for _, of in each]
    return Coefficients(
        terms=terms,
        value=beta,
        se=se,
        statistic=statistic,
        df=df,
        p_value=np.array([two_sided_p(t, of) for t, of in each]),
        ci_low=beta - half,
        ci_high=beta + half,
    )


def moderator_test(
    terms: Sequence[str], beta: FloatArray, vcov: FloatArray, df: FloatArray
) -> Omnibus | None:
    """Joint test of all coefficients but the intercept, or None without any.

    Parameters
    ----------
    terms, beta, vcov, df
        Names, values, covariance and degrees of freedom, of which the F test
        has the least.
    """
    tested = [i for i, term in enumerate(terms) if term != INTERCEPT]
    if not tested:
        return None
    within = vcov[np.ix_(tested, tested)]
    test = joint_test(beta[tested], within, float(df[tested].min()))
    return Omnibus(
        terms=tuple(terms[i] for i in tested),
        statistic=test.statistic,
        df=test.df,
        df_residual=test.df_residual,
        p_value=test.p_value,
    )
