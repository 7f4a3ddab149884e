"""The 2 × 2 tables behind effects, read from their moderators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.effects.checks import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError

#: Columns that hold a 2 × 2 table, named as in metafor.
CELLS = ("ai", "n1i", "ci", "n2i")

#: Other names of those columns, as sets of contrasts made from evidence have them.
OTHER_NAMES = {"n1": "n1i", "n2": "n2i"}


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


def _numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    if name not in frame:
        there = ", ".join(map(repr, frame.columns)) or "none"
        raise EffectsError(
            f"effects have no moderator {name!r} ({there}); counts are needed. Give "
            "ai, n1i, ci, n2i as moderators: events and group sizes of the active and "
            "of the control group."
        )
    try:
        return np.asarray(pd.to_numeric(frame[name]), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EffectsError(f"moderator {name!r} holds more than numbers.") from error


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
