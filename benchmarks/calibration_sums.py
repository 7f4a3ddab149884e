"""Posteriors as plain sums over a grid, that share no code with the package.

They give the probability of each quantity below its truth without a sampler, so that
ranks of a sampler on the same sets of data can be compared with them one by one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaln, ndtr
from scipy.stats import halfnorm, norm

from mdmameta import Effects

Truth = dict[str, Any]


def middles(n: int) -> np.ndarray:
    """Probabilities in the middle of n equal parts."""
    return (np.arange(n) + 0.5) / n


def _below(weight: np.ndarray, probability: float) -> float:
    """Posterior probability below a prior quantile, of weights of n equal parts."""
    place = probability * weight.size
    i = min(int(place), weight.size - 1)
    return float(weight[:i].sum() + (place - i) * weight[i])


def multilevel_sum(truth: Truth, effects: Effects) -> dict[str, float]:
    """Sum over 40 x 40 prior quantiles of both SDs; all else is normal given them."""
    y, k = effects.y, effects.k
    sd = 0.5 * halfnorm.ppf(middles(40))
    between, within = (one.ravel() for one in np.meshgrid(sd, sd, indexing="ij"))
    same = effects.study[:, None] == effects.study
    true = between[:, None, None] ** 2 * same + within[:, None, None] ** 2 * np.eye(k)
    true = true + 1.0  # the mean has variance 1
    root = np.linalg.cholesky(true + effects.V)
    z = np.linalg.solve(root, np.tile(y, (sd.size**2, 1))[..., None])[..., 0]
    log = -np.log(np.diagonal(root, axis1=1, axis2=2)).sum(1) - 0.5 * (z**2).sum(1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    square = weight.reshape(sd.size, sd.size)
    found = {
        name: _below(square.sum(axis=other), halfnorm.cdf(truth[name], scale=0.5))
        for name, other in (("tau_between", 1), ("tau_within", 0))
    }
    for name, cov, var in (
        ("mu", np.ones((sd.size**2, k)), np.ones(sd.size**2)),
        ("theta[0]", true[:, :, 0], true[:, 0, 0]),
    ):
        told = np.linalg.solve(true + effects.V, cov[..., None])[..., 0]
        spread = np.sqrt(var - (told * cov).sum(axis=1))
        value = float(np.ravel(truth[name.partition("[")[0]])[0])
        found[name] = float(weight @ ndtr((value - told @ y) / spread))
    return found


def robust_sum(truth: Truth, effects: Effects) -> dict[str, float]:
    """Sum over means, prior quantiles of scale and degrees of freedom, and effects.

    The t density of a true effect is summed against the normal one of its result,
    where that is not nil: no mixture of normal distributions is used.
    """
    mu = np.linspace(-4.5, 4.5, 91)
    tau, nu = 0.5 * halfnorm.ppf(middles(32)), np.exp(norm.ppf(middles(16), 2, 1))
    first, below = _t_normal(effects.y[0], effects.v[0], mu, tau, nu, truth["theta"][0])
    log = first - mu**2 / 2
    for y, v in zip(effects.y[1:], effects.v[1:], strict=True):
        log = log + _t_normal(y, v, mu, tau, nu, 0.0)[0]
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    half = np.clip((truth["mu"] - mu) / (mu[1] - mu[0]) + 0.5, 0, 1)
    return {
        "mu": float((weight * half).sum()),
        "tau": _below(weight.sum(axis=(0, 2)), halfnorm.cdf(truth["tau"], scale=0.5)),
        "nu": _below(weight.sum(axis=(1, 2)), norm.cdf(np.log(truth["nu"]), 2, 1)),
        "theta[0]": float((weight * below).sum()),
    }


def _t_normal(
    y: float,
    v: float,
    mu: np.ndarray,
    tau: np.ndarray,
    nu: np.ndarray,
    value: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Log density of y by nu, tau and mu, and the share of theta below a value."""
    z = np.linspace(-6, 6, 145)
    theta, step = y + np.sqrt(v) * z, np.sqrt(v) * (z[1] - z[0])
    below = np.clip((value - theta) / step + 0.5, 0, 1)
    n = nu[:, None, None, None]
    scale = gammaln((n + 1) / 2) - gammaln(n / 2) - 0.5 * np.log(n)
    away = (theta - mu[:, None]) / tau[:, None, None]
    log = scale - (n + 1) / 2 * np.log1p(away**2 / n) - np.log(tau[:, None, None])
    density = np.exp(log - z**2 / 2)
    total = np.maximum(density.sum(axis=-1), np.finfo(float).tiny)
    return np.log(total), (density * below).sum(axis=-1) / total
