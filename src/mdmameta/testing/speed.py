"""How long a model takes beside the usual one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import RandomEffects
from mdmameta.testing.conformance import Check
from mdmameta.testing.contract import fitted


def speed(
    model: Model, sets: Sequence[Effects], known: float | None
) -> Iterator[Check]:
    """Compare a fit with one of `RandomEffects`.

    Parameters
    ----------
    model, sets
        What is fitted, to the last of these.
    known
        Seconds of a fit that was timed while it was checked, for a slow model.

    Yields
    ------
    Check
        Reported, never judged; none when the model raises.
    """
    usual = _milliseconds(RandomEffects(), sets[-1])
    ours = _milliseconds(model, sets[-1]) if known is None else 1000 * known
    if np.isfinite(ours):
        detail = (
            f"{ours:.3g} ms a fit of {sets[-1].k} rows, {ours / usual:.2g} times "
            "RandomEffects()"
        )
        yield Check(name="speed", outcome="reported", detail=detail)


def _milliseconds(model: Model, effects: Effects) -> float:
    """Fastest of three fits."""
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        if fitted(model, effects) is None:
            return np.nan
        best = min(best, time.perf_counter() - start)
    return 1000 * best
