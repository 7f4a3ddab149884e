"""The 2 × 2 tables and rates behind effects, read from their moderators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError

#: Columns that hold a 2 × 2 table, named as in metafor.
CELLS = ("ai", "n1i", "ci", "n2i")

#: Columns of events, of non-events and of sizes by group; the last is the name of
#: sizes in sets of contrasts made from evidence.
GROUPS = (("ai", "bi", "n1i", "n1"), ("ci", "di", "n2i", "n2"))

#: Columns of events and person-time of two groups, and what they are.
RATES = ("x1i", "t1i", "x2i", "t2i")

_GIVE_CELLS = (
    "counts are needed. Give ai, n1i, ci, n2i as moderators: events and group sizes "
    "of the active and of the control group."
)
_GIVE_RATES = (
    "events and person-time are needed. Give x1i, t1i, x2i, t2i as moderators: "
    "events and person-time of the active and of the control group."
)


def counts(effects: Effects) -> pd.DataFrame:
    """Events and non-events of both groups.

    Parameters
    ----------
    effects
        With moderators ai, n1i (or n1) or bi, ci, n2i (or n2) or di.

    Returns
    -------
    pandas.DataFrame
        ai, bi, ci, di as floats, one row an effect; NaN where missing.

    Raises
    ------
    EffectsError
        See `cell_counts`.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1], v=[0.1], moderators={"ai": [3], "n1": [10], "ci": [2], "n2": [9]})
    >>> counts(effects).values.tolist()
    [[3.0, 7.0, 2.0, 7.0]]
    """
    return pd.DataFrame(cell_counts(effects).T, columns=["ai", "bi", "ci", "di"])


def cell_counts(effects: Effects) -> FloatArray:
    """Events and non-events of both groups as an array.

    Parameters
    ----------
    effects
        As in `counts`.

    Returns
    -------
    numpy.ndarray
        Rows ai, bi, ci, di, shape (4, k); NaN where missing.

    Raises
    ------
    EffectsError
        When a column is absent, or a count is negative, above its group or
        not a number.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1], v=[0.1], moderators={"ai": [3], "n1": [10], "ci": [2], "n2": [9]})
    >>> cell_counts(effects)[:, 0]
    array([3., 7., 2., 7.])
    """
    frame = effects.frame
    cells = np.empty((4, effects.k))
    for row, (events, others, *sizes) in zip((0, 2), GROUPS, strict=True):
        cells[row] = _numbers(frame, events)
        total = next((name for name in sizes if name in frame), None)
        if total is None:
            cells[row + 1] = _numbers(frame, others)
        else:
            cells[row + 1] = _numbers(frame, total) - cells[row]
    _check(cells, effects)
    return cells


def rate_counts(effects: Effects) -> FloatArray:
    """Events and person-time of both groups as an array.

    Parameters
    ----------
    effects
        With moderators x1i, t1i, x2i, t2i.

    Returns
    -------
    numpy.ndarray
        Rows x1i, t1i, x2i, t2i, shape (4, k); NaN where missing.

    Raises
    ------
    EffectsError
        When a column is absent or holds more than numbers, events are negative,
        or a person-time is not above 0.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.1], v=[0.1], moderators={
    ...     "x1i": [3], "t1i": [100], "x2i": [2], "t2i": [90]})
    >>> rate_counts(effects)[:, 0].tolist()
    [3.0, 100.0, 2.0, 90.0]
    """
    found = np.array([_numbers(effects.frame, name, _GIVE_RATES) for name in RATES])
    events, time = found[::2], found[1::2]
    wrong = ((events < 0) | (time <= 0) | np.isinf(events) | np.isinf(time)).any(axis=0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        x1, t1, x2, t2 = found[:, row]
        raise EffectsError(
            f"study {effects.study[row]}: {x1:g} events in {t1:g} and {x2:g} in {t2:g} "
            "are no rates; events are 0 or more, person-time is above 0, both finite."
        )
    return found


def _numbers(frame: pd.DataFrame, name: str, give: str = _GIVE_CELLS) -> FloatArray:
    if name not in frame:
        there = ", ".join(map(repr, frame.columns)) or "none"
        raise EffectsError(f"effects have no moderator {name!r} ({there}); {give}")
    values = frame[name].to_numpy()
    if values.dtype.kind in "iuf":
        return values.astype(np.float64)
    try:
        return np.asarray(pd.to_numeric(frame[name]), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EffectsError(
            f"moderator {name!r} holds more than numbers ({error}); {give}"
        ) from error


def _check(cells: FloatArray, effects: Effects) -> None:
    wrong = ((cells < 0) | np.isinf(cells)).any(axis=0)
    if not wrong.any():
        return
    row = int(np.flatnonzero(wrong)[0])
    ai, bi, ci, di = cells[:, row]
    raise EffectsError(
        f"study {effects.study[row]}: {ai:g} of {ai + bi:g} and {ci:g} of {ci + di:g} "
        "are no counts; events lie between 0 and the size of their group."
    )
