"""Tests that all trials share one effect, or what moderators make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.binomial_normal.ascent import climb
from mdmameta.models.frequentist.binomial_normal.optimum import FIRST_NODES, Optimum
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityTests:
    """Tests that trials differ by chance alone; χ² with ``df``.

    Parameters
    ----------
    wald, wald_p
        From each trial's own maximum; trials whose own is infinite weigh 0.
        With few events it hardly ever rejects.
    likelihood_ratio, likelihood_ratio_p
        Against a model with one effect a trial.
    df
        Degrees of freedom, k − p.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[-0.8, -0.7, -0.5], v=[0.7, 0.4, 1.1], measure="OR",
    ...     moderators={
    ...         "ai": [3, 5, 2], "bi": [17, 25, 8], "ci": [6, 9, 3], "di": [14, 21, 6]})
    >>> tests = mm.BinomialNormal().fit(effects).tests
    >>> round(tests.likelihood_ratio, 3), tests.df, round(tests.likelihood_ratio_p, 3)
    (0.028, 2, 0.986)
    """

    wald: float
    wald_p: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    df: int


def heterogeneity_tests(
    setup: Setup, common: Optimum, X: FloatArray, nodes: int | None
) -> HeterogeneityTests:
    """Compare trials with effects of their own to trials that share them.

    Parameters
    ----------
    setup
        The counts.
    common
        Maximum without heterogeneity.
    X
        Design of the effect, shape (k, p).
    nodes
        A dimension; None for as many as ``common`` needed.
    """
    if setup.separate is None:
        y, S, value = _own_arms(setup.common)
    else:
        count = common.nodes if nodes is None else nodes
        y, S, value = _own_contrasts(setup.separate, common, count, nodes is not None)
    df = X.shape[0] - X.shape[1]
    wald, ratio = _residual(y, S, X), 2 * (value - common.log_likelihood)
    return HeterogeneityTests(
        wald=wald,
        wald_p=float(chdtrc(df, wald)) if df else 1.0,
        likelihood_ratio=ratio,
        likelihood_ratio_p=float(chdtrc(df, max(ratio, 0.0))) if df else 1.0,
        df=df,
    )


def _own_arms(of: Problem) -> tuple[FloatArray, FloatArray, float]:
    """Own effects, their information (k, k), and the log-likelihood there."""
    eta, value, information = of.family.best()
    sign = np.array([1.0, -1.0])[: eta.shape[1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        y = ((eta - of.offset) * sign).sum(axis=1)
        w = 1 / (1 / information).sum(axis=1)
    known = np.isfinite(y) & np.isfinite(w)
    y, w = np.where(known, y, 0.0), np.where(known, w, 0.0)
    return y, np.diag(w), float(value.sum())


def _own_contrasts(
    of: Problem, common: Optimum, nodes: int, approximate: bool
) -> tuple[FloatArray, FloatArray, float]:
    """Give the same where levels of trials have a distribution."""
    at = common.summit.point
    contrast = (common.problem.X[:, 0] - common.problem.X[:, 1])[:, :-1]
    start = Point(contrast @ at.beta[:-1], at.beta[-1:], at.scales)
    summit = climb(of, start, max(nodes, FIRST_NODES))
    if approximate:
        summit = climb(of, summit.point, nodes, approximate=True)
    information = summit.at.information
    b, C = information[:, 0, 1:], information[:, 1:, 1:].sum(axis=0)
    S = np.diag(information[:, 0, 0]) - b @ np.linalg.solve(C, b.T)
    return summit.point.alpha, S, summit.at.total


def _residual(y: FloatArray, S: FloatArray, X: FloatArray) -> float:
    """Weighted residual sum of squares of effects with information S."""
    normal = X.T @ S @ X
    if np.linalg.matrix_rank(normal) < X.shape[1]:
        return float(np.nan)
    r = y - X @ np.linalg.solve(normal, X.T @ S @ y)
    return float(r @ S @ r)
