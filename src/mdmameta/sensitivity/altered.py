"""Effects with other values, errors or scale, under an assumption."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.effects.checks import freeze
from mdmameta.effects.table import Effects


def moved(effects: Effects, y: ArrayLike, extra_v: ArrayLike) -> Effects:
    """Return effects with other values and added, independent variances.

    Parameters
    ----------
    effects
        The rows as they are.
    y, extra_v
        New values and what is added to their variances, shape (k,).
    """
    added = np.asarray(extra_v, dtype=float)
    made = effects.with_y(np.asarray(y, dtype=float))
    if not added.any():
        return made
    cov = effects.covariance
    return replace(
        made,
        v=freeze(effects.v + added),
        covariance=None if cov is None else freeze(cov + np.diag(added)),
    )


def scaled(effects: Effects, factor: ArrayLike) -> Effects:
    """Return effects and their standard errors times a factor each, shape (k,)."""
    by = np.asarray(factor, dtype=float)
    cov = effects.covariance
    return replace(
        effects.with_y(effects.y * by),
        v=freeze(effects.v * by**2),
        covariance=None if cov is None else freeze(cov * np.outer(by, by)),
    )
