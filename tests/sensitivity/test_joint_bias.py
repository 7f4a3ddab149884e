import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.sensitivity.joint_bias import joint_posterior

Y, V = np.array([-0.9, -0.5, -0.7, -0.2]), np.array([0.2, 0.1, 0.05, 0.3])
U, S = np.array([0.7, 0.5, 0.8, 0.4]), np.array([0.01, 0.04, 0.005, 0.04])


def test_without_bias_it_is_the_exact_random_effects_posterior():
    plain = BayesianRandomEffects().fit(Effects.from_arrays(y=Y, v=V)).estimate
    found = joint_posterior(Y, V, U, S, (0.0, 0.0))
    assert found.delta.mean == pytest.approx(plain.value, abs=1e-8)
    assert found.delta.interval(0.95) == pytest.approx(
        (plain.ci_low, plain.ci_high), abs=1e-7
    )
    assert found.delta_new.interval(0.95)[0] == pytest.approx(plain.pi_low, abs=1e-6)


def test_a_fixed_bias_and_known_u_shift_the_contrasts_and_nothing_else():
    shifted = joint_posterior(Y + 0.4 * U, V, U, np.zeros(4), (0.0, 0.0))
    found = joint_posterior(Y, V, U, np.zeros(4), (-0.4, 0.0))
    assert found.delta.mean == pytest.approx(shifted.delta.mean, rel=1e-12)
    assert found.log_evidence == pytest.approx(shifted.log_evidence, rel=1e-12)


def test_it_agrees_with_importance_sampling_of_every_unknown():
    rng = np.random.default_rng(1)
    n = 400_000
    b, tau = rng.normal(-0.4, 0.3, n), abs(rng.normal(0, 0.5, n))
    u = rng.normal(U, np.sqrt(S), (n, 4))
    delta = rng.normal(0, 1, n)
    spread = V + tau[:, None] ** 2
    z = Y - delta[:, None] - b[:, None] * u
    log = -0.5 * (z**2 / spread + np.log(spread)).sum(axis=1)
    w = np.exp(log - log.max())
    w /= w.sum()
    found = joint_posterior(Y, V, U, S, (-0.4, 0.3))
    ess = 1 / (w**2).sum()
    assert found.delta.mean == pytest.approx(w @ delta, abs=4 * 0.3 / ess**0.5)
    assert found.b_mean == pytest.approx(w @ b, abs=4 * 0.3 / ess**0.5)
    assert found.b_sd == pytest.approx(np.sqrt(w @ (b - w @ b) ** 2), rel=0.03)


def test_covariance_matrices_that_are_diagonal_change_nothing():
    one = joint_posterior(Y, V, U, S, (-0.4, 0.2))
    # A coupling too small to matter takes the way of full matrices.
    two = joint_posterior(Y, np.diag(V) + 1e-13 * (1 - np.eye(4)), U, S, (-0.4, 0.2))
    assert two.delta.mean == pytest.approx(one.delta.mean, abs=1e-9)
    assert two.log_evidence == pytest.approx(one.log_evidence, abs=1e-9)


def test_u_off_together_leaves_more_doubt_than_u_off_apart():
    apart = joint_posterior(Y, V, U, S, (-0.6, 0.01))
    sd = np.sqrt(S)
    together = joint_posterior(Y, V, U, np.outer(sd, sd), (-0.6, 0.01))
    assert together.delta.sd > apart.delta.sd


def test_a_prior_that_the_data_cannot_move_stays():
    found = joint_posterior([-0.7], [0.05], [0.6], [0.0], (-0.5, 0.1))
    assert found.b_sd / 0.1 > 0.99


def test_priors_of_contrast_and_heterogeneity_are_used():
    tight = joint_posterior(
        Y, V, U, S, (0.0, 0.0), mu=Normal(0, 0.01), tau=HalfNormal(0.1)
    )
    assert abs(tight.delta.mean) < 0.01


@pytest.mark.parametrize("b", [(-0.4, -0.1), (np.nan, 0.1)])
def test_a_prior_of_b_that_is_none_is_refused(b):
    with pytest.raises(SensitivityError, match="give its prior mean and an SD"):
        joint_posterior(Y, V, U, S, b)


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(SensitivityError, match=r"u \(3,\)"):
        joint_posterior(Y, V, U[:3], S, (0, 0))
