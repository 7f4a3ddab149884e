"""Normal levels of trials, against an independent Laplace approximation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binom

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist.binomial_normal import BinomialNormal

X = np.array([[3, 11], [9, 7], [3, 4], [14, 2], [5, 9], [2, 6.0]])
N = 40.0
#: Level and half the contrast, in both arms.
D = np.array([[1.0, 0.5], [1.0, -0.5]])


def effects() -> Effects:
    cells = {"ai": X[:, 0], "n1i": [N] * 6, "ci": X[:, 1], "n2i": [N] * 6}
    return Effects.from_arrays(np.zeros(6), np.ones(6), measure="OR", moderators=cells)


def laplace(p: np.ndarray) -> float:
    """Log-likelihood of mean, level and log SDs, without binomial constants."""
    b, mean, precision = np.zeros((6, 2)), np.array([p[1], p[0]]), np.exp(-2 * p[2:])
    for _ in range(30):
        eta = (mean + b) @ D.T
        risk = expit(eta)
        slope = (X - N * risk) @ D - b * precision
        H = np.einsum("ij,ja,jb->iab", N * risk * (1 - risk), D, D) + np.diag(precision)
        b = b + np.linalg.solve(H, slope[:, :, None])[:, :, 0]
    height = (X * eta - N * np.logaddexp(0, eta)).sum() - 0.5 * (b**2 * precision).sum()
    return float(height - 0.5 * np.linalg.slogdet(H)[1].sum() - 6 * p[2:].sum())


def profile(mu: float, start: np.ndarray) -> float:
    options = {"gtol": 1e-7}
    of = minimize(lambda q: -laplace(np.array([mu, *q])), start, options=options)
    return -float(of.fun)


def test_one_node_is_laplace_with_its_own_standard_error() -> None:
    fit = BinomialNormal("UM.RS", nodes=1).fit(effects())
    mu, tau = fit.estimate.value, fit.heterogeneity.tau
    rest = np.array([fit.levels.mean, np.log(fit.levels.sigma2) / 2, np.log(tau)])
    best = minimize(lambda p: -laplace(p), np.array([mu, *rest]))
    assert best.x == pytest.approx(np.array([mu, *rest]), abs=2e-4)
    h = 0.03
    low, mid, high = (profile(mu + s * h, rest) for s in (-1, 0, 1))
    assert fit.estimate.se == pytest.approx(h / np.sqrt(2 * mid - low - high), rel=1e-3)


def test_laplace_misses_what_the_integral_gives() -> None:
    coarse, fine, finer = (
        BinomialNormal("UM.RS", nodes=n).fit(effects()).likelihood.value
        for n in (1, None, 61)
    )
    assert fine == pytest.approx(finer, abs=1e-6)
    assert abs(coarse - fine) > 1e-3


def test_levels_that_do_not_differ_leave_a_regression_without_trials() -> None:
    same = {"ai": [6] * 4, "n1i": [40] * 4, "ci": [3] * 4, "n2i": [40] * 4}
    table = Effects.from_arrays(np.zeros(4), np.ones(4), moderators=same)
    fit = BinomialNormal("UM.RS", method="EE").fit(table)
    assert fit.levels.sigma2 == pytest.approx(0, abs=1e-8)
    assert fit.estimate.value == pytest.approx(np.log(6 * 37 / (34 * 3)), abs=1e-8)


def test_moderators_of_the_contrast_leave_the_controls_as_they_are() -> None:
    tables = {
        "ai": [3, 7, 12, 1, 5, 9], "n1i": [30, 55, 80, 15, 40, 60],
        "ci": [6, 9, 20, 1, 12, 11], "n2i": [32, 50, 85, 17, 41, 58],
        "x": [1, 2, 0, 3, 1, 0],
    }  # fmt: skip
    a, n, c, m, x = (np.array(column)[:, None] for column in tables.values())
    z, w = np.polynomial.hermite_e.hermegauss(40)

    def loss(at: np.ndarray) -> float:
        level = at[0] + np.exp(at[1]) * z
        inside = binom.pmf(a, n, expit(level + at[2] + at[3] * x))
        inside = inside * binom.pmf(c, m, expit(level))
        return -np.log(inside @ w / w.sum()).sum()

    best = minimize(loss, [-1.0, -1.0, 0.0, 0.0], method="BFGS", tol=1e-9).x
    effects = Effects.from_arrays(np.zeros(6), np.ones(6), moderators=tables)
    fit = BinomialNormal("UM.RS", method="EE", formula="~ x").fit(effects)
    np.testing.assert_allclose(fit.coefficients["value"], best[2:], atol=1e-4)
