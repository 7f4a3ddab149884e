"""A random-effects mean, had studies that average the null been added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from mdmameta.arrays import FloatArray

__all__ = ["FileDrawer", "file_drawer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDrawer:
    """A random-effects mean with null studies added.

    Parameters
    ----------
    value, tau2, p_value
        Pooled effect, variance of true effects, and p by z.
    """

    value: float
    tau2: float
    p_value: float


def file_drawer(
    y: FloatArray,
    v: FloatArray,
    n: int,
    *,
    value: float,
    tau2: float,
    fixed: bool = False,
) -> FileDrawer:
    """Pool studies with n more that average zero.

    The variance of true effects is that of all taken together: the variance
    within each group, τ², and that between their means.

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (k,).
    n
        Number of studies added, each with the harmonic mean of v.
    value, tau2
        Pooled effect and variance of true effects without them.
    fixed
        Whether τ² stays as it is.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = np.array([0.4, 0.6]), np.array([0.02, 0.02])
    >>> round(file_drawer(y, v, 2, value=0.5, tau2=0.0).tau2, 4)
    0.0833
    """
    k = y.size
    both = k + n
    if n and not fixed:
        within = tau2 * (both - 2) / (both - 1)
        tau2 = within + value**2 * k * n / (both * (both - 1))
    w, more = 1 / (v + tau2), n / (1 / np.mean(1 / v) + tau2)
    total = float(w.sum() + more)
    pooled = float(w @ y) / total
    p = 2 * float(ndtr(-abs(pooled) * np.sqrt(total)))
    return FileDrawer(value=pooled, tau2=float(tau2), p_value=p)
