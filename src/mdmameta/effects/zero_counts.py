"""A constant added to counts where one is zero, and trials that rest on it alone."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import named_rows
from mdmameta.effects.recipe import AddTo
from mdmameta.errors import NoEventsWarning


def with_added(counts: FloatArray, *, add: float, to: AddTo) -> FloatArray:
    """Add a constant to the counts of the studies where it is wanted.

    Parameters
    ----------
    counts
        Counts of m kinds in k studies, shape (m, k); NaN where missing.
    add
        What to add to every count of a study.
    to
        "only0": to studies that have a count of zero; "all": to every study;
        "if0all": to every study if any one has a count of zero; "none".

    Returns
    -------
    numpy.ndarray
        Shape (m, k).

    References
    ----------
    Sweeting, Sutton and Lambert 2004, doi:10.1002/sim.1761.

    Examples
    --------
    >>> import numpy as np
    >>> with_added(np.array([[0.0, 2.0], [4.0, 5.0]]), add=0.5, to="only0")
    array([[0.5, 2. ],
           [4.5, 5. ]])
    """
    zero = (counts == 0).any(axis=0)
    where = {
        "only0": zero,
        "all": np.ones_like(zero),
        "if0all": np.full_like(zero, zero.any()),
        "none": np.zeros_like(zero),
    }[to]
    raised: FloatArray = counts + add * where
    return raised


def warn_of_silent(rows: pd.Index, what: str) -> None:
    """Warn of trials whose effect is made of the added constant alone.

    Parameters
    ----------
    rows
        Labels of the trials where both groups have no event (or only events).
    what
        What both groups lack, for the message.

    Warns
    -----
    NoEventsWarning
        With the rows, and what to do.

    Examples
    --------
    >>> warn_of_silent(pd.Index([]), "events")
    """
    if rows.empty:
        return
    have = "has" if len(rows) == 1 else "have"
    warnings.warn(
        f"{named_rows(rows)} {have} no {what} in both groups: the counts carry no "
        "contrast, and y and v rest on the constant that was added, but are pooled "
        "like any other. drop00=True makes them NaN, and models leave them out; "
        "MantelHaenszel and Peto work from the counts as they are.",
        NoEventsWarning,
        stacklevel=4,
    )
