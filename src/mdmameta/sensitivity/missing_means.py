"""Means under informative missingness: a shift of those who are missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.effects.missing_kernels import mixed_mean
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.altered import moved

#: How one shift s becomes the shifts of the active and the control arm.
PATTERNS: dict[str, Callable[[float], tuple[float, float]]] = {
    "equal": lambda s: (s, s),
    "opposite": lambda s: (s, -s),
    "active only": lambda s: (s, 0.0),
    "control only": lambda s: (0.0, s),
}


def shifted(
    effects: Effects, fractions: pd.DataFrame, active: ArrayLike, control: ArrayLike
) -> Effects:
    """Contrast of everybody randomised, were the missing shifted from the observed.

    With f the fraction missing of N randomised, and the mean of the missing that
    of the observed plus a shift in SD of the observed, the mean of an arm moves
    by f × shift, and the standardised contrast by f_T shift_T − f_C shift_C. As f
    is estimated, shift² f (1 − f) / N is added to the variance for each arm. The
    contrast stays standardised by the SD of the observed.

    Parameters
    ----------
    effects
        Standardised contrasts of available cases, k rows.
    fractions
        f_active, f_control, n_active, n_control, one row an effect. A fraction of
        NaN counts as nobody missing; one whose n is NaN is assumed, without error.
    active, control
        Shifts in SD, one for all or one an effect, shape (k,); 0 is the
        available-case analysis (missing at random).

    References
    ----------
    Mavridis, White, Higgins, Cipriani & Salanti 2015, doi:10.1002/sim.6365
    (informative missingness difference of means).

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.6], v=[0.05])
    >>> fractions = pd.DataFrame({"f_active": [0.1], "f_control": [0.2],
    ...                           "n_active": [50], "n_control": [50]})
    >>> out = shifted(effects, fractions, active=1.0, control=-0.5)
    >>> out.y.round(3), out.v.round(4)
    (array([-0.4]), array([0.0526]))
    """
    arms = []
    for arm, shift in (("active", active), ("control", control)):
        f = fractions[f"f_{arm}"].fillna(0.0).to_numpy(dtype=float)
        n = fractions[f"n_{arm}"].fillna(np.inf).to_numpy(dtype=float)
        nothing, lam = (
            np.zeros_like(f),
            np.atleast_1d(np.asarray(shift, dtype=float))[None],
        )
        arms.append(mixed_mean(nothing, nothing, n, f[None], lam, ratio=False))
    y = effects.y + arms[0].value - arms[1].value
    return moved(effects, y, arms[0].variance + arms[1].variance)
