"""The closest pair of departures, one for each arm, that changes an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.dropout_tipping import Gap, nearest_root

#: Directions tried, all around, before the best is refined.
DIRECTIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The pair of departures closest to none, by straight distance.

    Parameters
    ----------
    active, control
        Of the two arms; NaN where there is none within the distance searched.
    reason
        How they were found, or why there are none.
    """

    active: float
    control: float
    reason: str

    @property
    def distance(self) -> float:
        """Root of the sum of squares of the two."""
        return float(np.hypot(self.active, self.control))


def nearest_pair(
    plane: Callable[[float, float], Effects],
    gap: Gap,
    reach: float,
    around: float | None = None,
) -> Nearest:
    """Search all directions for the closest pair at which a gap closes.

    Parameters
    ----------
    plane
        Effects at departures of the active and the control arm.
    gap
        Above zero while the answer stands.
    reach
        Distance searched to.
    around
        Direction in radians near which the closest pair lies, when it is known;
        else twelve are tried first.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[1.0], v=[0.04])
    >>> pair = nearest_pair(
    ...     lambda a, c: effects.with_y(effects.y + 0.3 * a - 0.4 * c),
    ...     lambda e: float(e.y[0]), reach=5.0)
    >>> round(pair.active, 2), round(pair.control, 2), round(pair.distance, 2)
    (-1.2, 1.6, 2.0)
    """

    def radius(angle: float) -> float:
        a, c = np.cos(angle), np.sin(angle)
        found, _ = nearest_root(lambda r: plane(r * a, r * c), gap, [reach], steps=2)
        return reach * 2 if found is None else found

    start = gap(plane(0.0, 0.0))
    if np.isnan(start) or start <= 0:
        _, reason = nearest_root(lambda r: plane(r, r), gap, [reach])
        return Nearest(active=np.nan, control=np.nan, reason=reason)
    tried = [around] if around is not None else list(_directions())
    radii = [radius(angle) for angle in tried]
    if min(radii) > reach:
        reason = f"not reached within a distance of {reach:g}"
        return Nearest(active=np.nan, control=np.nan, reason=reason)
    best, step = tried[int(np.argmin(radii))], 2 * np.pi / DIRECTIONS
    fine = minimize_scalar(
        radius, bounds=(best - step, best + step), options={"xatol": 5e-3},
        method="bounded",
    )  # fmt: skip
    angle, r = (float(fine.x), float(fine.fun))
    if min(radii) < r:
        angle, r = best, min(radii)
    return Nearest(
        active=r * float(np.cos(angle)),
        control=r * float(np.sin(angle)),
        reason="closest pair over all directions",
    )


def _directions() -> FloatArray:
    return np.linspace(-np.pi, np.pi, DIRECTIONS + 1)[:-1]
