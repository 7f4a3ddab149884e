"""Quadrature against brute-force integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import binom, nchypergeom_fisher, norm

from mdmameta.models.frequentist.binomial_normal.counts import Counts
from mdmameta.models.frequentist.binomial_normal.differences import differences
from mdmameta.models.frequentist.binomial_normal.problem import Point, Problem
from mdmameta.models.frequentist.binomial_normal.quadrature import marginal, values
from mdmameta.models.frequentist.binomial_normal.setup import Setup
from mdmameta.models.frequentist.binomial_normal.single_group import conditional
from mdmameta.models.frequentist.binomial_normal.unconditional_fixed import (
    unconditional_fixed,
)
from mdmameta.models.frequentist.binomial_normal.unconditional_random import (
    unconditional_random,
)

A, N1, C, N2 = (np.array(x, float) for x in ([0, 3], [20, 30], [4, 5], [20, 25]))
COUNTS = Counts(
    measure="OR",
    x=np.column_stack([A, C]),
    size=np.column_stack([N1, N2]),
    rows=np.arange(2),
    cautions=(),
)
ONES = np.ones((2, 1))
RANDOM = unconditional_random(COUNTS, ONES, 0.5, correlated=True)


def total(of: Problem, point: Point, nodes: int) -> float:
    return float(values(of, point, nodes, np.zeros((of.k, of.q)))[0].sum())


@pytest.mark.parametrize("tau", [0.2, 1.0])
def test_the_likelihood_is_that_of_brute_force_integration(tau: float) -> None:
    def integral(i: int) -> float:
        def density(theta: float) -> float:
            n, m = N1[i] + N2[i], A[i] + C[i]
            ways = nchypergeom_fisher.pmf(A[i], n, m, N1[i], np.exp(theta))
            return float(ways * norm.pdf(theta, -0.5, tau))

        return quad(density, -0.5 - 9 * tau, -0.5 + 9 * tau, epsabs=1e-13)[0]

    of = conditional(COUNTS, ONES, exact=True).full
    point = Point(np.zeros(2), np.array([-0.5]), np.array([tau]))
    brute = sum(np.log(integral(i)) for i in range(2))
    assert total(of, point, 60) == pytest.approx(brute, abs=1e-9)


def test_two_correlated_dimensions_are_those_of_a_dense_grid() -> None:
    L = np.array([[0.8, 0.0], [0.3, 0.6]])
    point = Point(np.zeros(2), np.array([-0.5, -1.5]), L[[0, 1, 1], [0, 0, 1]])
    axis = np.linspace(-9, 9, 601)
    z = np.stack(np.meshgrid(axis, axis, indexing="ij"))
    (a, u), density = np.tensordot(L, z, 1), norm.pdf(z).prod(axis=0)
    up, down = expit(-1.5 + a + (u - 0.5) / 2), expit(-1.5 + a - (u - 0.5) / 2)
    brute = 0.0
    for i in range(2):
        arms = binom.pmf(A[i], N1[i], up) * binom.pmf(C[i], N2[i], down)
        brute += np.log((arms * density).sum() * (axis[1] - axis[0]) ** 2)
    assert total(RANDOM.full, point, 61) == pytest.approx(brute, abs=1e-8)


@pytest.mark.parametrize(
    ("setup", "beta", "scales"),
    [
        (conditional(COUNTS, ONES, exact=True), [-0.5], [0.7]),
        (conditional(COUNTS, ONES, exact=False), [-0.5], [0.7]),
        (unconditional_fixed(COUNTS, ONES, 0.5), [-0.5], [0.7]),
        (unconditional_fixed(COUNTS, ONES, 1.0), [-0.5], [0.7]),
        (RANDOM, [-0.5, -1.5], [0.8, 0.3, 0.6]),
    ],
)
def test_derivatives_are_those_of_differences(
    setup: Setup, beta: list[float], scales: list[float]
) -> None:
    of = setup.full
    point = Point(setup.start.alpha, np.array(beta), np.array(scales))
    start, nodes = np.zeros((2, of.q)), 40
    ours, by_differences = (f(of, point, nodes, start) for f in (marginal, differences))
    assert ours.gradient == pytest.approx(by_differences.gradient, abs=1e-6)
    assert ours.information == pytest.approx(by_differences.information, abs=2e-5)
