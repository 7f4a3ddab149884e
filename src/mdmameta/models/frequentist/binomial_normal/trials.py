"""Counts of effects as the likelihood of each trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.checks import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.frequentist.binomial_normal.likelihoods import (
    Binomial,
    Hypergeometric,
    Likelihood,
    Poisson,
)
from mdmameta.models.frequentist.count_fit import NO_INFORMATION, tables, uninformative
from mdmameta.models.inputs import check_contrasts

COLUMNS = {"IRR": ("x1i", "t1i", "x2i", "t2i"), "PLO": ("xi", "ni")}
COLUMNS["IRLN"] = ("xi", "ti")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Trials:
    """Trials with information, as a likelihood of k effects."""

    likelihood: Likelihood
    rows: NDArray[np.intp]
    cautions: tuple[Caution, ...]

    @property
    def k(self) -> int:
        """Number of trials used."""
        return len(self.rows)


def trials(effects: Effects, measure: str, *, exact: bool) -> Trials:
    """Read the counts that a measure needs, and leave out trials without any.

    Raises
    ------
    ModelError
        When counts are absent or no trial has information.
    """
    if measure == "OR":
        return _odds(effects, exact=exact)
    rows, columns, cautions = _columns(effects, measure)
    if measure == "PLO":
        x, n = columns
        return _of(Binomial(x, n, np.zeros(x.size)), rows, cautions)
    if measure == "IRLN":
        return _of(Poisson(*columns), rows, cautions)
    x1, t1, x2, t2 = columns
    keep = x1 + x2 > 0
    cautions += uninformative(effects.study[rows], ~keep, NO_INFORMATION)
    offset = np.log(t1[keep] / t2[keep])
    return _of(Binomial(x1[keep], (x1 + x2)[keep], offset), rows[keep], cautions)


def _of(f: Likelihood, rows: NDArray[np.intp], cautions: tuple[Caution, ...]) -> Trials:
    if rows.size == 0:
        raise ModelError("k = 0: no trial has counts with information; see the counts.")
    return Trials(likelihood=f, rows=rows, cautions=cautions)


def _odds(effects: Effects, *, exact: bool) -> Trials:
    read = tables(effects, ("OR",))
    t = read.strata
    silent = (t.a + t.c == 0) | (t.b + t.d == 0)
    found = uninformative(effects.study[read.rows], silent, NO_INFORMATION)
    cautions, rows = (*read.cautions, *found), read.rows[~silent]
    if rows.size == 0:
        raise ModelError("k = 0: no trial has events and non-events; see the counts.")
    a, n1, c, n2 = (x[~silent] for x in (t.a, t.n1, t.c, t.n2))
    if exact:
        return _of(Hypergeometric.of(a, n1, c, n2), rows, cautions)
    return _of(Binomial(a, a + c, np.log(n1 / n2)), rows, cautions)


def _columns(
    effects: Effects, measure: str
) -> tuple[NDArray[np.intp], list[FloatArray], tuple[Caution, ...]]:
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
    rows, cautions = np.flatnonzero(~missing), ()
    if missing.any():
        text = f"Not used for missing counts: {', '.join(effects.study[missing])}."
        return rows, list(values[rows].T), (Caution("rows-dropped", text),)
    return rows, list(values[rows].T), cautions


def _check(effects: Effects, values: FloatArray, measure: str) -> None:
    events, sizes = values[:, ::2], values[:, 1::2]
    infinite = np.isinf(values).any(axis=1, keepdims=True)
    wrong = np.logical_or(events < 0, sizes <= 0) | infinite
    if measure == "PLO":
        wrong = np.logical_or(wrong, events > sizes)
    bad = np.flatnonzero(np.any(wrong, axis=1))
    if bad.size:
        row = int(bad[0])
        raise ModelError(
            f"study {effects.study[row]}: {values[row].tolist()} are no counts and "
            "sizes; events are at least 0, sizes and times above 0."
        )
