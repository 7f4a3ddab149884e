"""Columns of a forest plot: which there are, their headings and their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.figures.forest_look import EFFECT, SUMMED, WEIGHT, Look
from mdmameta.figures.plain import plain
from mdmameta.tables.numbers import count
from mdmameta.tables.printable import column_texts

Wanted = Sequence[str] | Mapping[str, str]

#: Letters of an arm's name on a line above its columns.
ARM_LETTERS = 15

#: Columns of an arm -> word; their last letter is the arm's place among the names.
_OF_ARM = {
    "n1": "n", "mean1": "mean", "sd1": "SD", "ai": "events",
    "n2": "n", "mean2": "mean", "sd2": "SD", "ci": "events",
}  # fmt: skip
_ACTIVE = frozenset({"n1", "mean1", "sd1", "ai"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column beside the plot.

    Parameters
    ----------
    name
        Of a moderator, or ``effect`` or ``weight``.
    heading
        One or more lines.
    block
        Place of the arm that the column is about: 0, 1, or −1 for none.
    """

    name: str
    heading: str
    block: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What stands beside a forest plot.

    Parameters
    ----------
    left, right
        From left to right.
    lights
        Moderators with judgements, and the headings of their lights.
    arms
        Names of the arms, in lines.
    """

    left: tuple[Column, ...]
    right: tuple[Column, ...]
    lights: Mapping[str, str]
    arms: tuple[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Moderators whose texts are needed."""
        named = (column.name for column in (*self.left, *self.right))
        return tuple(name for name in named if name not in (EFFECT, WEIGHT))


def columns_of(
    there: Sequence[str],
    look: Look,
    names: tuple[str, str],
    effect_heading: str,
    *,
    left: Wanted | None,
    right: Wanted | None,
    lights: Wanted,
) -> Columns:
    """Choose columns and name them.

    Parameters
    ----------
    there
        Moderators that the effects have.
    look
        Whose columns are the default, where the effects have them.
    names
        Of the arms.
    effect_heading
        Of the column of effects.
    left, right, lights
        Those asked for, with or without headings; None takes the look's.
    """
    known = {*there, EFFECT, WEIGHT}
    heads = {EFFECT: effect_heading, WEIGHT: "Weight"}
    default = [name for name in look.left if name in known], look.right
    both = (
        default[0] if left is None else left,
        default[1] if right is None else right,
    )
    shown = [_columns(wanted, heads) for wanted in both]
    named = lights if isinstance(lights, Mapping) else {x: capital(x) for x in lights}
    arms = ["\n".join(wrap(plain(name), ARM_LETTERS)) for name in names]
    return Columns(left=shown[0], right=shown[1], lights=named, arms=(arms[0], arms[1]))


def _columns(wanted: Wanted, heads: Mapping[str, str]) -> tuple[Column, ...]:
    if isinstance(wanted, Mapping):
        return tuple(Column(name=name, heading=h) for name, h in wanted.items())
    return tuple(
        Column(name=name, heading=_OF_ARM[name], block=int(name not in _ACTIVE))
        if name in _OF_ARM
        else Column(name=name, heading=heads.get(name) or capital(name))
        for name in wanted
    )


def frame_of(effects: Effects, extra: pd.DataFrame | None) -> pd.DataFrame:
    """Return the moderators with the columns that a caller adds.

    Raises
    ------
    OptionError
        When there is not one row an effect.
    """
    if extra is None:
        return effects.frame
    if len(extra) != effects.k:
        raise OptionError(
            f"extra has {len(extra)} rows and there are {effects.k} effects: give "
            "one row an effect, in their order."
        )
    rest = effects.frame.drop(columns=[c for c in extra if c in effects.frame])
    return pd.concat(
        [rest.reset_index(drop=True), extra.reset_index(drop=True)], axis=1
    )


def texts_of(
    frame: pd.DataFrame, names: Sequence[str], label: str
) -> dict[str, list[str]]:
    """Print columns of a frame.

    Parameters
    ----------
    frame
        Moderators, one row an effect.
    names
        Those to print.
    label
        Of the effects, for the error.

    Raises
    ------
    OptionError
        With the names there are.
    """
    return {
        name: list(map(plain, column_texts(_column(frame, name, label))))
        for name in names
    }


def sums_of(
    frame: pd.DataFrame, names: Sequence[str], positions: Sequence[int]
) -> dict[str, str]:
    """Add up people and events of some effects; empty where one is unknown."""
    summed = [name for name in names if name in SUMMED]
    parts = {name: frame[name].iloc[list(positions)].to_numpy(float) for name in summed}
    return {
        name: count(values.sum()) if np.isfinite(values).all() else ""
        for name, values in parts.items()
    }


def moderator(effects: Effects, name: str) -> pd.Series[Any]:
    """Return a column of the moderators.

    Raises
    ------
    OptionError
        With the names there are.
    """
    return _column(effects.frame, name, effects.label)


def _column(frame: pd.DataFrame, name: str, label: str) -> pd.Series[Any]:
    if name not in frame:
        there = ", ".join(map(repr, frame.columns)) or "none"
        raise OptionError(
            f"{name!r} is no moderator of {label or 'these effects'!r}; "
            f"there are: {there}. Add it when the effects are made."
        )
    return frame[name]


def capital(name: str) -> str:
    """Write the name of a column as a heading.

    Examples
    --------
    >>> capital("control_type")
    'Control type'
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
