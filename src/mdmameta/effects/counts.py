"""The 2 × 2 tables and rates behind effects, read from their moderators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError

#: Columns that hold a 2 × 2 table, named as in metafor.
CELLS = ("ai", "n1i", "ci", "n2i")

#: Other names of those columns, as sets of contrasts made from evidence have them.
OTHER_NAMES = {"n1": "n1i", "n2": "n2i"}

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
        When a column is absent, or a count is negative, above its group or
        not a number.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1], v=[0.1], moderators={"ai": [3], "n1": [10], "ci": [2], "n2": [9]})
    >>> counts(effects).values.tolist()
    [[3.0, 7.0, 2.0, 7.0]]
    """
    named = {old: new for old, new in OTHER_NAMES.items() if new not in effects.frame}
    frame = effects.frame.rename(columns=named)
    columns: dict[str, FloatArray] = {}
    for events, others, total in (("ai", "bi", "n1i"), ("ci", "di", "n2i")):
        columns[events] = _numbers(frame, events)
        if total in frame:
            columns[others] = _numbers(frame, total) - columns[events]
        else:
            columns[others] = _numbers(frame, others)
    table = pd.DataFrame(columns)
    _check(table, effects)
    return table


def rates(effects: Effects) -> pd.DataFrame:
    """Events and person-time of both groups.

    Parameters
    ----------
    effects
        With moderators x1i, t1i, x2i, t2i.

    Returns
    -------
    pandas.DataFrame
        x1i, t1i, x2i, t2i as floats, one row an effect; NaN where missing.

    Raises
    ------
    EffectsError
        When a column is absent or holds more than numbers, events are negative,
        or a person-time is not above 0.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.1], v=[0.1], moderators={
    ...     "x1i": [3], "t1i": [100], "x2i": [2], "t2i": [90]})
    >>> rates(effects).values.tolist()
    [[3.0, 100.0, 2.0, 90.0]]
    """
    table = pd.DataFrame(
        {name: _numbers(effects.frame, name, _GIVE_RATES) for name in RATES}
    )
    found = table.to_numpy()
    events, time = found[:, [0, 2]], found[:, [1, 3]]
    wrong = ((events < 0) | (time <= 0) | np.isinf(events) | np.isinf(time)).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        x1, t1, x2, t2 = found[row]
        raise EffectsError(
            f"study {effects.study[row]}: {x1:g} events in {t1:g} and {x2:g} in {t2:g} "
            "are no rates; events are 0 or more, person-time is above 0, both finite."
        )
    return table


def _numbers(frame: pd.DataFrame, name: str, give: str = _GIVE_CELLS) -> FloatArray:
    if name not in frame:
        there = ", ".join(map(repr, frame.columns)) or "none"
        raise EffectsError(f"effects have no moderator {name!r} ({there}); {give}")
    try:
        return np.asarray(pd.to_numeric(frame[name]), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EffectsError(
            f"moderator {name!r} holds more than numbers ({error}); {give}"
        ) from error


def _check(table: pd.DataFrame, effects: Effects) -> None:
    wrong = (table < 0).any(axis=1).to_numpy() | np.isinf(table.to_numpy()).any(axis=1)
    if not wrong.any():
        return
    row = int(np.flatnonzero(wrong)[0])
    ai, bi, ci, di = table.iloc[row]
    raise EffectsError(
        f"study {effects.study[row]}: {ai:g} of {ai + bi:g} and {ci:g} of {ci + di:g} "
        "are no counts; events lie between 0 and the size of their group."
    )
