"""Correlation of the sampling errors of two rows of one study, from what they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import EffectsError

Labels = NDArray[np.object_]
Rho = float | pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Layout:
    """What tells the rows of a study apart, each of shape (k,) or None.

    Parameters
    ----------
    obs, type
        Observation (of one construct) and construct.
    time1, time2
        Times of the first and the second group.
    grp1, grp2, w1, w2
        First and second group, and their sizes.
    rho
        Correlation by obs or type alone, or (by obs, by type) for both.
    phi
        Correlation of times one unit apart.
    """

    obs: Labels | None = None
    type: Labels | None = None
    time1: FloatArray | None = None
    time2: FloatArray | None = None
    grp1: Labels | None = None
    grp2: Labels | None = None
    w1: FloatArray | None = None
    w2: FloatArray | None = None
    rho: Rho | tuple[Rho, Rho] | None = None
    phi: float | None = None


def correlation_of(layout: Layout, rows: NDArray[np.intp]) -> FloatArray:
    """Correlations of the rows of one study, shape (n, n).

    The error of a row is that of its first group at its first time less that
    of its second group at its second time, each of variance 1 / w. Different
    groups are independent; in one group errors correlate by ρ (observation,
    construct) times φ to the power of the time between.

    Parameters
    ----------
    layout
        Of all rows.
    rows
        Positions of the n rows of a study.

    Examples
    --------
    >>> layout = Layout(grp1=np.array(["a", "b"], object), w1=np.array([20.0, 25.0]),
    ...     grp2=np.array(["c", "c"], object), w2=np.array([40.0, 40.0]))
    >>> correlation_of(layout, np.array([0, 1])).round(3)
    array([[1.   , 0.358],
           [0.358, 1.   ]])
    """
    R = _by_measurement(layout, rows)
    if layout.grp1 is None:
        product: FloatArray = R * _by_time(layout.phi, layout.time1, layout.time1, rows)
        return product
    sides = [(layout.grp1, layout.time1, layout.w1, 1.0)]
    if layout.grp2 is not None:
        second = layout.time1 if layout.time2 is None else layout.time2
        sides.append((layout.grp2, second, layout.w2, -1.0))
    covariance, spread = np.zeros_like(R), np.zeros(rows.size)
    for group, time, w, sign in sides:
        for other, later, u, opposite in sides:
            root = 1 / np.sqrt(np.outer(_of(w, rows), _of(u, rows)))
            same = group[rows][:, None] == other[rows][None, :]
            part = sign * opposite * same * root
            part = part * _by_time(layout.phi, time, later, rows)
            covariance += R * part
            spread += np.diag(part)
    sd = np.sqrt(spread)
    if not (sd > 0).all():
        row = rows[np.flatnonzero(~(sd > 0))[0]]
        raise EffectsError(
            f"row {row} compares a group with itself at one time: grp1 = grp2 = "
            f"{layout.grp1[row]!r}. Give two groups, or two times."
        )
    correlation: FloatArray = covariance / np.outer(sd, sd)
    return correlation


def _of(w: FloatArray | None, rows: NDArray[np.intp]) -> FloatArray:
    return np.ones(rows.size) if w is None else w[rows]


def _by_time(
    phi: float | None,
    time: FloatArray | None,
    other: FloatArray | None,
    rows: NDArray[np.intp],
) -> FloatArray:
    if phi is None or time is None or other is None:
        return np.ones((rows.size, rows.size))
    apart = np.abs(time[rows][:, None] - other[rows][None, :])
    power: FloatArray = np.power(phi, apart)
    return power


def _by_measurement(layout: Layout, rows: NDArray[np.intp]) -> FloatArray:
    rho, obs, kind = layout.rho, layout.obs, layout.type
    if rho is None:
        return np.ones((rows.size, rows.size))
    if obs is None or kind is None:
        single = kind if obs is None else obs
        name = "type" if obs is None else "obs"
        assert single is not None
        assert not isinstance(rho, tuple)
        return _by_label(name, rho, single[rows])
    assert isinstance(rho, tuple)
    within = _by_label("obs", rho[0], obs[rows])
    across = _by_label("type", rho[1], kind[rows])
    return np.where(kind[rows][:, None] == kind[rows][None, :], within, across)


def _by_label(name: str, rho: Rho, labels: Labels) -> FloatArray:
    same = labels[:, None] == labels[None, :]
    if isinstance(rho, pd.DataFrame):
        absent = set(labels) - (set(rho.index) & set(rho.columns))
        if absent:
            raise EffectsError(
                f"rho has no row or column for {name} "
                f"{', '.join(map(repr, sorted(absent, key=str)))}; it has "
                f"{', '.join(map(repr, rho.index))}."
            )
        looked_up = rho.loc[list(labels), list(labels)].to_numpy(dtype=float)
        return np.where(same, 1.0, looked_up)
    return np.where(same, 1.0, rho)
