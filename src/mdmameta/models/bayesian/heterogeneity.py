"""Heterogeneity of a Bayesian fit in the words of the frequentist ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.regression_kernel import RegressionData
from mdmameta.models.fit import Heterogeneity


def describe(
    data: Data | RegressionData,
    tau2: float,
    tau2_interval: Callable[[], tuple[float, float]],
) -> Heterogeneity:
    """Q, which knows no prior, and I² and H² at the posterior mean of τ².

    I² is taken at the mean of τ² rather than averaged over τ, so that the three
    numbers of a row belong together: I² = 100 τ² / (τ² + typical v).

    Parameters
    ----------
    data
        k rotated effects, with moderators or without.
    tau2
        Posterior mean.
    tau2_interval
        Computes the interval of τ².

    References
    ----------
    Higgins and Thompson (2002), doi:10.1002/sim.1186.
    """
    w, X = 1 / data.lam, data.X
    residual, leverage = _least_squares(w, X, data.z)
    q, df = float(w @ residual**2), data.lam.size - X.shape[1]
    i2 = h2 = float("nan")
    if df > 0:
        typical = df / float(w.sum() - w @ leverage)
        h2 = 1 + tau2 / typical
        i2 = 100 * (1 - 1 / h2)
    return Heterogeneity(
        tau2=tau2,
        i2=i2,
        h2=h2,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)) if df > 0 else 1.0,
        tau2_se=np.nan,
        tau2_interval=tau2_interval,
    )


def _least_squares(
    w: FloatArray, X: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Residuals and leverages of a weighted regression."""
    root = np.sqrt(w)
    Q, _ = np.linalg.qr(root[:, None] * X)
    target = root * z
    return (target - Q @ (Q.T @ target)) / root, (Q**2).sum(axis=1)
