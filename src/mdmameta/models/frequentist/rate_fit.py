"""From events and person-time of two groups to what a Fit is assembled from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mdmameta.effects.counts import rate_counts
from mdmameta.effects.rates import log_rate_ratio, rate_difference
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, ModelError
from mdmameta.models.frequentist.count_fit import (
    NO_INFORMATION,
    CountSettings,
    Used,
    check_measure,
    complete,
    counted_in,
    uninformative,
)
from mdmameta.models.frequentist.stratified_rates import (
    Rates,
    pooled_rate_difference,
    pooled_rate_ratio,
)

POOL = {"IRR": pooled_rate_ratio, "IRD": pooled_rate_difference}
SINGLE = {"IRR": log_rate_ratio, "IRD": rate_difference}

#: Adds what is wanted to the events: of single trials (0) or of the pool (1).
Adjust = Callable[[Rates, int], Rates]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RateTables(Used):
    """Complete events and person-time of effects, as counted; see `Used`.

    Parameters
    ----------
    strata
        Of the trials that are pooled.
    every, counted
        All complete trials: those that are not pooled may have an effect in Q.
    """

    strata: Rates
    every: Used
    counted: Rates


def rate_tables(effects: Effects, measure: str, adjust: Adjust) -> RateTables:
    """Read the trials that carry information about the measure.

    Parameters
    ----------
    effects
        With x1i, t1i, x2i, t2i as moderators.
    measure
        "IRR" or "IRD".
    adjust
        What is added to the events before pooling.

    Raises
    ------
    ModelError
        When the effects are of another measure, have no rates, or no trial is
        complete.
    """
    check_measure(effects, (measure,))
    try:
        columns = rate_counts(effects)
    except EffectsError as error:
        raise ModelError(f"rates cannot be read: {error}") from error
    usable = complete(effects, np.asarray(np.isnan(columns).any(axis=0)))
    counted = Rates(*(column[usable.rows] for column in columns))
    silent = _silent(adjust(counted, 1), measure)
    inside = (counted.x1 + counted.x2 == 0) & ~silent
    study = effects.study[usable.rows]
    reason = NO_INFORMATION if measure == "IRR" else "They are left out as drop00 asks."
    return RateTables(
        strata=_taken(counted, ~silent),
        rows=usable.rows[~silent],
        every=usable,
        counted=counted,
        cautions=(
            *usable.cautions,
            *uninformative(study, silent, reason),
            *counted_in(study, inside, measure),
        ),
    )


def rate_settings(
    read: RateTables, measure: str, adjust: Adjust, level: float
) -> CountSettings:
    """Pool rates, and compute the effects of single trials, that Q is made of."""
    one = adjust(read.counted, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = SINGLE[measure](x1i=one.x1, t1i=one.t1, x2i=one.x2, t2i=one.t2)
    pooled = POOL[measure](adjust(read.strata, 1))
    return CountSettings(pooled=pooled, y=y, v=v, rows=read.every.rows, level=level)


def _silent(r: Rates, measure: str) -> NDArray[np.bool_]:
    silent = np.isnan(r.x1)
    return silent | (r.x1 + r.x2 == 0) if measure == "IRR" else silent


def _taken(r: Rates, keep: NDArray[np.bool_]) -> Rates:
    return Rates(*(getattr(r, f.name)[keep] for f in fields(r)))
