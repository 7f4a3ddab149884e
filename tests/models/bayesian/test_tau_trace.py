from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import trapezoid

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import BayesianRandomEffects, Flat, StudentT, trace_tau
from mdmameta.models.frequentist import RandomEffects

EFFECTS = Effects.from_arrays(
    [-0.8, -0.5, -1.1, np.nan], [0.05, 0.04, 0.2, 0.1], study=list("ABCD")
)
FIT = BayesianRandomEffects().fit(EFFECTS)


def test_given_tau_it_is_the_random_effects_model_with_that_tau():
    fit = BayesianRandomEffects(mu=Flat()).fit(EFFECTS)
    frame = trace_tau(fit, [0.3])
    truth = RandomEffects(tau2=0.09, interval="wald").fit(EFFECTS)
    for name in ("value", "se", "ci_low", "ci_high"):
        assert frame[name][0] == pytest.approx(getattr(truth.estimate, name), abs=1e-9)
    shrunk = truth.shrunken()["value"]
    assert frame.iloc[0, 6:].to_list() == pytest.approx(shrunk.to_list())


def test_effects_go_from_the_common_one_to_their_own():
    frame = trace_tau(FIT, [0, 1e6])
    assert list(frame.columns[6:]) == ["theta: A", "theta: B", "theta: C"]
    assert frame.iloc[0, 6:].to_list() == pytest.approx([frame["value"][0]] * 3)
    assert frame.iloc[1, 6:].to_list() == pytest.approx([-0.8, -0.5, -1.1])


def test_values_of_tau_are_chosen_from_its_posterior():
    frame = trace_tau(FIT)
    assert len(frame) == 101
    assert frame["tau"].iloc[-1] == pytest.approx(float(FIT.exact.tau.quantile(0.99)))
    mass = trapezoid(frame["density"], frame["tau"])
    assert mass == pytest.approx(0.99, abs=1e-3)


def test_a_t_prior_mixes_what_is_known_given_tau():
    fit = BayesianRandomEffects(mu=StudentT(3, 0, 0.5)).fit(EFFECTS)
    frame = trace_tau(fit, [0.0])
    mu = np.linspace(-4, 3, 70_001)
    log_p = StudentT(3, 0, 0.5).log_density(mu)
    for y, v in zip(EFFECTS.y[:3], EFFECTS.v[:3], strict=True):
        log_p = log_p - 0.5 * (y - mu) ** 2 / v
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    low, high = np.interp([0.025, 0.975], p.cumsum(), mu)
    assert frame["value"][0] == pytest.approx(p @ mu, abs=1e-7)
    assert frame["ci_low"][0] == pytest.approx(low, abs=1e-4)
    assert frame["ci_high"][0] == pytest.approx(high, abs=1e-4)
    assert frame.iloc[0, 6:].to_list() == pytest.approx([frame["value"][0]] * 3)


def test_what_has_no_trace_is_refused():
    with pytest.raises(ModelError, match="no posterior by quadrature"):
        trace_tau(RandomEffects().fit(EFFECTS))
    with pytest.raises(OptionError, match="at least 0"):
        trace_tau(FIT, [-0.1])
