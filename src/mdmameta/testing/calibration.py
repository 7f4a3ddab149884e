"""Simulation-based calibration: whether a posterior means what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import bdtr

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError

#: Points at which an ECDF is compared with its band.
POINTS = 100

#: Simulated uniform samples that calibrate the band: its level is then right to 0.4 %.
SIMULATED = 4000


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibration:
    """Ranks of the truth in its posteriors, one a replication, for one quantity.

    Parameters
    ----------
    name
        Of the quantity.
    ranks
        Shares of the posterior below the truth, shape (replications,): uniform when
        the posterior is right.
    level
        Probability that the whole ECDF of a right posterior stays in the band.
    seed
        Of the simulated band.
    """

    name: str
    ranks: FloatArray
    level: float = 0.95
    seed: int = 1

    @property
    def passed(self) -> bool:
        """Whether the ECDF stays in its band everywhere."""
        return bool((self.excess <= 0).all())

    @property
    def excess(self) -> FloatArray:
        """How far the ECDF is outside of the band at each point; at most 0 inside."""
        z, low, high = ecdf_band(self.ranks.size, level=self.level, seed=self.seed)
        ecdf = (self.ranks[:, None] <= z).mean(axis=0)
        return np.asarray(np.maximum(ecdf - high, low - ecdf))

    def histogram(self, bins: int = 20) -> FloatArray:
        """Count ranks in bins of equal width."""
        counted, _ = np.histogram(self.ranks, bins, range=(0, 1))
        return counted.astype(float)

    def to_frame(self) -> pd.DataFrame:
        """One row: quantity, replications, mean and SD of ranks, distance, verdict."""
        z = np.sort(self.ranks)
        steps = np.arange(1, z.size + 1) / z.size
        row = {
            "quantity": self.name,
            "replications": self.ranks.size,
            "mean": self.ranks.mean(),
            "sd": self.ranks.std(ddof=1),
            "distance": float(np.maximum(steps - z, z - steps + 1 / z.size).max()),
            "passed": self.passed,
        }
        return pd.DataFrame([row])


def rank(draws: ArrayLike, truth: float, rng: np.random.Generator) -> float:
    """Share of draws below the truth, with ties and steps smoothed at random.

    Parameters
    ----------
    draws
        Of a posterior, thinned to be nearly independent; any shape.
    truth
        What the data were simulated with.
    rng
        Spreads the rank evenly over its step, so that it is continuous.

    Examples
    --------
    >>> r = rank([1.0, 2.0, 3.0], 2.5, np.random.default_rng(1))
    >>> 0.5 <= r <= 0.75
    True
    """
    flat = np.ravel(np.asarray(draws, dtype=float))
    below, equal = int((flat < truth).sum()), int((flat == truth).sum())
    return float((below + rng.uniform() * (equal + 1)) / (flat.size + 1))


def calibrations(
    ranks: Iterable[Mapping[str, float]], *, level: float = 0.95, seed: int = 1
) -> tuple[Calibration, ...]:
    """Gather the ranks of replications into one `Calibration` a quantity.

    Parameters
    ----------
    ranks
        One mapping of quantities to ranks a replication.
    level, seed
        Of the bands.

    Raises
    ------
    OptionError
        For fewer than 20 replications.
    """
    frame = pd.DataFrame(list(ranks))
    if len(frame) < 20:
        raise OptionError(
            f"{len(frame)} replications calibrate nothing; give 20 or more."
        )
    return tuple(
        Calibration(name=str(name), ranks=frame[name].to_numpy(float), level=level,
                    seed=seed)
        for name in frame
    )  # fmt: skip


def ecdf_band(
    n: int, *, level: float = 0.95, seed: int = 1
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Band in which the whole ECDF of n uniform ranks lies with a probability.

    Parameters
    ----------
    n
        Number of ranks.
    level
        Simultaneous probability; that of each point is found by simulation.
    seed
        Of the simulation.

    Returns
    -------
    tuple of numpy.ndarray
        Points between 0 and 1, lower and upper limits of the ECDF there.

    References
    ----------
    Säilynoja, Bürkner and Vehtari (2022), doi:10.1007/s11222-022-10090-6.

    Examples
    --------
    >>> z, low, high = ecdf_band(100)
    >>> bool(((low < z) & (z < high)).all())
    True
    """
    z = np.arange(1, POINTS) / POINTS
    rng = np.random.default_rng(seed)
    bins = np.full(POINTS, 1 / POINTS)
    counted = rng.multinomial(n, bins, size=SIMULATED).cumsum(axis=1)[:, :-1]
    every = np.arange(n + 1)[:, None]
    below, above = bdtr(every, n, z), _at_least(every, n, z)
    least = np.minimum(below, above)[counted, np.arange(z.size)].min(axis=1)
    tail = float(np.quantile(least, 1 - level))
    inside = (below >= tail) & (above >= tail)
    low = inside.argmax(axis=0) / n
    high = (n - inside[::-1].argmax(axis=0)) / n
    return z, low, high


def _at_least(x: np.ndarray, n: int, p: FloatArray) -> FloatArray:
    return np.where(x == 0, 1.0, 1 - bdtr(np.maximum(x - 1, 0), n, p))
