"""Adaptive Gauss–Hermite quadrature over the random effects of each trial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import softmax

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.edges import nodes_between_edges
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem

#: Steps to a trial's mode; from the last one a few are enough.
NEWTON_STEPS = 60
#: Length of a step to the mode below which it is there.
AT_MODE = 1e-9
#: Count in an empty cell at the edge of possible risks, for the place of the nodes:
#: with none, the mode may lie at the edge itself, where Newton's steps end.
HALF = 0.5


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Marginal:
    """Log-likelihood with the random effects integrated out, trial by trial.

    Parameters
    ----------
    value
        Log-likelihood of each trial, shape (k,).
    modes
        Where the nodes are centred, shape (k, q).
    gradient
        Slopes in the level (if trials have one), coefficients and scales,
        shape (k, r).
    information
        Minus the second derivatives, shape (k, r, r).
    """

    value: FloatArray
    modes: FloatArray
    gradient: FloatArray
    information: FloatArray

    @property
    def total(self) -> float:
        """Log-likelihood of all trials."""
        return float(self.value.sum())


@lru_cache(maxsize=32)
def grid(nodes: int, q: int) -> tuple[FloatArray, FloatArray]:
    """Nodes, shape (q, nodes**q), and the logarithms of weights times exp(x²).

    Examples
    --------
    >>> grid(3, 2)[0].shape
    (2, 9)
    """
    if q == 0:
        return np.zeros((0, 1)), np.zeros(1)
    x, w = np.polynomial.hermite.hermgauss(nodes)
    log_w = np.log(w) + x**2
    places = np.stack([a.ravel() for a in np.meshgrid(*[x] * q, indexing="ij")])
    weights = sum(a.ravel() for a in np.meshgrid(*[log_w] * q, indexing="ij"))
    return places, np.asarray(weights) + 0.5 * q * (np.log(2) - np.log(2 * np.pi))


def modes(of: Problem, at: Point, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Modes of likelihood times density in z, and minus the curvature there.

    Newton's steps, halved in the trials whose objective would fall.

    Parameters
    ----------
    of, at
        The likelihood and where it is evaluated.
    start
        First guess, shape (k, q).
    """
    loads, fixed = of.loads(at), of.fixed(at)[:, :, None]
    family = of.family.inside(HALF)
    identity = np.eye(of.q)

    def height(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        value, s, h = family(fixed + loads @ z[:, :, None])
        slope = (loads * s).sum(axis=1) - z
        curve = identity - loads.transpose(0, 2, 1) @ (loads * h)
        return value.sum(axis=(1, 2)) - 0.5 * (z**2).sum(axis=1), slope, curve

    z, (now, slope, curve) = start, height(start)
    if not np.isfinite(now).all():
        z = np.where(np.isfinite(now)[:, None], start, 0.0)
        now, slope, curve = height(z)
    if np.isinf(now).any():
        own = np.linalg.pinv(loads) @ (family.best()[0][:, :, None] - fixed)
        z = np.where(np.isinf(now)[:, None], own[:, :, 0], z)
        now, slope, curve = height(z)
    for _ in range(NEWTON_STEPS):
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        for _ in range(NEWTON_STEPS):
            then = height(z + step)
            worse = then[0] < now - 1e-12 * np.abs(now)
            if not worse.any():
                break
            step = np.where(worse[:, None], step / 2, step)
        z, (now, slope, curve) = z + step, then
        if np.abs(step).max() < AT_MODE:
            break
    return z, curve


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Conditional:
    """Distribution of the random effects of each trial, given its counts.

    Parameters
    ----------
    z
        Nodes of the standardised random effects, shape (k, q, m).
    probability
        Of each node, shape (k, m).
    scores
        Slopes of the log-likelihood at each node in the level (if trials have
        one), coefficients and scales, shape (k, m, r).
    """

    z: FloatArray
    probability: FloatArray
    scores: FloatArray


def conditional_effects(
    of: Problem, at: Point, nodes: int, start: FloatArray
) -> Conditional:
    """Distribute the random effects of each trial over nodes, given its counts.

    Parameters
    ----------
    of, at, nodes, start
        As for `marginal`.
    """
    z, terms, _, (s, _) = _terms(of, at, nodes, start)
    return Conditional(
        z=z, probability=softmax(terms, axis=1), scores=_scores(_columns(of, z), s)
    )


def _scores(G: FloatArray, s: FloatArray) -> FloatArray:
    return np.asarray((G * s[..., None]).sum(axis=1))


def marginal(of: Problem, at: Point, nodes: int, start: FloatArray) -> Marginal:
    """Integrate the random effects out, and differentiate what is left.

    Derivatives are those of the integral (Louis's identity) by the same nodes.

    Parameters
    ----------
    of, at
        The likelihood and where it is evaluated.
    nodes
        A dimension.
    start
        First guess of the modes, shape (k, q).

    References
    ----------
    Pinheiro and Bates 1995, doi:10.1080/10618600.1995.10474663; Louis 1982,
    doi:10.1111/j.2517-6161.1982.tb01203.x.
    """
    z, terms, centre, (s, h) = _terms(of, at, nodes, start)
    total = _log_of_sum(terms)
    with np.errstate(invalid="ignore"):
        w = np.exp(terms - total[:, None])
    G = _columns(of, z)
    S = _scores(G, s)
    mean = (w[:, None, :] @ S)[:, 0]
    flat = G.reshape(of.k, -1, G.shape[-1])
    weight = (w[:, None, :] * h).reshape(of.k, -1, 1)
    louis = -(flat * weight).transpose(0, 2, 1) @ flat
    louis -= (S * w[..., None]).transpose(0, 2, 1) @ S
    louis += mean[:, :, None] * mean[:, None, :]
    return Marginal(value=total, modes=centre, gradient=mean, information=louis)


def values(
    of: Problem, at: Point, nodes: int, start: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Log-likelihood of each trial alone, shape (k,), and the modes.

    Parameters
    ----------
    of, at, nodes, start
        As for `marginal`.
    """
    _, terms, centre, _ = _terms(of, at, nodes, start)
    return _log_of_sum(terms), centre


def _log_of_sum(terms: FloatArray) -> FloatArray:
    """Logarithm of the sum of exponentials of each row; −∞ where there are none."""
    top = terms.max(axis=1)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1)))


def _terms(
    of: Problem, at: Point, nodes: int, start: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[FloatArray, FloatArray]]:
    """Nodes (k, q, m), logarithms of what they add, modes, and derivatives."""
    x, log_w = grid(nodes, of.q)
    z, centre, log_w = np.zeros((of.k, 0, 1)), np.zeros((of.k, 0)), log_w[None, :]
    if of.cut_off and nodes > 1:
        centre, curve = modes(of, at, start)
        z, log_w = nodes_between_edges(of, at, (centre, curve), nodes)
        log_w = log_w - 0.5 * (z**2).sum(axis=1) - 0.5 * of.q * np.log(2 * np.pi)
    elif of.q > 0:
        centre, curve = modes(of, at, start)
        root = np.linalg.cholesky(np.linalg.inv(curve))
        z = centre[:, :, None] + np.sqrt(2) * (root @ x)
        volume = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        log_w = log_w + volume[:, None] - 0.5 * (z**2).sum(axis=1)
    value, s, h = of.family(of.fixed(at)[:, :, None] + of.loads(at) @ z)
    return z, log_w + value.sum(axis=1), centre, (s, h)


def _columns(of: Problem, z: FloatArray) -> FloatArray:
    """Give what each parameter is multiplied by in predictors, (k, J, m, r)."""
    k, J, m = of.k, of.X.shape[1], z.shape[2]
    parts = [np.broadcast_to(of.X[:, :, None, :], (k, J, m, of.p))]
    if of.own is not None:
        parts.insert(0, np.broadcast_to(of.own[:, :, None, None], (k, J, m, 1)))
    if len(of.entries):
        row, column = of.entries.T
        parts.append(of.D[:, :, None, row] * z.transpose(0, 2, 1)[:, None, :, column])
    return np.concatenate(parts, axis=3)
