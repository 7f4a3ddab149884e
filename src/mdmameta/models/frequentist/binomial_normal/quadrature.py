"""Adaptive Gauss–Hermite quadrature over the distribution of true effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize, minimize_scalar
from scipy.special import logsumexp

from mdmameta.effects.checks import FloatArray
from mdmameta.models.frequentist.binomial_normal.likelihoods import Likelihood

#: Logits beyond which a trial's likelihood is as flat as at infinity.
FAR = 30.0
#: Change of the log-likelihood on doubling nodes that ends the doubling.
STABLE = 1e-9
NEWTON_STEPS = 60
#: Where μ and log τ are sought; τ from 0.0005, whose likelihood is that of 0.
BOUNDS = ((-FAR, FAR), (-7.6, 3.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Maximum of the likelihood in μ and τ.

    ``error`` is the change of the log-likelihood when the ``nodes`` are doubled,
    ``gradient`` its largest slope in μ and log τ at the end (0 at τ = 0).
    """

    mu: float
    tau: float
    se: float
    tau2_se: float
    log_likelihood: float
    nodes: int
    error: float
    gradient: float = 0.0


def modes(f: Likelihood, k: int, mu: float, tau: float) -> tuple[FloatArray, ...]:
    """Modes of likelihood times normal density, and the curvature there."""
    prior = 0.0 if np.isinf(tau) else 1 / tau**2
    start = 0.0 if np.isinf(tau) else mu
    theta = np.full((k, 1), start)
    for _ in range(NEWTON_STEPS):
        _, slope, curve = f(theta)
        step = (slope - prior * (theta - start)) / (prior - curve + 1e-12)
        theta = np.clip(theta + np.clip(step, -1, 1), -FAR, FAR)
        if np.abs(step).max() < 1e-10:
            break
    return theta, prior - f(theta)[2]


def log_likelihood(f: Likelihood, k: int, mu: float, tau: float, nodes: int) -> float:
    """Marginal log-likelihood, effects integrated out.

    Parameters
    ----------
    f
        Of k trials.
    k
        Number of trials.
    mu, tau
        Mean and SD of true effects.
    nodes
        Of the quadrature around each trial's mode.
    """
    if tau < 1e-6:
        return float(f(np.full((k, 1), mu))[0].sum())
    return float(logsumexp(_terms(f, k, mu, tau, nodes)[1], axis=1).sum())


def _terms(
    f: Likelihood, k: int, mu: float, tau: float, nodes: int
) -> tuple[FloatArray, FloatArray]:
    x, w = np.polynomial.hermite.hermgauss(nodes)
    mode, information = modes(f, k, mu, tau)
    scale = np.sqrt(2 / information)
    theta = mode + scale * x
    density = -0.5 * ((theta - mu) / tau) ** 2 - np.log(tau * np.sqrt(2 * np.pi))
    return theta, f(theta)[0] + density + np.log(scale) + np.log(w) + x**2


def _with_slopes(
    p: FloatArray, f: Likelihood, k: int, nodes: int
) -> tuple[float, FloatArray]:
    """Minus the log-likelihood at (μ, log τ), and its slopes by Fisher's identity."""
    mu, tau = float(p[0]), float(np.exp(p[1]))
    theta, terms = _terms(f, k, mu, tau, nodes)
    total = logsumexp(terms, axis=1, keepdims=True)
    posterior, z = np.exp(terms - total), (theta - mu) / tau
    slopes = [(posterior * z).sum() / tau, (posterior * z**2).sum() - k]
    return -float(total.sum()), -np.array(slopes)


def maximise(f: Likelihood, k: int, *, common: bool) -> Optimum:
    """Find the maximum, from several starts and at τ = 0, with enough nodes."""
    zero = minimize_scalar(
        lambda mu: -log_likelihood(f, k, mu, 0.0, 1),
        bounds=(-FAR, FAR),
        method="bounded",
        options={"xatol": 1e-10},
    )
    mu, tau, nodes, error = float(zero.x), 0.0, 15, 0.0
    if not common and k > 1:
        mu, tau, nodes, error = _heterogeneous(f, k, mu, float(-zero.fun))
    value = log_likelihood(f, k, mu, tau, nodes)
    se, tau2_se = _errors(f, k, mu, tau, nodes)
    slopes = _with_slopes(np.array([mu, np.log(tau)]), f, k, nodes)[1] if tau else 0.0
    return Optimum(
        mu=mu, tau=tau, se=se, tau2_se=tau2_se, log_likelihood=value,
        nodes=nodes, error=error, gradient=float(np.abs(slopes).max()),
    )  # fmt: skip


def _heterogeneous(
    f: Likelihood, k: int, start: float, at_zero: float
) -> tuple[float, float, int, float]:
    def climb(p: list[float] | FloatArray, nodes: int) -> OptimizeResult:
        return minimize(
            _with_slopes, p, args=(f, k, nodes), jac=True, method="L-BFGS-B",
            bounds=BOUNDS, options={"ftol": 1e-14, "gtol": 1e-7},
        )  # fmt: skip

    def change(p: FloatArray, nodes: int) -> float:
        once, twice = (_with_slopes(p, f, k, n)[0] for n in (nodes, 2 * nodes))
        return abs(once - twice)

    found = [climb([start, np.log(tau)], 15) for tau in (0.1, 0.5, 1.5)]
    best, nodes = min(found, key=lambda r: float(r.fun)), 15
    error = change(best.x, nodes)
    while error > STABLE and nodes < 240:
        nodes *= 2
        best = climb(best.x, nodes)
        error = change(best.x, nodes)
    if -float(best.fun) <= at_zero + 1e-9:
        return start, 0.0, nodes, 0.0
    return float(best.x[0]), float(np.exp(best.x[1])), nodes, error


def _errors(
    f: Likelihood, k: int, mu: float, tau: float, nodes: int
) -> tuple[float, float]:
    if tau == 0:
        information = -float(f(np.full((k, 1), mu))[2].sum())
        return information**-0.5, np.nan
    h = np.array([1e-3, 1e-3 * min(1.0, tau)])

    def at(i: float, j: float) -> float:
        return log_likelihood(f, k, mu + i * h[0], tau + j * h[1], nodes)

    centre = at(0, 0)
    H = np.empty((2, 2))
    H[0, 0] = (at(1, 0) - 2 * centre + at(-1, 0)) / h[0] ** 2
    H[1, 1] = (at(0, 1) - 2 * centre + at(0, -1)) / h[1] ** 2
    cross = at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)
    H[0, 1] = H[1, 0] = cross / (4 * h[0] * h[1])
    vcov = np.linalg.inv(-H)
    return float(np.sqrt(vcov[0, 0])), float(2 * tau * np.sqrt(vcov[1, 1]))
