"""Whether a model finds the truth: bias and coverage in simulation."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import numpy as np

from mdmameta.models.fit import Model
from mdmameta.testing.worlds import World

#: Sets that are fitted however long they take: three intervals that all miss the truth
#: are more than bad luck.
FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a model found in simulated sets of k studies.

    Parameters
    ----------
    k, replications
        Number of studies, and of sets fitted.
    bias, bias_mcse
        Mean of estimate minus truth, with its Monte Carlo standard error.
    coverage, coverage_mcse
        Share of intervals that hold the truth, with the Monte Carlo standard
        error of a share.
    width
        Mean width of the intervals.
    se_ratio
        Mean standard error over the SD of the estimates; 1 when honest.
    level
        Probability that the intervals claim.
    seconds
        For one fit, on average.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.testing.recovery import recover
    >>> from mdmameta.testing.worlds import World, independent
    >>> world = World(name="independent", draw=independent)
    >>> found = recover(
    ...     mm.CommonEffect(), world, 10, replications=20, seconds=9, seed=1)
    >>> found.k, found.replications, found.level
    (10, 20, 0.95)
    """

    k: int
    replications: int
    bias: float
    bias_mcse: float
    coverage: float
    coverage_mcse: float
    width: float
    se_ratio: float
    level: float
    seconds: float

    def to_dict(self) -> dict[str, float]:
        """Plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"coverage {self.coverage:.3f} ± {self.coverage_mcse:.3f} (claimed "
            f"{self.level:g}), bias {self.bias:+.4f} ± {self.bias_mcse:.4f}, width "
            f"{self.width:.3f}, {self.replications} sets"
        )


def recover(
    model: Model,
    world: World,
    k: int,
    *,
    replications: int,
    seconds: float,
    seed: int,
) -> Recovery:
    """Fit a model to simulated sets and compare with the truth.

    Parameters
    ----------
    model, world, k
        What is fitted, where, with how many studies.
    replications
        Sets to simulate at most.
    seconds
        Time after which no further set is begun; three are fitted always.
    seed
        Set number i is made from ``(seed, k, i)``, whatever else is run.

    Returns
    -------
    Recovery
    """
    rows: list[tuple[float, float, float, float]] = []
    level, start = np.nan, time.perf_counter()
    while len(rows) < max(replications, FEWEST):
        rng = np.random.default_rng([seed, k, len(rows)])
        e = model.fit(world.draw(rng, k, world.tau)).estimate
        rows.append((e.value, e.se, e.ci_low, e.ci_high))
        level = e.level
        spent = time.perf_counter() - start
        if len(rows) >= FEWEST and spent > seconds:
            break
    each = (time.perf_counter() - start) / len(rows)
    return _summarise(np.array(rows), world.truth, k, level, each)


def _summarise(
    rows: np.ndarray, truth: float, k: int, level: float, each: float
) -> Recovery:
    value, se, low, high = rows.T
    n = len(rows)
    spread = float(value.std(ddof=1))
    covered = float(np.mean((low <= truth) & (truth <= high)))
    share = (covered * n + 2) / (n + 4)  # no zero error where all or none are covered
    return Recovery(
        k=k,
        replications=n,
        bias=float(value.mean() - truth),
        bias_mcse=spread / np.sqrt(n),
        coverage=covered,
        coverage_mcse=float(np.sqrt(share * (1 - share) / n)),
        width=float(np.mean(high - low)),
        se_ratio=float(np.mean(se)) / spread,
        level=level,
        seconds=each,
    )
