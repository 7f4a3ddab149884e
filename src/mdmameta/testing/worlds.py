"""Simulated worlds with a known truth, from which models are to find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.options import Measure

#: True mean, in the unit of a standardised mean difference or a log ratio: a
#: moderate contrast, off zero so that a model that shrinks is seen to shrink.
TRUTH = 0.3

#: SD of true effects where they differ: about I² = 50 % with the variances below.
TAU = 0.25

#: Sampling variances lie between these: groups of some 16 to 160 people.
SMALLEST_V, LARGEST_V = 0.025, 0.25

#: Largest number of rows of one study in a world of clusters.
LARGEST_CLUSTER = 4

Draw = Callable[[Generator, int, float], Effects]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A way to simulate effects, and the truth behind them.

    Parameters
    ----------
    name
        As shown in the report.
    draw
        Function of a generator, the number of studies and the SD of true
        effects, which returns `Effects`.
    truth
        True value of what the model's ``estimate`` estimates.
    tau
        SD of true effects in simulations of the recovery.

    Examples
    --------
    >>> import numpy as np
    >>> from mdmameta.testing.worlds import World, independent
    >>> world = World(name="independent", draw=independent)
    >>> world.draw(np.random.default_rng(1), 5, world.tau).k, world.truth
    (5, 0.3)
    """

    name: str
    draw: Draw
    truth: float = TRUTH
    tau: float = TAU


