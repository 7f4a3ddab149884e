"""Posteriors that are shifted or too sure are found; right ones are not blamed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.bayesian import (
    AdditiveBias,
    BayesianBinomialNormal,
    BayesianMetaRegression,
    BayesianMultilevel,
    BayesianRandomEffects,
    BayesianRobustEffects,
    BiasAdjusted,
    DuMouchel,
    Flat,
    HalfCauchy,
    HalfNormal,
    Normal,
)
from mdmameta.models.fit import Fit
from mdmameta.models.generative import Generative
from mdmameta.testing import check_model
from mdmameta.testing.self_made import SelfMade, below, self_made
from mdmameta.testing.worlds import world_of

V = [0.03, 0.05, 0.08, 0.12, 0.2, 0.3]
DESIGN = Effects.from_arrays(y=np.zeros(6), v=V)


def made(model: Any, sets: int = 150, design: Effects = DESIGN) -> SelfMade:
    return self_made(model, design, sets=sets, seconds=600.0, seed=4)


@dataclass(frozen=True)
class Bent:
    """A distribution that is moved by its SDs, or stretched about its mean."""

    inner: Any
    move: float
    stretch: float

    def cdf(self, x: float) -> float:
        mean, sd = self.inner.mean, self.inner.sd
        z = (x - mean) / sd
        return float(self.inner.cdf(mean + sd * (z / self.stretch - self.move)))


@dataclass(frozen=True, repr=False)
class Wrong(BayesianRandomEffects):
    """A posterior of μ that is bent, in what users read and in what is below."""

    move: float = 0.0
    stretch: float = 1.0
    read: bool = True

    def fit(self, effects: Effects) -> Fit:
        fit = super().fit(effects)
        e, exact = fit.estimate, fit.exact
        low, high = (
            e.value + self.stretch * (end - e.value) + self.move * e.se
            for end in (e.ci_low, e.ci_high)
        )
        inner = SimpleNamespace(mean=e.value, sd=e.se, cdf=exact.mu.cdf)
        mu = Bent(inner, self.move, self.stretch) if self.read else exact.mu
        bent = SimpleNamespace(mu=mu, tau=exact.tau, theta=exact.theta)
        moved = replace(e, ci_low=low, ci_high=high)
        return replace(fit, estimate=moved, exact=bent)


def test_a_right_posterior_passes_with_its_intervals():
    found = made(BayesianRandomEffects())
    assert found.passed
    assert 0.9 < found.covered <= 1
    assert list(found.p_values)[:3] == ["mu", "tau", "theta[0]"]


@pytest.mark.parametrize("bend", [{"move": 0.8}, {"stretch": 0.5}, {"stretch": 2.5}])
def test_a_shifted_a_too_sure_and_a_too_wide_posterior_are_found(bend):
    found = made(Wrong(**bend))
    assert not found.passed
    assert found.p_values["mu"] < 1e-4
    assert found.p_values["tau"] > 1e-4


@pytest.mark.parametrize("bend", [{"move": 0.8}, {"stretch": 0.5}])
def test_a_wrong_interval_is_found_though_the_posterior_behind_it_is_right(bend):
    found = made(Wrong(**bend, read=False))
    assert not found.passed
    assert "interval" in str(found)


@pytest.mark.parametrize(
    "model",
    [
        BayesianRandomEffects(mu=Normal(0.5, 0.2), tau=DuMouchel()),
        BayesianRandomEffects(tau=HalfCauchy(0.3)),
        BiasAdjusted(
            BayesianRandomEffects(), (AdditiveBias(Normal(-0.4, 0.3), shared=True),)
        ),
    ],
    ids=repr,
)
def test_other_priors_and_bias_terms_make_data_that_they_fit(model):
    assert made(model, sets=80).passed


def test_data_are_made_with_the_covariance_of_the_design():
    V = 0.2 * (np.eye(3) + 0.9 * (1 - np.eye(3)))
    design = Effects.from_arrays(y=np.zeros(3), V=V)
    model = BayesianRandomEffects(tau=HalfNormal(1e-6))
    rng = np.random.default_rng(5)
    y = np.array([model.simulate(design, rng).effects.y for _ in range(4000)])
    assert np.cov(y.T) == pytest.approx(V + 1, abs=0.1)


@pytest.mark.parametrize(
    "model",
    [
        BayesianMultilevel(seed=1),
        BayesianRobustEffects(seed=1),
        BayesianBinomialNormal(seed=1),
    ],
    ids=lambda model: type(model).__name__,
)
def test_sampled_models_make_data_and_have_a_brief_form(model):
    assert isinstance(model, Generative)
    rng = np.random.default_rng(6)
    design = world_of(model).draw(rng, 5, 0.25)
    simulated = model.simulate(design, rng)
    assert {"mu", "theta[0]"} < set(simulated.truth)
    assert simulated.effects.k == design.k
    assert model.brief(9).seed == 9
    assert model.brief(9).draws < model.draws


def test_counts_are_made_within_their_groups():
    model = BayesianBinomialNormal(seed=1)
    rng = np.random.default_rng(7)
    design = world_of(model).draw(rng, 50, 0.25)
    frame = model.simulate(design, rng).effects.frame
    assert (frame["n1i"] == design.frame["n1i"]).all()
    assert ((frame["ai"] >= 0) & (frame["ai"] <= frame["n1i"])).all()
    assert frame["ai"].std() > 0


@dataclass(frozen=True, repr=False)
class Drawn(BayesianRandomEffects):
    """The exact posterior as draws, moved by a number of SDs."""

    move: float = 0.0

    def fit(self, effects: Effects) -> Fit:
        fit = super().fit(effects)
        rng = np.random.default_rng(8)
        p, u = np.linspace(0.002, 0.998, 60), rng.uniform(size=(2, 200))
        mu, tau, theta = (
            np.interp(u, p, one.quantile(p))
            for one in (fit.exact.mu, fit.exact.tau, fit.exact.theta[0])
        )
        draws = {"mu": mu + self.move * fit.estimate.se, "tau": tau}
        draws["theta"] = theta[:, :, None]
        group = {name: SimpleNamespace(values=x) for name, x in draws.items()}
        return replace(fit, exact=None, posterior={"posterior": group})


def test_draws_are_ranked_as_distributions_are():
    assert made(Drawn(), sets=60).passed
    assert made(Drawn(move=1.0), sets=60).p_values["mu"] < 1e-5


class Sure(BayesianMetaRegression):
    """A sampled model that believes the studies to be sixteen times as large."""

    def fit(self, effects: Effects) -> Fit:
        return super().fit(effects.with_v(effects.v / 16))


def test_a_sampled_model_that_is_too_sure_is_found_by_ten_sets():
    dose = Effects.from_arrays(
        y=np.zeros(6), v=V, moderators={"dose": [0, 0, 1, 1, 2, 2]}
    )
    sure = Sure("~ dose", Normal(0, 1), engine="nuts", seed=1)
    found = made(sure, sets=10, design=dose)
    assert not found.passed
    assert found.p_values["theta[0]"] < 1e-4


def test_a_quantity_that_the_fit_does_not_know_is_named():
    fit = BayesianRandomEffects().fit(DESIGN)
    with pytest.raises(ModelError, match=r"'kappa'.*below\(fit, name, value\)"):
        below(object(), fit, "kappa", 0.0, np.random.default_rng(1))


def test_a_model_may_give_its_probabilities_itself():
    model = SimpleNamespace(below=lambda fit, name, value: 0.25)
    fit = BayesianRandomEffects().fit(DESIGN)
    assert below(model, fit, "kappa", 0.0, np.random.default_rng(1)) == 0.25
    model = SimpleNamespace(below=lambda fit, name, value: np.nan)
    with pytest.raises(ModelError, match="is nan"):
        below(model, fit, "kappa", 0.0, np.random.default_rng(1))


def row(model: Any, **options: Any) -> Any:
    report = check_model(model, **{"replications": 60, "seconds": 600.0, **options})
    frame = report.to_frame().set_index("name")
    return report, frame.loc["calibration"]


def test_the_kit_shows_calibration_as_a_row_and_fails_a_wrong_posterior():
    report, found = row(Wrong(stretch=0.3))
    assert found["outcome"] == "failed"
    assert "60 sets of 6 rows made from its own priors" in found["detail"]
    assert not report.passed


def test_an_improper_prior_is_reported_and_not_judged():
    _, found = row(BayesianRandomEffects(mu=Flat()), replications=10)
    assert found["outcome"] == "reported"
    assert "mu=Flat() cannot be drawn from" in found["detail"]


def test_a_bayesian_model_that_makes_no_data_is_told_how():
    @dataclass(frozen=True)
    class Plain:
        waives = BayesianRandomEffects().waives

        def fit(self, effects: Effects) -> Fit:
            return replace(BayesianRandomEffects().fit(effects), model=self)

    _, found = row(Plain(), replications=10)
    assert found["outcome"] == "reported"
    assert "no simulate" in found["detail"]
