"""Effects whose true values follow a t distribution, with all of them integrated out.

t with ν degrees of freedom is a normal of variance τ²/λ with λ ~ Gamma(ν/2, ν/2);
given λ an effect is normal, and what is left is one integral over log λ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.kernel import LOG_2PI
from mdmameta.models.bayesian.sampled.program import Tensors

#: Nodes of the trapezium rule over log λ, in its approximate SDs: the density has
#: fallen to 1e-5 at the left for ν = 1, and to 1e-9 at the right for any ν.
NODES = np.arange(-17.0, 6.6, 0.35)


def t_effects(found: Tensors, data: Tensors) -> object:
    """Log density of y = θ + e with θ ~ t(ν, μ, τ) and e ~ N(0, v), as a tensor."""
    pt = compat.tensor()
    nu = found["nu"]
    log_weight, u = _mixing(pt, nu)
    parts = _parts(pt, data["y"][:, None], data["v"][:, None], found, u)
    return pt.sum(pt.logsumexp(log_weight + parts, axis=1))


def _mixing(xp: Any, nu: Any) -> tuple[Any, Any]:
    """Log weights of the nodes, which add to one, and log λ there."""
    u = NODES * xp.sqrt(2 / nu)
    # Largest at u = 0, where it is 0; what does not depend on u cancels.
    raw = nu / 2 * (u - xp.exp(u) + 1)
    return raw - xp.log(xp.sum(xp.exp(raw), axis=-1, keepdims=True)), u


def _parts(xp: Any, y: Any, v: Any, found: Tensors, u: Any) -> Any:
    variance = v + found["tau"] ** 2 * xp.exp(-u)
    return -0.5 * (LOG_2PI + xp.log(variance) + (y - found["mu"]) ** 2 / variance)


def posterior_of_nodes(
    y: float, v: float, draws: Tensors
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log likelihood of one effect, and what is known of its λ, in each of S draws.

    Parameters
    ----------
    y, v
        Effect and sampling variance.
    draws
        mu, tau and nu, shape (S,).

    Returns
    -------
    tuple of numpy.ndarray
        Log likelihood, shape (S,); probabilities of the nodes and log λ there, shape
        (S, nodes).
    """
    each = {name: np.asarray(x)[:, None] for name, x in draws.items()}
    log_weight, u = _mixing(np, each["nu"])
    joint = log_weight + _parts(np, y, v, each, u)
    peak = joint.max(axis=1, keepdims=True)
    weight = np.exp(joint - peak)
    total = weight.sum(axis=1, keepdims=True)
    return (peak + np.log(total))[:, 0], weight / total, u


def true_effect(
    y: float, v: float, draws: Tensors, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw one true effect given each draw: first λ, then the effect.

    Returns
    -------
    tuple of numpy.ndarray
        True effects and log likelihoods, shape (S,).
    """
    log_likelihood, probability, u = posterior_of_nodes(y, v, draws)
    level = rng.uniform(size=(len(u), 1))
    node = (np.cumsum(probability, axis=1) < level).sum(axis=1).clip(max=u.shape[1] - 1)
    tau2 = draws["tau"] ** 2 * np.exp(-u[np.arange(len(u)), node])
    b = tau2 / (tau2 + v)
    noise = np.sqrt(b * v) * rng.standard_normal(len(u))
    return b * y + (1 - b) * draws["mu"] + noise, log_likelihood
