"""One model compiled, sampled twice: the only slow test of the Bayesian room."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal, compat
from mdmameta.models.fit import Fit
from reference_cases import load

SET = load("mdma_primary")["effects"]["g"]
COV = np.diag(SET["vi"]) + 0.02
EFFECTS = Effects.from_arrays(SET["yi"], V=COV, study=SET["slab"], measure="SMD")
NUTS = BayesianRandomEffects(engine="nuts", seed=20)


@pytest.fixture(scope="module")
def sampled() -> Fit:
    return NUTS.fit(EFFECTS)


@pytest.fixture(scope="module")
def exact() -> Fit:
    return BayesianRandomEffects().fit(EFFECTS)


def error(fit: Fit) -> float:
    """Monte Carlo standard error of the mean, in posterior SDs."""
    return fit.diagnostics.ess_bulk**-0.5


def test_sampling_is_sound(sampled):
    assert sampled.diagnostics.problems() == ()
    assert sampled.diagnostics.divergences == 0
    assert sampled.diagnostics.iterations == 8000
    assert sampled.seed == 20


def test_mean_and_intervals_are_those_of_quadrature(sampled, exact):
    of, truth, unit = sampled.estimate, exact.estimate, exact.estimate.se
    assert of.value == pytest.approx(truth.value, abs=4 * error(sampled) * unit)
    assert of.se == pytest.approx(unit, rel=6 * error(sampled))
    for end in ("ci_low", "ci_high"):
        assert getattr(of, end) == pytest.approx(getattr(truth, end), abs=0.15 * unit)
    spread = exact.exact.predictive.sd
    for end in ("pi_low", "pi_high"):
        assert getattr(of, end) == pytest.approx(getattr(truth, end), abs=0.15 * spread)
    assert np.isnan([of.statistic, of.df, of.p_value]).all()


def test_heterogeneity_and_weights_are_those_of_quadrature(sampled, exact):
    ours, theirs = sampled.heterogeneity, exact.heterogeneity
    assert ours.q == pytest.approx(theirs.q)
    assert ours.tau2 == pytest.approx(theirs.tau2, rel=0.15)
    assert ours.tau2_ci[1] == pytest.approx(theirs.tau2_ci[1], rel=0.2)
    np.testing.assert_allclose(sampled.weights, exact.weights, atol=1)


def test_true_effects_recovered_after_sampling_are_those_of_quadrature(sampled, exact):
    ours, theirs = sampled.shrunken(), exact.shrunken()
    assert list(ours) == list(theirs)
    np.testing.assert_allclose(ours["value"], theirs["value"], atol=0.02)
    np.testing.assert_allclose(ours["se"], theirs["se"], rtol=0.06)
    np.testing.assert_allclose(ours["ci_low"], theirs["ci_low"], atol=0.06)


def test_the_posterior_has_its_variables_and_names_its_studies(sampled):
    posterior = sampled.posterior["posterior"]
    assert posterior["mu"].shape == posterior["mu_new"].shape == (4, 2000)
    assert posterior["theta"].dims == ("chain", "draw", "study")
    assert list(posterior["theta"]["study"].values) == SET["slab"]


def test_the_same_seed_gives_the_same_fit(sampled):
    again = NUTS.fit(EFFECTS)
    assert repr(again.estimate) == repr(sampled.estimate)
    for name in ("mu", "tau", "theta", "mu_new"):
        draws = [compat.values(fit.posterior, name) for fit in (again, sampled)]
        np.testing.assert_array_equal(*draws)


def test_a_prior_without_a_form_in_pymc_is_refused():
    class Mine:
        log_density = HalfNormal(1).log_density

    model = BayesianRandomEffects(Normal(0, 1), Mine(), engine="nuts", seed=1)
    with pytest.raises(OptionError, match=r"tau=.*to_pymc.*engine='exact'"):
        model.fit(EFFECTS)
