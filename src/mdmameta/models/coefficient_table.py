"""The table of a fit's coefficients, one row a term."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

#: Columns of numbers, in their order.
NUMBERS = ("value", "se", "statistic", "df", "p_value", "ci_low", "ci_high")


def coefficient_table(terms: tuple[str, ...], *numbers: ArrayLike) -> pd.DataFrame:
    """Make the table of p coefficients.

    Parameters
    ----------
    terms
        Names of the p coefficients.
    *numbers
        One for each of `NUMBERS`, shape (p,) or one for all.

    Returns
    -------
    pandas.DataFrame
        term, and the columns of `NUMBERS`.

    Examples
    --------
    >>> table = coefficient_table(("dose",), 0.5, 0.2, 2.5, np.inf, 0.01, 0.1, 0.9)
    >>> table[["term", "value", "se"]].values.tolist()
    [['dose', 0.5, 0.2]]
    """
    held = np.empty((1 + len(NUMBERS), len(terms)))
    held[0] = np.nan
    for row, values in zip(held[1:], numbers, strict=True):
        row[:] = values
    names, columns, index = _labels(terms)
    columns, index = columns.view(), index.view()  # whose names may be changed
    table = pd.DataFrame(held.T, columns=columns, index=index, copy=False)
    table.isetitem(0, names.array)
    return table


@lru_cache(maxsize=64)
def _labels(terms: tuple[str, ...]) -> tuple[pd.Series[str], pd.Index[str], pd.Index]:
    """Terms, columns and index, which cost most of a table."""
    columns = pd.Index(["term", *NUMBERS])
    return pd.Series(list(terms)), columns, pd.RangeIndex(len(terms))