def independent(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k studies of one normal effect each; moderators have no influence."""
    v = np.exp(rng.uniform(np.log(SMALLEST_V), np.log(LARGEST_V), k))
    y = TRUTH + tau * rng.standard_normal(k) + np.sqrt(v) * rng.standard_normal(k)
    return Effects.from_arrays(
        y=y, v=v, study=[f"study {i + 1}" for i in range(k)], moderators=_moderators(k)
    )


def clustered(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k studies of 1 to 4 effects, half of τ² between studies."""
    sizes = 1 + np.arange(k) % LARGEST_CLUSTER
    of = np.repeat(np.arange(k), sizes)
    rows = of.size
    v = np.exp(rng.uniform(np.log(SMALLEST_V), np.log(LARGEST_V), k))[of]
    half = tau / np.sqrt(2)
    theta = TRUTH + half * rng.standard_normal(k)[of] + half * rng.standard_normal(rows)
    moderators = _moderators(rows)
    moderators["outcome"] = [f"outcome {1 + i}" for i in _places(sizes)]
    return Effects.from_arrays(
        y=theta + np.sqrt(v) * rng.standard_normal(rows),
        v=v,
        study=[f"study {i + 1}" for i in of],
        moderators=moderators,
    )


def events(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k trials with events in two groups; truth is a log odds ratio."""
    n = rng.integers(20, 120, k)
    base = rng.normal(-0.7, 0.5, k)
    shares = [1 / (1 + np.exp(-base - TRUTH - tau * rng.standard_normal(k)))]
    shares.append(1 / (1 + np.exp(-base)))
    ai, ci = (rng.binomial(n, share) for share in shares)
    table = pd.DataFrame({"ai": ai, "n1i": n, "ci": ci, "n2i": n})
    sizes = effect_size("OR", ai=ai, n1i=n, ci=ci, n2i=n)
    return Effects.from_arrays(
        y=sizes["y"], v=sizes["v"], measure="OR", moderators=table
    )


def risks(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k trials with events in two groups; truth is a log risk ratio."""
    base = rng.uniform(0.15, 0.4, k)
    return _two_groups(rng, "RR", base * np.exp(_true(rng, k, tau)), base)


def risk_differences(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k trials with events in two groups; truth is a risk difference."""
    base = rng.uniform(0.15, 0.4, k)
    return _two_groups(rng, "RD", base + _true(rng, k, tau), base)


def _true(rng: Generator, k: int, tau: float) -> np.ndarray:
    return TRUTH + tau * rng.standard_normal(k)


def _two_groups(
    rng: Generator, measure: Measure, p1: np.ndarray, p2: np.ndarray
) -> Effects:
    n1, n2 = (rng.integers(20, 120, p1.size) for _ in range(2))
    counts = {
        "ai": rng.binomial(n1, np.clip(p1, 0, 1)),
        "n1i": n1,
        "ci": rng.binomial(n2, p2),
        "n2i": n2,
    }
    return _counted(measure, counts)


def rates(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k trials with events over person-time; truth is a log rate ratio."""
    base = np.exp(rng.normal(-1.5, 0.4, k))
    return _two_rates(rng, "IRR", base * np.exp(_true(rng, k, tau)), base)


def rate_differences(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k trials with events over person-time; truth is a rate difference."""
    base = rng.uniform(0.1, 0.4, k)
    rate = np.maximum(base + _true(rng, k, tau), 0.0)
    return _two_rates(rng, "IRD", rate, base)


def _two_rates(
    rng: Generator, measure: Measure, rate1: np.ndarray, rate2: np.ndarray
) -> Effects:
    t1i, t2i = (rng.uniform(20.0, 200.0, rate1.size) for _ in range(2))
    x1i, x2i = rng.poisson(rate1 * t1i), rng.poisson(rate2 * t2i)
    return _counted(measure, {"x1i": x1i, "t1i": t1i, "x2i": x2i, "t2i": t2i})


def _counted(measure: Measure, counts: dict[str, Any]) -> Effects:
    sizes = effect_size(measure, **counts)
    table = pd.DataFrame(counts)
    return Effects.from_arrays(
        y=sizes["y"], v=sizes["v"], measure=measure, moderators=table
    )


def shares(rng: Generator, k: int, tau: float) -> Effects:
    """Simulate k groups with events; truth is the log odds of the event."""
    ni = rng.integers(20, 120, k)
    odds = TRUTH + tau * rng.standard_normal(k)
    xi = rng.binomial(ni, 1 / (1 + np.exp(-odds)))
    return _counted("PLO", {"xi": xi, "ni": ni})


def _moderators(rows: int) -> pd.DataFrame:
    place = np.arange(rows)
    columns = {
        "dose": (place % 3).astype(float),
        "year": 2000.0 + place % 7,
        "group": np.where(place % 2 == 0, "a", "b"),
    }
    return pd.DataFrame(columns)


def _places(sizes: np.ndarray) -> np.ndarray:
    return np.concatenate([np.arange(size) for size in sizes])


#: Worlds by the name that a model may give in an attribute ``world``.
WORLDS: dict[str, World] = {
    "independent": World(name="independent", draw=independent),
    "common": World(name="common", draw=independent, tau=0.0),
    "clustered": World(name="clustered", draw=clustered),
    "events": World(name="events", draw=events),
    "common-events": World(name="common-events", draw=events, tau=0.0),
    "common-risks": World(name="common-risks", draw=risks, tau=0.0),
    "common-risk-differences": World(
        name="common-risk-differences", draw=risk_differences, tau=0.0
    ),
    "rates": World(name="rates", draw=rates),
    "common-rates": World(name="common-rates", draw=rates, tau=0.0),
    "common-rate-differences": World(
        name="common-rate-differences", draw=rate_differences, tau=0.0
    ),
    "shares": World(name="shares", draw=shares),
}


def world_of(model: Any) -> World:
    """Return the world that a model asks for; independent studies by default.

    Raises
    ------
    ModelError
        For a name that is none.

    Examples
    --------
    >>> from mdmameta import CommonEffect
    >>> world_of(CommonEffect()).name
    'common'
    """
    name = getattr(model, "world", "independent")
    if name not in WORLDS:
        raise ModelError(
            f"{model!r} asks for the world {name!r}; allowed: {', '.join(WORLDS)}. "
            "Or give check_model a World of your own."
        )
    return WORLDS[name]
