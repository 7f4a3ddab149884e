"""Counts of effects, as models of counts read them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.design import rows_without_moderators
from mdmameta.models.frequentist.count_fit import tables, uninformative
from mdmameta.models.inputs import check_contrasts

#: Moderators that hold the counts of a measure: events and sizes of each arm.
COLUMNS = {
    "IRR": ("x1i", "t1i", "x2i", "t2i"),
    "PLO": ("xi", "ni"),
    "PLN": ("xi", "ni"),
    "PR": ("xi", "ni"),
    "IRLN": ("xi", "ti"),
}
#: Why trials without events are not used, as by metafor's ``drop00``.
NO_INFORMATION = (
    "They carry no information about a ratio given the trial's level, and are left out "
    "of every model of two groups, as metafor does."
)
#: Measures whose sizes are person-time instead of people.
OF_TIME = ("IRR", "IRLN")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Counts:
    """Events and sizes of the arms of k trials that carry information.

    Parameters
    ----------
    measure
        What is estimated from them.
    x, size
        Events, and people or person-time; shape (k, J).
    rows
        Positions in the effects, shape (k,).
    cautions
        What was dropped or must be known.
    """

    measure: str
    x: FloatArray
    size: FloatArray
    rows: NDArray[np.intp]
    cautions: tuple[Caution, ...]

    @property
    def k(self) -> int:
        """Number of trials."""
        return len(self.rows)


def read_counts(effects: Effects, measure: str, formula: str | None) -> Counts:
    """Read the counts that a measure needs, and leave out trials without any.

    Parameters
    ----------
    effects
        With counts as moderators.
    measure
        Code of what is estimated.
    formula
        Whose moderators must be there, or None.

    Raises
    ------
    ModelError
        When counts are absent or no trial has information.
    """
    if measure in COLUMNS:
        read = _columns(effects, measure)
    else:
        found = tables(effects, (measure,))
        t = found.strata
        x, n = np.column_stack([t.a, t.c]), np.column_stack([t.n1, t.n2])
        read = Counts(
            measure=measure, x=x, size=n, rows=found.rows, cautions=found.cautions
        )
    return _with_moderators(_informative(read, effects), effects, formula)


def _informative(read: Counts, effects: Effects) -> Counts:
    if read.x.shape[1] == 1:
        return read
    silent = read.x.sum(axis=1) == 0
    if read.measure not in OF_TIME:
        silent |= (read.x == read.size).all(axis=1)
    found = uninformative(effects.study[read.rows], silent, NO_INFORMATION)
    return _kept(read, ~silent, found)


def _with_moderators(read: Counts, effects: Effects, formula: str | None) -> Counts:
    if formula is None:
        return _kept(read, np.ones(read.k, dtype=bool), ())
    missing = rows_without_moderators(formula, effects.frame)[read.rows]
    if not missing.any():
        return _kept(read, ~missing, ())
    names = ", ".join(map(str, effects.study[read.rows[missing]]))
    text = f"Not used for missing moderators: {names}."
    return _kept(read, ~missing, (Caution("rows-dropped", text),))


def _kept(
    read: Counts, keep: NDArray[np.bool_], cautions: tuple[Caution, ...]
) -> Counts:
    if not keep.any():
        raise ModelError(
            "k = 0: no trial has counts with information (events, and people without "
            "them) and its moderators; see the counts."
        )
    return replace(
        read,
        x=read.x[keep],
        size=read.size[keep],
        rows=read.rows[keep],
        cautions=(*read.cautions, *cautions),
    )


def _columns(effects: Effects, measure: str) -> Counts:
    check_contrasts(effects)
    names = COLUMNS[measure]
    absent = [name for name in names if name not in effects.frame]
    if absent:
        raise ModelError(
            f"effects have no moderators {', '.join(absent)}; measure {measure!r} "
            f"needs {', '.join(names)}."
        )
    values = effects.frame[list(names)].to_numpy(dtype=np.float64)
    missing = np.isnan(values).any(axis=1)
    _check(effects, values, measure)
    cautions: tuple[Caution, ...] = ()
    if missing.any():
        text = f"Not used for missing counts: {', '.join(effects.study[missing])}."
        cautions = (Caution("rows-dropped", text),)
    used = values[~missing]
    return Counts(
        measure=measure,
        x=used[:, ::2],
        size=used[:, 1::2],
        rows=np.flatnonzero(~missing),
        cautions=cautions,
    )


def _check(effects: Effects, values: FloatArray, measure: str) -> None:
    events, sizes = values[:, ::2], values[:, 1::2]
    infinite = np.isinf(values).any(axis=1, keepdims=True)
    wrong = np.logical_or(events < 0, sizes <= 0) | infinite
    if measure not in OF_TIME:
        wrong = np.logical_or(wrong, events > sizes)
    bad = np.flatnonzero(np.any(wrong, axis=1))
    if bad.size:
        row = int(bad[0])
        most = "" if measure in OF_TIME else " and at most the people"
        raise ModelError(
            f"study {effects.study[row]}: {values[row].tolist()} are no counts and "
            f"sizes; events are at least 0{most}, sizes and times are above 0."
        )
