"""Kenward and Roger's error and degrees of freedom of a random-effects mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray

#: The interval of `RandomEffects` that is made of them.
INTERVAL = "kenward-roger"

#: Package meta's codes of prediction intervals made of them, and how many degrees
#: of freedom each gives up.
PREDICTIONS = {"KR": 0.0, "KR-PR": 1.0}


@dataclass(frozen=True, slots=True)
class KenwardRoger:
    """What τ² being estimated costs the mean.

    Parameters
    ----------
    scale
        Factor of the classic variance of the mean, at least 1.
    df
        Degrees of freedom of the t reference.
    """

    scale: float
    df: float


def kenward_roger(v: FloatArray, X: FloatArray, tau2: float) -> KenwardRoger:
    """Adjust the variance of a mean for τ² being estimated by REML.

    With W = diag(1 / (v + τ²)), P = W − WX(XᵀWX)⁻¹XᵀW and s the shares of the
    weight that each row has in the mean, the variance of τ² is 1 / I, where
    I = tr(PP) / 2 is the expected information of the restricted likelihood. The
    classic variance is multiplied by 1 + 2 var(w) / I, and the degrees of
    freedom are twice its square over its own variance: 2 I / (mean(w) scale)².
    Mean and variance of the weights are over rows, each counted by s.

    Parameters
    ----------
    v
        Sampling variances, shape (k,), k > 1.
    X
        The column of the mean, shape (k, 1): ones unless rows are rotated.
    tau2
        Estimate of the variance between studies.

    Notes
    -----
    The degrees of freedom have the adjusted variance, as Partlett and Riley and
    package meta have it; with the classic one, as for any linear mixed model in
    Kenward and Roger, they are larger by scale². With equal variances the scale
    is 1 and there are k − 1 degrees of freedom in both.

    References
    ----------
    Kenward and Roger 1997, doi:10.2307/2533558; Partlett and Riley 2017,
    doi:10.1002/sim.7140.

    Examples
    --------
    >>> found = kenward_roger(np.full(5, 0.2), np.ones((5, 1)), tau2=0.1)
    >>> round(found.scale, 9), round(found.df, 9)
    (1.0, 4.0)
    """
    w = 1 / (v + tau2)
    shares = w * X[:, 0] ** 2
    shares = shares / shares.sum()
    mean = float(shares @ w)
    spread = float(shares @ (w - mean) ** 2)
    information = _information(w, shares)
    scale = 1 + 2 * spread / information
    return KenwardRoger(scale, 2 * information / (mean * scale) ** 2)


def _information(w: FloatArray, shares: FloatArray) -> float:
    """Return tr(PP) / 2 as a sum of positive terms, so that no digits cancel."""
    parts = np.sort(shares * w)
    pairs = 2 * float(parts[1:] @ np.cumsum(parts)[:-1])
    return (float(((1 - shares) ** 2) @ w**2) + pairs) / 2
