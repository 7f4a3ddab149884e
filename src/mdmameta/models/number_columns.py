"""Designs of formulas that add numbers as they are, without any coding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray


def number_columns(
    parsed: Any, frame: pd.DataFrame | Mapping[str, Any], intercept: str
) -> tuple[FloatArray, tuple[str, ...]] | None:
    """Stack the columns of a formula such as ``~ year + dose``.

    Numbers need no coding, and formulaic takes twenty times as long to do
    nothing to them, which refits without each study would feel.

    Parameters
    ----------
    parsed
        The formula, as formulaic reads it.
    frame
        Moderators, k rows; or a column of k numbers for each.
    intercept
        Name of the column of ones.

    Returns
    -------
    tuple or None
        Columns, shape (k, p), and their names. None where a term is not a
        column of complete numbers, and for formulaic to judge.

    Examples
    --------
    >>> from formulaic import Formula
    >>> frame = pd.DataFrame({"year": [2018, 2021], "arm": ["a", "b"]})
    >>> number_columns(Formula("~ year"), frame, "Intercept")
    (array([[1.000e+00, 2.018e+03],
           [1.000e+00, 2.021e+03]]), ('Intercept', 'year'))
    >>> number_columns(Formula("~ year + arm"), frame, "Intercept") is None
    True
    """
    if intercept in frame:
        return None
    first = frame if isinstance(frame, pd.DataFrame) else next(iter(frame.values()))
    X, names = np.ones((len(first), len(parsed))), []
    for j, term in enumerate(parsed):
        kind, name = _factor(term)
        if kind == "lookup":
            column = frame.get(name)
            if not _holds_numbers(column):
                return None
            X[:, j] = column
        elif kind != "literal":
            return None
        names.append(name if kind == "lookup" else intercept)
    return None if np.isnan(X).any() else (X, tuple(names))


def _factor(term: Any) -> tuple[str, str]:
    """Kind and expression of a term's factor; no kind where it has several."""
    factor, *others = term.factors
    return ("" if others else factor.eval_method.value), str(factor.expr)


def _holds_numbers(column: object) -> bool:
    dtype = getattr(column, "dtype", None)
    return isinstance(dtype, np.dtype) and dtype.kind in "iuf"
