"""From pooled tables of events or rates to a Fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.counts import cell_counts
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, ModelError
from mdmameta.models.deferred import later
from mdmameta.models.design import intercept_row
from mdmameta.models.fit import Caution, Fit, Heterogeneity, Model
from mdmameta.models.frequentist.one_coefficient import estimate_of_mean
from mdmameta.models.frequentist.stratified import Pooled, Strata
from mdmameta.models.guards import single_study
from mdmameta.models.inputs import Usable, check_contrasts, usable_rows

#: Why trials without events are not used.
NO_INFORMATION = (
    "They carry no information about a ratio; a difference of Mantel and Haenszel "
    "counts them in."
)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Used:
    """The rows of effects that are pooled.

    Parameters
    ----------
    rows
        Positions in the effects, shape (k,).
    cautions
        What was dropped or must be known.
    """

    rows: NDArray[np.intp]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Tables(Used):
    """Complete 2 × 2 tables of effects, as counted; see `Used`."""

    strata: Strata


def tables(effects: Effects, measures: tuple[str, ...]) -> Tables:
    """Read complete tables of two groups that have members.

    Parameters
    ----------
    effects
        With counts as moderators.
    measures
        Measures of the effects that the model may be shown beside.

    Raises
    ------
    ModelError
        When the effects are of another measure, have no counts, or no table
        is complete.
    """
    check_measure(effects, measures)
    try:
        cells = cell_counts(effects)
    except EffectsError as error:
        raise ModelError(f"tables of events cannot be read: {error}") from error
    empty = (cells[0] + cells[1] == 0) | (cells[2] + cells[3] == 0)
    missing = np.isnan(cells).any(axis=0) | empty
    used = complete(effects, missing)
    strata = Strata(*(cell[used.rows] for cell in cells))
    return Tables(strata=strata, rows=used.rows, cautions=used.cautions)


def check_measure(effects: Effects, measures: tuple[str, ...]) -> None:
    """Refuse what is not contrasts, and effects of another measure.

    Raises
    ------
    ModelError
        With the measure found and those that would fit.
    """
    check_contrasts(effects)
    if effects.measure and effects.measure not in measures:
        raise ModelError(
            f"effects are of measure {effects.measure!r}, and this model estimates "
            f"{' or '.join(measures)}: the estimate would not fit the effects shown "
            "beside it. Make the effects with that measure."
        )


def complete(effects: Effects, missing: NDArray[np.bool_]) -> Used:
    """Rows with counts; y and v are not asked for, since they are not used."""
    usable = _usable(effects, missing)
    cautions = (*usable.cautions, *_correlated(effects))
    return Used(rows=usable.rows, cautions=cautions)


def _usable(effects: Effects, missing: NDArray[np.bool_]) -> Usable:
    placeholder = Effects(
        y=np.zeros(effects.k),
        v=np.ones(effects.k),
        study=effects.study,
        provenance=effects.provenance,
        shared_controls=effects.shared_controls,
        caveats=effects.caveats,
    )
    return usable_rows(placeholder, missing)


def _correlated(effects: Effects) -> tuple[Caution, ...]:
    if effects.covariance is None:
        return ()
    text = (
        "Some rows are correlated, but tables are pooled as independent: the interval "
        "is too narrow if they share participants."
    )
    return (Caution("covariance-ignored", text),)


def uninformative(
    study: NDArray[np.str_], silent: NDArray[np.bool_], reason: str
) -> tuple[Caution, ...]:
    """Say which trials without (or with only) events are not used, and why."""
    if not silent.any():
        return ()
    names = ", ".join(map(str, study[silent]))
    count = int(silent.sum())
    text = (
        f"{count} {'trial' if count == 1 else 'trials'} without events (or with events "
        f"only) in both groups, not used: {names}. {reason}"
    )
    return (Caution("zero-zero", text),)


def counted_in(
    study: NDArray[np.str_], inside: NDArray[np.bool_], measure: str
) -> tuple[Caution, ...]:
    """Say which trials without (or with only) events are pooled all the same."""
    if not inside.any():
        return ()
    names = ", ".join(map(str, study[inside]))
    count = int(inside.sum())
    text = (
        f"{count} {'trial' if count == 1 else 'trials'} without events (or with events "
        f"only) in both groups, counted in: {names}. They draw the pooled {measure} "
        "towards no contrast by their weight, or rest on a constant that was added. "
        "Odds ratios and Peto's leave them out; drop00=(True, True) does so here."
    )
    return (Caution("zero-zero-counted", text),)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CountSettings:
    """What a fit to counts is made of, beside its tables.

    Parameters
    ----------
    pooled
        Of the tables used.
    y, v
        Effects of each table and their variances, for Q; NaN where missing.
    rows
        Positions of y in the effects.
    level
        Probability of the interval.
    trials
        How many trials have an effect of their own, where that is not read from
        y and v; gives the degrees of freedom of Q.
    """

    pooled: Pooled
    y: FloatArray
    v: FloatArray
    rows: NDArray[np.intp]
    level: float
    trials: int | None = None


def assemble_counts(
    model: Model, effects: Effects, read: Used, settings: CountSettings
) -> Fit:
    """Put a pooled contrast of tables in its place."""
    pooled = settings.pooled
    if not (np.isfinite(pooled.value) and pooled.se > 0):
        raise ModelError(
            f"{model!r} has no finite estimate from {len(read.rows)} tables: one "
            "group has no events (or only events) in every trial. Add a constant to "
            "the cells that are pooled, or use a model that allows for it."
        )
    estimate = estimate_of_mean(pooled.value, pooled.se, level=settings.level)
    weights = np.zeros(effects.k)
    weights[read.rows] = 100 * pooled.weights / pooled.weights.sum()
    single = single_study() if len(read.rows) == 1 else ()
    return Fit(
        model=model,
        effects=effects,
        used=read.rows,
        estimate=estimate,
        heterogeneity=_heterogeneity(settings),
        coefficients=later(partial(intercept_row, estimate)),
        vcov=np.array([[pooled.se**2]]),
        weights=weights,
        warnings=(*read.cautions, *single, *_without_variance(settings, effects)),
    )


def _without_variance(settings: CountSettings, effects: Effects) -> tuple[Caution, ...]:
    exact = np.isfinite(settings.y) & (settings.v == 0)
    if not exact.any():
        return ()
    names = ", ".join(map(str, effects.study[settings.rows[exact]]))
    text = (
        f"Q, I² and H² leave out {names}: without a constant the variance of that "
        "contrast alone is 0, which would be an infinite weight. The first of add "
        "and to gives it a variance."
    )
    return (Caution("without-variance", text),)


def _heterogeneity(settings: CountSettings) -> Heterogeneity:
    known = np.isfinite(settings.y) & np.isfinite(settings.v) & (settings.v > 0)
    y, v = settings.y[known], settings.v[known]
    trials = y.size if settings.trials is None else settings.trials
    df = trials - 1 if y.size > 1 else 0
    q = float(((y - settings.pooled.value) ** 2 / v).sum()) if df > 0 else 0.0
    i2 = h2 = tau2 = np.nan
    if df > 0:
        i2, h2, tau2 = (100 * max(0.0, 1 - df / q) if q > 0 else 0.0), q / df, 0.0
    p = float(chdtrc(df, q)) if df > 0 else 1.0
    return Heterogeneity(tau2=tau2, i2=i2, h2=h2, q=q, q_df=max(df, 0), q_p=p)
