"""What is known given τ, against sums over a grid of the mean and matrix algebra."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal, norm

from mdmameta.errors import ModelError
from mdmameta.models.bayesian.kernel import (
    Data,
    best_log_likelihood,
    conditional,
    mean_weights,
    profile_log_likelihood,
    shrinkage,
)
from mdmameta.models.bayesian.prior_base import Components

Y = np.array([-1.1, -0.2, 0.4, -0.6])
V = np.diag([0.10, 0.05, 0.20, 0.08]) + 0.03
TAU = np.array([0.0, 0.3, 1.2])

#: Two beliefs that the data move by different amounts, and one without any belief.
MIXTURE = Components(np.log([0.3, 0.7]), np.array([0.5, -1.0]), np.array([0.2, 0.6]))
FLAT = Components.single(0.0, np.inf)

MU = np.linspace(-6, 6, 24_001)
STEP = MU[1] - MU[0]


def likelihood(tau: float) -> np.ndarray:
    """Density of the effects at every mean of the grid."""
    total = V + tau**2 * np.eye(4)
    return multivariate_normal.pdf(Y - MU[:, None], cov=total)


def density(prior: Components) -> np.ndarray:
    if np.isinf(prior.sd).all():
        return np.ones_like(MU)
    parts = norm.pdf(MU[:, None], prior.mean, prior.sd)
    return parts @ np.exp(prior.log_weight)


@pytest.fixture(params=["mixture", "flat"])
def prior(request: pytest.FixtureRequest) -> Components:
    return {"mixture": MIXTURE, "flat": FLAT}[request.param]


def test_the_mean_given_tau_is_that_of_a_sum_over_a_grid(prior: Components) -> None:
    given = conditional(Data.of(Y, np.diag(V), V), TAU, prior)
    for at, tau in enumerate(TAU):
        joint = likelihood(tau) * density(prior)
        p = joint / joint.sum()
        mean = p @ MU
        assert given.mean[at] == pytest.approx(mean, abs=1e-9)
        assert given.sd[at] == pytest.approx(np.sqrt(p @ (MU - mean) ** 2), abs=1e-8)
        evidence = np.log(joint.sum() * STEP)
        assert given.log_likelihood[at] == pytest.approx(evidence, abs=1e-9)


def test_normals_of_mean_and_new_effect_are_joined_over_components() -> None:
    given = conditional(Data.of(Y, np.diag(V), V), TAU, MIXTURE)
    probability = np.array([0.2, 0.5, 0.3])
    weight = given.mixed(probability)
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ given.flat_means == pytest.approx(probability @ given.mean)
    assert_allclose(given.new_sds(TAU) ** 2, given.flat_sds**2 + np.tile(TAU, 2) ** 2)


@pytest.mark.parametrize("tau", [0.3, 1.2])
def test_shrunken_effects_are_those_of_the_joint_normal(tau: float) -> None:
    one, centre, sd = np.ones(4), 0.5, 0.8
    spread = sd**2 * np.outer(one, one) + tau**2 * np.eye(4)
    gain = spread @ np.linalg.inv(spread + V)
    data = Data.of(Y, np.diag(V), V)
    given = conditional(data, np.array([tau]), Components.single(centre, sd))
    found = shrinkage(data, np.array([tau]), given)
    assert_allclose(found.mean[:, 0], centre + gain @ (Y - centre), rtol=1e-10)
    left = np.diag(spread - gain @ spread)
    assert_allclose(found.sd[:, 0], np.sqrt(left), rtol=1e-10)


def test_the_share_of_an_effect_is_how_far_it_moves_the_mean() -> None:
    prior, tau, step = Components.single(0.2, 0.5), np.array([0.3]), 1e-6

    def mean(y: np.ndarray) -> float:
        return float(conditional(Data.of(y, np.diag(V), V), tau, prior).mean[0])

    data = Data.of(Y, np.diag(V), V)
    shares = mean_weights(data, tau, conditional(data, tau, prior))[:, 0]
    moved = [(mean(Y + step * row) - mean(Y)) / step for row in np.eye(4)]
    assert_allclose(shares, moved, atol=1e-7)


def test_the_profile_is_the_highest_point_over_the_mean() -> None:
    data = Data.of(Y, np.diag(V), V)
    highest = [np.log(likelihood(tau).max()) for tau in TAU]
    assert_allclose(profile_log_likelihood(data, TAU), highest, atol=1e-6)
    dense = [np.log(likelihood(tau).max()) for tau in np.linspace(0, 2, 201)]
    assert best_log_likelihood(data) == pytest.approx(max(dense), abs=0.01)


@pytest.mark.parametrize(
    ("y", "v"), [([0.1, np.nan], [1, 1]), ([0.1, 0.2], [1, 0]), ([0, 0], [1, np.inf])]
)
def test_an_effect_without_information_is_refused(y: list, v: list) -> None:
    with pytest.raises(ModelError, match="not positive and finite"):
        Data.of(np.array(y, dtype=float), np.array(v, dtype=float))
