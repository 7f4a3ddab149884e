"""Heterogeneity of a Bayesian fit in the words of the frequentist ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc

from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.fit import Heterogeneity


def describe(
    data: Data, tau2: float, tau2_interval: Callable[[], tuple[float, float]]
) -> Heterogeneity:
    """Q, which knows no prior, and I² and H² at the posterior mean of τ².

    I² is taken at the mean of τ² rather than averaged over τ, so that the three
    numbers of a row belong together: I² = 100 τ² / (τ² + typical v).

    Parameters
    ----------
    data
        k rotated effects.
    tau2
        Posterior mean.
    tau2_interval
        Computes the interval of τ².

    References
    ----------
    Higgins and Thompson (2002), doi:10.1002/sim.1186.
    """
    w = 1 / data.lam
    sum_w = float(w @ data.e**2)
    mu = float((w * data.e) @ data.z) / sum_w
    q, df = float(w @ (data.z - data.e * mu) ** 2), data.lam.size - 1
    i2 = h2 = float("nan")
    if df:
        typical = df / float(w.sum() - (w**2 @ data.e**2) / sum_w)
        h2 = 1 + tau2 / typical
        i2 = 100 * (1 - 1 / h2)
    return Heterogeneity(
        tau2=tau2,
        i2=i2,
        h2=h2,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)) if df else 1.0,
        tau2_se=np.nan,
        tau2_interval=tau2_interval,
    )
