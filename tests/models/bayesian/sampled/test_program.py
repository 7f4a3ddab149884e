from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mdmameta.models.bayesian import (
    BayesianMetaRegression,
    BayesianRandomEffects,
    Flat,
    HalfNormal,
    Normal,
    OverallJeffreys,
)
from mdmameta.models.bayesian.sampled import program


@pytest.fixture
def task(fits):
    return fits["regression"].model.task(fits["regression"].effects)


def test_both_samplers_have_the_same_density(task):
    model = program._of_values(task.program, task.data)
    wanted = model.compile_logp(mode="FAST_COMPILE")(model.initial_point())
    ours = program._compiled(task.program)
    data = [np.array(task.data[name]) for name in ours.data]
    assert float(ours.density(ours.start, *data)[0]) == pytest.approx(float(wanted))


def test_the_gradient_is_that_of_differences(task):
    ours = program._compiled(task.program)
    data = [np.array(task.data[name]) for name in ours.data]
    at = ours.start + 0.3
    step = 1e-5 * np.eye(at.size)
    ends = [[float(ours.density(x, *data)[0]) for x in (at + h, at - h)] for h in step]
    wanted = [(high - low) / 2e-5 for high, low in ends]
    np.testing.assert_allclose(ours.density(at, *data)[1], wanted, rtol=1e-6)


def test_draws_come_back_on_the_scale_of_their_priors(task):
    ours = program._compiled(task.program)
    points = np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, -0.5]])
    tau, gamma = ours.back(points)
    np.testing.assert_allclose(tau, np.exp(points[:, 0]))
    np.testing.assert_allclose(gamma, points[:, 1:])


def test_pymc_samples_where_nutpie_is_not_installed(fits, monkeypatch):
    effects = fits["normal"].effects
    monkeypatch.setattr(program, "find_spec", lambda name: None)
    model = BayesianRandomEffects(
        engine="nuts", seed=3, draws=400, tune=400, chains=2, unsound="warn"
    )
    found, exact = model.fit(effects), BayesianRandomEffects().fit(effects).estimate
    error = exact.se / np.sqrt(found.diagnostics.ess_bulk)
    assert found.estimate.value == pytest.approx(exact.value, abs=5 * error)
    assert found.estimate.se == pytest.approx(exact.se, rel=0.25)
    assert found.diagnostics.iterations == 800


def test_priors_that_are_improper_or_have_no_quantiles_are_not_drawn_from():
    priors = (("mu", Flat()), ("beta", Normal(2, 1e-9)), ("tau", OverallJeffreys()))
    found = program.prior_draws(SimpleNamespace(priors=priors), 5, seed=1)
    assert list(found) == ["beta"]
    np.testing.assert_allclose(found["beta"], np.full((1, 5), 2.0))


def test_coefficients_with_a_flat_prior_have_no_prior_draws(fits):
    flat = BayesianMetaRegression(
        "~ year", {"Intercept": Flat(), "year": Normal()}, HalfNormal(1),
        engine="nuts", seed=1,
    )  # fmt: skip
    known = fits["regression"].model.task(fits["regression"].effects)
    assert set(known.prior) == {"beta"}
    assert flat.task(fits["regression"].effects).prior == {}
