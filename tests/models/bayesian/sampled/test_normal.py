from __future__ import annotations

import numpy as np
from scipy.stats import multivariate_normal

from mdmameta.models.bayesian.sampled.normal import Given, by_group

Y, GROUP = np.array([0.1, 0.2, 0.8, 0.6, -0.1]), np.array([0, 0, 1, 1, 2])
V = np.diag([0.02, 0.03, 0.04, 0.05, 0.03])
V[0, 1] = V[1, 0] = 0.01
NORMAL = by_group(Y, np.diag(V).copy(), V, GROUP)
MU, WITHIN, BETWEEN = 0.3, 0.2, 0.4
SAME = (GROUP[:, None] == GROUP).astype(float)
SIGMA = WITHIN**2 * np.eye(5) + BETWEEN**2 * SAME


def at(draws: int) -> Given:
    return Given(*(np.full((draws, 1), value) for value in (MU, WITHIN, BETWEEN)))


def test_each_effect_has_its_density_given_the_others():
    ours = NORMAL.log_likelihood(at(1))[0]
    whole = multivariate_normal(np.full(5, MU), SIGMA + V).logpdf(Y)
    for i in range(5):
        rest = np.delete(np.arange(5), i)
        cov = (SIGMA + V)[np.ix_(rest, rest)]
        others = multivariate_normal(np.full(4, MU), cov).logpdf(Y[rest])
        np.testing.assert_allclose(ours[i], whole - others)


def test_true_effects_are_drawn_from_their_conditional_normal():
    theta, _ = NORMAL.true_effects(at(40_000), np.random.default_rng(7))
    gain = SIGMA @ np.linalg.inv(SIGMA + V)
    np.testing.assert_allclose(theta.mean(axis=0), MU + gain @ (Y - MU), atol=0.004)
    np.testing.assert_allclose(np.cov(theta.T), SIGMA - gain @ SIGMA, atol=0.002)


def test_weights_are_those_of_generalised_least_squares():
    wanted = np.linalg.inv(SIGMA + V).sum(axis=1)
    np.testing.assert_allclose(NORMAL.weights(at(1))[0], wanted)
