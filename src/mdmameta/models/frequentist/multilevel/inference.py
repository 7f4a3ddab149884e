"""Degrees of freedom of the coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.models.design import Design
from mdmameta.models.frequentist.multilevel.terms import Term

#: Intervals of the coefficients: normal; t with k − p; t with groups − p of
#: the outermost level on which a moderator is constant.
LevelInterval = Literal["wald", "t", "contain"]


def coefficient_df(interval: str, design: Design, terms: Sequence[Term]) -> FloatArray:
    """Degrees of freedom of each coefficient, shape (p,).

    Parameters
    ----------
    interval
        One of `LevelInterval`.
    design, terms
        Fixed and random part.
    """
    k, p = design.X.shape
    if interval == "wald" or k <= p:
        return np.full(p, np.inf)
    if interval == "t":
        return np.full(p, float(k - p))
    groups = [(term.outer, len(term.labels)) for term in terms]
    groups += [
        (term.inner, len(term.inner_labels)) for term in terms if term.inner_labels
    ]
    found = [
        min(
            (float(n - p) for codes, n in groups if _constant(column, codes)),
            default=float(k - p),
        )
        for column in design.X.T
    ]
    return np.maximum(found, 1.0)


def _constant(column: FloatArray, codes: np.ndarray) -> bool:
    """Whether a moderator does not vary within groups; an intercept never does."""
    values = np.full(codes.max() + 1, np.nan)
    values[codes] = column
    return bool((values[codes] == column).all())
