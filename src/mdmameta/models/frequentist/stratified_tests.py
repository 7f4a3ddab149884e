"""Tests on stratified 2 × 2 tables, in one result."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.models.frequentist.stratified import (
    Strata,
    association,
    homogeneity,
    pooled_odds_ratio,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StratifiedTests:
    """Tests on stratified tables; χ² each.

    Parameters
    ----------
    association, association_p
        Cochran–Mantel–Haenszel test that no trial has a contrast; df = 1.
    breslow_day, breslow_day_p, tarone, tarone_p
        Tests that trials share one odds ratio; NaN for one trial, and for rates.
    df
        Degrees of freedom of the latter two.

    Examples
    --------
    >>> tests = StratifiedTests(association=1.34, association_p=0.25, df=1)
    >>> tests.to_frame()
       association  association_p  breslow_day  breslow_day_p  tarone  tarone_p  df
    0         1.34           0.25          NaN            NaN     NaN       NaN   1
    """

    association: float
    association_p: float
    breslow_day: float = np.nan
    breslow_day_p: float = np.nan
    tarone: float = np.nan
    tarone_p: float = np.nan
    df: int = 0

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([{f.name: getattr(self, f.name) for f in fields(self)}])


def stratified_tests(strata: Strata, *, correct: bool) -> StratifiedTests:
    """Test tables for any contrast, and for a common odds ratio.

    Parameters
    ----------
    strata
        Tables with events.
    correct
        Whether the former test has a continuity correction.

    Examples
    --------
    >>> cells = [8.0, 3.0], [4.0, 9.0], [2.0, 2.0], [5.0, 6.0]
    >>> strata = Strata(*(np.array(cell) for cell in cells))
    >>> round(stratified_tests(strata, correct=False).association, 4)
    1.3438
    """
    chi2, p = association(strata, correct=correct)
    odds_ratio = float(np.exp(pooled_odds_ratio(strata).value))
    bd, tarone, df = np.nan, np.nan, 0
    if np.isfinite(odds_ratio) and odds_ratio > 0:
        bd, tarone, df = homogeneity(strata, odds_ratio)
    return StratifiedTests(
        association=chi2,
        association_p=p,
        breslow_day=bd if df > 0 else np.nan,
        breslow_day_p=float(chdtrc(df, bd)) if df > 0 else np.nan,
        tarone=tarone if df > 0 else np.nan,
        tarone_p=float(chdtrc(df, tarone)) if df > 0 else np.nan,
        df=df,
    )
