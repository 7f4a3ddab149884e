"""Likelihoods that end at the edge of possible risks, against brute force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import binom, norm

from mdmameta import Effects
from mdmameta.models.frequentist import BinomialNormal
from mdmameta.models.frequentist.binomial_normal.counts import Counts
from mdmameta.models.frequentist.binomial_normal.differences import differences
from mdmameta.models.frequentist.binomial_normal.problem import Point
from mdmameta.models.frequentist.binomial_normal.quadrature import values
from mdmameta.models.frequentist.binomial_normal.setup import Setup
from mdmameta.models.frequentist.binomial_normal.unconditional_fixed import (
    unconditional_fixed,
)
from mdmameta.models.frequentist.binomial_normal.unconditional_random import (
    unconditional_random,
)

ONES = np.ones((2, 1))
RISKS = Counts(
    measure="RD",
    x=np.array([[0.0, 3.0], [2.0, 0.0]]),
    size=np.array([[20.0, 30.0], [25.0, 18.0]]),
    rows=np.arange(2),
    cautions=(),
)
CODES = np.array([0.5, -0.5])


def probability(i: int, risks: np.ndarray) -> float:
    if not (risks > 0).all() & (risks < 1).all():
        return 0.0
    return float(binom.pmf(RISKS.x[i], RISKS.size[i], risks).prod())


def one_dimension(i: int, alpha: float, mu: float, tau: float) -> float:
    """Log-likelihood of a trial, over the effects that risks allow."""
    reach = min(2 * alpha, 2 * (1 - alpha))

    def density(theta: float) -> float:
        risks = alpha + CODES * theta
        return probability(i, risks) * float(norm.pdf(theta, mu, tau))

    low, high = max(-reach, mu - 9 * tau), min(reach, mu + 9 * tau)
    return float(np.log(quad(density, low, high, epsabs=1e-14, epsrel=1e-12)[0]))


@pytest.mark.parametrize("tau", [0.02, 0.2])
def test_one_effect_a_trial_is_integrated_up_to_the_edge(tau: float) -> None:
    of = unconditional_fixed(RISKS, ONES, 0.5).full
    alpha = np.array([0.06, 0.04])
    point = Point(alpha, np.array([0.03]), np.array([tau]))
    ours, _ = values(of, point, 36, np.zeros((2, 1)))
    brute = [one_dimension(i, a, 0.03, tau) for i, a in enumerate(alpha)]
    np.testing.assert_allclose(ours, brute, atol=1e-8)


def test_two_effects_a_trial_are_integrated_over_the_risks_themselves() -> None:
    of = unconditional_random(RISKS, ONES, 0.5, correlated=False).full
    mu, level, sigma, tau = 0.03, 0.06, 0.05, 0.06
    point = Point(np.zeros(2), np.array([mu, level]), np.array([sigma, tau]))
    # Gauss–Legendre over both risks, whose level and contrast are normal.
    x, w = np.polynomial.legendre.leggauss(400)
    p, w = (x + 1) / 4, w / 4  # risks to 0.5, nine SDs away
    one, other = p[:, None], p[None, :]
    prior = norm.pdf((one + other) / 2, level, sigma)
    prior = prior * norm.pdf(one - other, mu, tau)
    brute = []
    for (a, c), (n1, n2) in zip(RISKS.x, RISKS.size, strict=True):
        density = binom.pmf(a, n1, one) * binom.pmf(c, n2, other) * prior
        brute.append(np.log(w @ density @ w))
    ours, _ = values(of, point, 36, np.zeros((2, 2)))
    np.testing.assert_allclose(ours, brute, atol=1e-7)


def test_the_likelihood_does_not_jump_as_an_edge_moves() -> None:
    of = unconditional_fixed(RISKS, ONES, 0.5).full
    alphas = np.linspace(0.04, 0.12, 81)
    path = [
        values(
            of,
            Point(np.array([a, a]), np.array([0.0]), np.array([0.05])),
            36,
            np.zeros((2, 1)),
        )[0].sum()
        for a in alphas
    ]
    assert np.abs(np.diff(path, 3)).max() < 5e-4


def test_differences_beyond_an_edge_are_a_straight_line() -> None:
    of = unconditional_fixed(RISKS, ONES, 0.5).full
    at = Point(np.array([1e-9, 0.05]), np.array([0.0]), np.array([1e-9]))
    found = differences(of, at, 18, np.zeros((2, 1)))
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.information).all()


EVENTS = {
    "ai": [3, 0, 7, 12, 1, 5, 9],
    "n1i": [30, 22, 55, 80, 15, 40, 60],
    "ci": [6, 2, 9, 20, 1, 12, 11],
    "n2i": [32, 20, 50, 85, 17, 41, 58],
}


def trials() -> Effects:
    return Effects.from_arrays([0.0] * 7, [1.0] * 7, measure="RD", moderators=EVENTS)


def common(delta: float) -> float:
    """Highest log-likelihood at a risk difference, every level by a bounded search."""
    total = 0.0
    for a, n1, c, n2 in zip(*EVENTS.values(), strict=True):
        low, high = max(0, -delta), 1 - max(0, delta)
        p0 = np.linspace(low, high, 40_001)
        p1 = p0 + delta
        total += float((binom.logpmf(a, n1, p1) + binom.logpmf(c, n2, p0)).max())
    return total


def test_a_common_risk_difference_reaches_a_maximum_at_the_edge() -> None:
    # lme4 and glm stop at 0.22 less; R's estimate at the maximum is -0.0764828697.
    fit = BinomialNormal("UM.FS", "RD", "EE").fit(trials())
    assert fit.diagnostics.converged
    assert fit.estimate.value == pytest.approx(-0.0764828697, abs=1e-8)
    assert fit.likelihood.value == pytest.approx(common(fit.estimate.value), abs=1e-5)
    for delta in (-0.0775, -0.0755):
        assert common(delta) < fit.likelihood.value


@pytest.mark.parametrize("nodes", [None, 1])
def test_arms_without_events_do_not_hold_up_a_search(nodes: int | None) -> None:
    fit = BinomialNormal("UM.RS", "RD", nodes=nodes).fit(trials())
    assert fit.diagnostics.converged
    assert fit.heterogeneity.tau2 == 0.0
    assert np.isfinite([fit.estimate.se, fit.tests.likelihood_ratio]).all()


def test_heterogeneity_with_an_empty_arm_is_at_the_top_of_the_likelihood() -> None:
    events = {
        "ai": [0, 9, 2, 14],
        "n1i": [30, 40, 35, 50],
        "ci": [4, 3, 5, 4],
        "n2i": [32, 38, 30, 52],
    }
    four = Effects.from_arrays([0.0] * 4, [1.0] * 4, measure="RD", moderators=events)
    fit = BinomialNormal("UM.FS", "RD").fit(four)
    assert fit.diagnostics.converged
    assert fit.heterogeneity.tau2 > 0
    best = setup_of(events)
    start = np.array([0.05, 0.15, 0.1, 0.15, fit.estimate.value, 0.1])
    found = minimize(lambda x: -best(x), start, method="Nelder-Mead", options=LONG)
    assert fit.likelihood.value == pytest.approx(-found.fun, abs=1e-5)


LONG = {"maxiter": 6000, "maxfev": 6000, "xatol": 1e-9, "fatol": 1e-11}


def setup_of(events: dict[str, list[int]]) -> Callable[[np.ndarray], float]:
    x = np.column_stack([events["ai"], events["ci"]]).astype(float)
    n = np.column_stack([events["n1i"], events["n2i"]]).astype(float)
    counts = Counts(measure="RD", x=x, size=n, rows=np.arange(4), cautions=())
    made: Setup = unconditional_fixed(counts, np.ones((4, 1)), 0.5)

    def height(at: np.ndarray) -> float:
        point = Point(at[:4], at[4:5], at[5:])
        return float(values(made.full, point, 60, np.zeros((4, 1)))[0].sum())

    return height
