"""Best linear unbiased predictions of random and of true effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.terms import Term


def random_effects(of: Estimation) -> dict[str, pd.DataFrame]:
    """Predict every random effect, by term (metafor's ranef).

    Parameters
    ----------
    of
        A model estimated.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name of the level: group, value and se, one row a group; for inner
        levels within groups, group is "inner | outer".

    References
    ----------
    Robinson 1991, doi:10.1214/ss/1177011926.
    """
    found, row = {}, 0
    for term in of.problem.terms:
        chosen = slice(row, row + len(term.B))
        value, variance = _predicted(of, chosen, fixed=False)
        found[term.name] = _by_group(term, value, variance)
        row += len(term.B)
    return found


def _by_group(term: Term, value: FloatArray, variance: FloatArray) -> pd.DataFrame:
    places = max(len(term.inner_labels), 1)
    there, first = np.unique(term.outer * places + term.inner, return_index=True)
    outer = [term.labels[code // places] for code in there]
    inner = [f"{term.inner_labels[c % places]} | " for c in there if term.inner_labels]
    names = [a + b for a, b in zip(inner, outer, strict=True)] if inner else outer
    se = np.sqrt(np.maximum(variance[first], 0.0))
    return pd.DataFrame({"group": names, "value": value[first], "se": se})


def true_effects(
    of: Estimation, study: np.ndarray, df: float, level: float
) -> pd.DataFrame:
    """Predict the true effect of each row.

    Parameters
    ----------
    of
        A model estimated.
    study
        Label of each row used.
    df, level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        study, value, se, ci_low, ci_high.
    """
    value, variance = _predicted(of, slice(None), fixed=True)
    se = np.sqrt(np.maximum(variance, 0.0))
    value = value + of.design.X @ of.beta
    half = critical_value(level, df) * se
    return pd.DataFrame(
        {
            "study": study,
            "value": value,
            "se": se,
            "ci_low": value - half,
            "ci_high": value + half,
        }
    )


def _predicted(
    of: Estimation, chosen: slice, *, fixed: bool
) -> tuple[FloatArray, FloatArray]:
    """Random part of each row and the variance of its error, (k,) each.

    With T the covariance of the part, that is TM⁻¹r and the diagonal of
    T − TM⁻¹T + D vcov(β) Dᵀ, D = TM⁻¹X, or TM⁻¹X − X with the fixed part.
    """
    c, solution, unit = of.maximum.c, of.solution, of.problem.unit
    value, variance = np.zeros(of.usable.k), np.zeros(of.usable.k)
    for stack, W in zip(of.problem.of, solution.W, strict=True):
        T = np.tensordot(c[chosen], stack.A[chosen], 1)
        TW = T @ W
        r = stack.y - stack.X @ solution.beta
        D = TW @ stack.X - (stack.X if fixed else 0.0)
        error = np.diagonal(T, axis1=1, axis2=2) - (TW * T).sum(axis=2)
        error = error + np.einsum("gip,pq,giq->gi", D, solution.vcov, D)
        there = stack.rows >= 0
        value[stack.rows[there]] = np.einsum("gij,gj->gi", TW, r)[there]
        variance[stack.rows[there]] = error[there]
    return value * unit, variance * unit**2
