"""The number of ways to choose some of several people."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from mdmameta.arrays import FloatArray


def log_choose(n: FloatArray | float, x: NDArray[Any]) -> FloatArray:
    """Logarithm of the binomial coefficient.

    Parameters
    ----------
    n, x
        Of shapes that broadcast.

    Examples
    --------
    >>> float(np.exp(log_choose(np.array(4.0), np.array(2.0))).round(9))
    6.0
    """
    return np.asarray(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1))
