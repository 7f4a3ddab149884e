"""The model refitted to every subset of the rows, or to many random ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist.batched.data import Many
from mdmameta.models.frequentist.batched.inference import heterogeneity
from mdmameta.models.frequentist.batched.solve import (
    Columns,
    columns,
    solve,
    spread,
    subsets_at_once,
)
from mdmameta.sensitivity.batchable import is_batchable

Mask = NDArray[np.bool_]
Table = dict[str, NDArray[Any]]

#: All subsets are fitted up to this many, which takes under a minute of REML;
#: twenty rows have 2²⁰ − 1 of them.
ALL_LIMIT = 2**20

#: Subsets of models that are fitted one by one: about a minute.
ONE_BY_ONE_LIMIT = 50_000

#: Numbers drawn at once for random subsets, whatever the model, so that those of
#: a seed are the same for all models.
DRAWN = 2**14

FIELDS = ("k", "value", "se", "tau2", "q", "i2", "h2", "converged")


@dataclass(frozen=True, eq=False, kw_only=True)
class Gosh:
    """Fits of one model to subsets of the rows.

    Parameters
    ----------
    whole
        The fit to all rows.
    study
        Label of each row used, shape (k,).
    frame
        One row a subset; see `to_frame`.
    packed
        Membership, eight rows a byte, the first in the lowest bit, shape
        (n, ⌈k / 8⌉).
    seed
        Seed of random subsets, else None.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = gosh(effects, CommonEffect())
    >>> len(found.to_frame()), int(found.containing("4").sum())
    (15, 8)
    """

    whole: Fit
    study: tuple[str, ...]
    frame: pd.DataFrame
    packed: NDArray[np.uint8]
    seed: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a subset.

        Returns
        -------
        pandas.DataFrame
            k, value and se of the (first) coefficient, tau2, q, i2 (percent),
            h2, converged, and every coefficient by term where there are
            several. NaN where the model cannot be fitted to the subset, and
            τ², I², H² of a single row.
        """
        return self.frame.copy()

    def inside(self) -> Mask:
        """Tell which rows each subset has, shape (n, k)."""
        return _unpacked(self.packed, len(self.study))

    def containing(self, study: str) -> Mask:
        """Tell which subsets have a row of a study, shape (n,).

        Raises
        ------
        SensitivityError
            When no row used is of the study.
        """
        rows = [row for row, name in enumerate(self.study) if name == study]
        if not rows:
            raise SensitivityError(
                f"no row used is of the study {study!r}; there are "
                f"{', '.join(dict.fromkeys(self.study))}."
            )
        found = np.zeros(len(self.packed), dtype=bool)
        for row in rows:
            found |= (self.packed[:, row // 8] >> row % 8 & 1).astype(bool)
        return found


def gosh(
    effects: Effects,
    model: Model,
    *,
    subsets: int | None = None,
    seed: int | None = None,
) -> Gosh:
    """Fit a model to every subset of the rows: graphical display of heterogeneity.

    Several clusters of estimates show that the studies do not estimate one
    mean; `Gosh.containing` tells which study makes a cluster.

    Parameters
    ----------
    effects
        Effects, of which the k that the model uses make 2ᵏ − 1 subsets.
    model
        Any model. `CommonEffect`, `RandomEffects` and `MetaRegression` are fitted
        many at once, as `fit_many` does, when rows are independent and the
        options are among those that it has; others one by one. The design of a
        `MetaRegression` stays as it is for all rows, whatever the formula
        centres or scales by.
    subsets
        None: all of them, where there are at most 2²⁰ (50,000 for models that
        are fitted one by one). Otherwise a number to draw at random.
    seed
        Of the draw; required with ``subsets``.

    Returns
    -------
    Gosh

    Raises
    ------
    SensitivityError
        When there are too many subsets, or no seed for a draw.

    Notes
    -----
    Work space does not grow with the number of subsets; the results, about
    70 bytes a subset, do. Random subsets have every row with probability
    one half, independently, the empty one excepted; repetitions are kept. A
    seed draws the same subsets whatever the model.

    References
    ----------
    Olkin, Dahabreh and Trikalinos 2012, doi:10.1002/jrsm.1053.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 0.2, 1.0], v=[0.1, 0.1, 0.1])
    >>> found = gosh(effects, CommonEffect())
    >>> len(found.to_frame()), float(found.to_frame()["value"].max())
    (7, 1.0)
    """
    whole = model.fit(effects)
    used = effects if whole.k == effects.k else effects.take(whole.used)
    batched = is_batchable(used, model)
    design = columns(whole.working().X if batched and whole.working else None)
    n = _count(used.k, subsets, seed, ALL_LIMIT if batched else ONE_BY_ONE_LIMIT)
    alone = batched and design.basis is None
    terms = [] if alone else list(whole.coefficients["term"])
    table: Table = {}
    packed = np.empty((n, -(-used.k // 8)), dtype=np.uint8)
    start = 0
    size = subsets_at_once(used.k, design, getattr(model, "tau2", None))
    for code, inside in _chunks(used.k, n, subsets, seed, size):
        if batched:
            found = _at_once(used, model, inside, design, terms)
        else:
            found = _one_by_one(used, model, inside, terms)
        rows = slice(start, start := start + len(inside))
        packed[rows] = code
        _put(found, table, rows, n)
    return Gosh(
        whole=whole,
        study=tuple(map(str, used.study)),
        frame=pd.DataFrame(table, copy=False),
        packed=packed,
        seed=seed if subsets is not None else None,
    )


def _count(k: int, subsets: int | None, seed: int | None, limit: int) -> int:
    if subsets is None:
        if 2**k - 1 <= limit:
            return int(2**k - 1)
        raise SensitivityError(
            f"{k} rows have {2**k - 1:,} subsets, more than the {limit:,} that are "
            "fitted for this model. Draw some at random: gosh(..., subsets=10_000, "
            "seed=1)."
        )
    if seed is None:
        raise SensitivityError(
            f"subsets={subsets} are drawn at random and need a seed, so that the "
            "result can be had again: give seed=1 or another whole number."
        )
    if not 0 < subsets <= limit:
        raise SensitivityError(
            f"subsets={subsets} is not between 1 and {limit:,}, the most that are "
            "fitted for this model."
        )
    return subsets


def _chunks(
    k: int, n: int, subsets: int | None, seed: int | None, size: int
) -> Iterator[tuple[NDArray[np.uint8], Mask]]:
    """Members of some subsets after others, packed and not."""
    if subsets is None:
        for start in range(0, n, size):
            numbers = np.arange(start + 1, min(n, start + size) + 1, dtype="<u4")
            code = numbers.view(np.uint8).reshape(-1, 4)[:, : -(-k // 8)]
            yield code, _unpacked(code, k)
        return
    rng, size = np.random.default_rng(seed), max(1, DRAWN // k)
    for start in range(0, n, size):
        inside = _drawn(rng, min(size, n - start), k)
        yield np.packbits(inside, axis=1, bitorder="little"), inside


def _unpacked(code: NDArray[np.uint8], k: int) -> Mask:
    return np.unpackbits(code, axis=1, count=k, bitorder="little").view(np.bool_)


def _drawn(rng: np.random.Generator, n: int, k: int) -> Mask:
    inside = rng.random((n, k)) < 0.5
    while (empty := ~inside.any(axis=1)).any():
        inside[empty] = rng.random((int(empty.sum()), k)) < 0.5
    return inside


def _at_once(
    effects: Effects, model: Any, inside: Mask, design: Columns, terms: list[str]
) -> Table:
    y, v = effects.y[:, None], effects.v[:, None]
    n = len(inside)
    data = Many(y, v, inside.T.astype(float, order="C"), design.basis, n)
    tau2 = getattr(model, "tau2", None)
    fitted = solve(data, design, tau2, model.interval, residual=0)
    of, common = fitted.coefficients, tau2 is None or tau2 == 0
    found = {"value": of.beta[0], "se": of.se[0]}
    found |= heterogeneity(fitted.zero, fitted.df, fitted.tau2, common=common)
    if len(terms) > 1:
        found |= dict(zip(terms, of.beta, strict=True))
    table = {"k": data.k.astype(int)} | {
        name: spread(column, fitted.rows, n) for name, column in found.items()
    }
    converged = np.zeros(n, dtype=bool)
    converged[fitted.rows] = fitted.converged
    table["converged"] = converged
    return table


def _one_by_one(
    effects: Effects, model: Model, inside: Mask, terms: list[str]
) -> Table:
    rows = [_row(effects, model, rows, terms) for rows in inside]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _put(found: Table, columns: Table, rows: slice, n: int) -> None:
    """Put what was found of some subsets in the columns of all n."""
    for name in (*FIELDS, *(name for name in found if name not in FIELDS)):
        if name not in columns:
            columns[name] = np.empty(n, dtype=found[name].dtype)
        columns[name][rows] = found[name]


def _row(
    effects: Effects, model: Model, rows: Mask, terms: list[str]
) -> dict[str, float]:
    empty = dict.fromkeys(FIELDS, np.nan) | {"k": int(rows.sum()), "converged": False}
    shown = terms if len(terms) > 1 else []
    try:
        fit = model.fit(effects.take(rows))
    except ModelError:
        return empty | dict.fromkeys(shown, np.nan)
    if list(fit.coefficients["term"]) != terms:
        return empty | dict.fromkeys(shown, np.nan)
    h, e = fit.heterogeneity, fit.estimate
    row = {"k": fit.k, "value": e.value, "se": e.se, "tau2": h.tau2, "q": h.q}
    row |= {"i2": h.i2, "h2": h.h2, "converged": fit.diagnostics.converged}
    values = fit.coefficients["value"]
    return row | dict(zip(shown, values, strict=False))
