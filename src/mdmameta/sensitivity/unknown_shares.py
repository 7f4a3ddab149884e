"""Points at which unknown shares of experienced people are integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.share_splits import allocations

#: Points of the lattice. With five unknown quantities, four times as many move
#: posterior means of the contrasts here by less than 0.001.
POINTS = 1024


@dataclass(frozen=True, eq=False, slots=True)
class SharePoints:
    """Equally likely sets of shares.

    Parameters
    ----------
    active, control
        Shares in the arms, shape (points, k).
    """

    active: FloatArray
    control: FloatArray


def share_points(
    splits: pd.DataFrame, prior: tuple[float, float], points: int = POINTS
) -> SharePoints:
    """Spread points over all that is not known of the shares.

    A share that nobody reports has a beta prior and is the same in both arms; a
    total that is known is spread over the arms as randomisation does it
    (hypergeometric); a share reported by arm is known.

    Parameters
    ----------
    splits
        From `split_frame`.
    prior
        The two parameters of the beta prior of an unknown share.
    points
        Points of the lattice; one is enough where everything is known.

    References
    ----------
    Niederreiter 1992, doi:10.1137/1.9781611970081 (Kronecker sequences; here with
    the powers of the generalised golden ratio, which need no random numbers).

    Examples
    --------
    >>> row = {"basis": "unknown", "share_active": np.nan, "share_control": np.nan,
    ...        "n_total": np.nan, "n_prior": np.nan, "n_active": np.nan}
    >>> found = share_points(pd.DataFrame([row]), (1.0, 1.0))
    >>> found.active.shape, round(float(found.active.mean()), 2)
    ((1024, 1), 0.5)
    """
    free = [_is_free(row) for _, row in splits.iterrows()]
    count = points if any(free) else 1
    lattice = iter(kronecker(count, sum(free)).T)
    pairs = [
        _pair(row, next(lattice), prior) if open_ else _held(row, count)
        for (_, row), open_ in zip(splits.iterrows(), free, strict=True)
    ]
    active, control = (np.column_stack([pair[i] for pair in pairs]) for i in (0, 1))
    return SharePoints(active, control)


def kronecker(points: int, dimensions: int) -> FloatArray:
    """Return evenly spread points of a cube, shape (points, dimensions).

    Examples
    --------
    >>> kronecker(3, 1).round(3).ravel().tolist()
    [0.118, 0.736, 0.354]
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    made: FloatArray = (0.5 + np.outer(np.arange(1.0, points + 1), steps)) % 1
    return made


def _is_free(row: pd.Series) -> bool:
    counted = np.isfinite(row[["n_prior", "n_active"]].to_numpy(dtype=float)).all()
    return bool(row["basis"] == "unknown" or (row["basis"] == "trial" and counted))


def _held(row: pd.Series, count: int) -> tuple[FloatArray, FloatArray]:
    active, control = float(row["share_active"]), float(row["share_control"])
    return np.full(count, active), np.full(count, control)


def _pair(
    row: pd.Series, u: FloatArray, prior: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    if row["basis"] == "unknown":
        share = np.asarray(betaincinv(*prior, u), dtype=float)
        return share, share
    n, m, a = (int(row[c]) for c in ("n_total", "n_prior", "n_active"))
    if a in (0, n):
        return _held(row, u.size)
    x, p = allocations(n, m, a)
    at = np.minimum(np.searchsorted(np.cumsum(p), u), x.size - 1)
    return x[at] / a, (m - x[at]) / (n - a)
