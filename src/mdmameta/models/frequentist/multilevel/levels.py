"""Groups of rows, read from the names of levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError

#: Name of the level on which every row is a group of its own.
ROW = "effect"


def labels_at(name: str, effects: Effects) -> NDArray[np.object_]:
    """Label of each row on a level.

    Parameters
    ----------
    name
        A moderator; else "study" for the effects' studies and "effect" for
        each row by itself.
    effects
        Whose rows are grouped.

    Raises
    ------
    ModelError
        When there is no such level.

    Examples
    --------
    >>> effects = Effects.from_arrays([0.1, 0.2], [1, 1], study=["A", "A"])
    >>> labels_at("study", effects).tolist(), labels_at("effect", effects).tolist()
    (['A', 'A'], [1, 2])
    """
    if name in effects.frame.columns:
        return np.asarray(effects.frame[name], dtype=object)
    if name == "study":
        return effects.study.astype(object)
    if name == ROW:
        return np.asarray(range(1, effects.k + 1), dtype=object)
    there = ", ".join(map(repr, dict.fromkeys(("study", ROW, *effects.frame.columns))))
    raise ModelError(
        f"level {name!r} is not among {there}. Name one of these, or give the labels "
        "to Effects.from_arrays(moderators=...)."
    )


def rows_without_level(names: Sequence[str], effects: Effects) -> NDArray[np.bool_]:
    """Find rows whose label is missing on some level, shape (k,)."""
    missing = np.zeros(effects.k, dtype=bool)
    for name in names:
        missing |= np.asarray(pd.isna(pd.Series(labels_at(name, effects))))
    return missing


def codes_of(labels: NDArray[Any]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Codes 0, 1, … in the order of sorted labels, and the labels as text.

    Examples
    --------
    >>> codes, names = codes_of(np.array(["b", "a", "b"], dtype=object))
    >>> codes.tolist(), names
    ([1, 0, 1], ('a', 'b'))
    """
    codes, found = pd.factorize(pd.Series(labels, dtype=object))
    places = sorted(range(len(found)), key=lambda i: _sortable(found[i]))
    rank = np.empty(len(found), dtype=np.intp)
    rank[places] = np.arange(len(found))
    return rank[codes], tuple(_text(found[i]) for i in places)


def nested_codes(
    columns: Sequence[NDArray[Any]],
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Codes of the combinations of nested labels, named as "a/b".

    Examples
    --------
    >>> outer = np.array(["a", "a", "b"], dtype=object)
    >>> inner = np.array([1, 2, 1], dtype=object)
    >>> nested_codes([outer, inner])[1]
    ('a/1', 'a/2', 'b/1')
    """
    codes, names = codes_of(columns[0])
    for column in columns[1:]:
        inside, labels = codes_of(column)
        pairs = codes * len(labels) + inside
        there, codes = np.unique(pairs, return_inverse=True)
        names = tuple(
            f"{names[pair // len(labels)]}/{labels[pair % len(labels)]}"
            for pair in there
        )
    return codes, names


def _sortable(label: Any) -> tuple[bool, Any]:
    number = isinstance(label, (int, float, np.number))
    return (not number, label if number else str(label))


def _text(label: Any) -> str:
    whole = isinstance(label, (float, np.floating)) and float(label).is_integer()
    return str(int(label)) if whole else str(label)
