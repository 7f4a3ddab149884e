"""Profile likelihood of a mean or coefficient against dense searches."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
    likelihood_ratio_test,
)
from mdmameta.models.frequentist.profile_likelihood import likelihood_interval

Y = np.array([0.1, 0.5, 0.4, 0.9, 0.2, 0.7])
D = np.array([0.02, 0.03, 0.02, 0.04, 0.02, 0.05])
EFFECTS = Effects.from_arrays(Y, D, moderators={"x": [0, 1, 2, 3, 4, 7]})


def dense(mu: float) -> float:
    """Log-likelihood at a mean, maximised over a fine grid of τ²."""
    total = D[:, None] + np.linspace(0, 3, 300_001)
    r2 = (Y[:, None] - mu) ** 2
    return float((-np.log(total) - r2 / total).sum(axis=0).max() / 2)


def test_the_limits_are_where_a_dense_search_finds_them() -> None:
    found = likelihood_interval(RandomEffects().fit(EFFECTS))
    top = max(dense(m) for m in found.value + np.array([-1e-4, 0, 1e-4]))
    assert top == pytest.approx(dense(found.value), abs=1e-9)
    for limit in (found.ci_low, found.ci_high):
        assert 2 * (top - dense(limit)) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)


def test_it_does_not_depend_on_the_estimator_of_the_fit() -> None:
    ml, dl = (likelihood_interval(RandomEffects(t).fit(EFFECTS)) for t in ("ML", "DL"))
    assert ml == dl
    assert ml.value == pytest.approx(RandomEffects("ML").fit(EFFECTS).estimate.value)


def test_where_tau2_is_known_it_is_walds() -> None:
    for model in (CommonEffect(), RandomEffects(0.2, "wald")):
        e = model.fit(EFFECTS).estimate
        found = likelihood_interval(model.fit(EFFECTS))
        assert (found.ci_low, found.ci_high) == pytest.approx((e.ci_low, e.ci_high))
        assert found.p_value == pytest.approx(e.p_value)


def test_its_test_of_a_moderator_is_the_likelihood_ratio_test() -> None:
    full = MetaRegression("~ x", tau2="ML").fit(EFFECTS)
    test = likelihood_ratio_test(full, RandomEffects("ML").fit(EFFECTS))
    found = likelihood_interval(full, "x")
    assert found.statistic == pytest.approx(test.statistic, abs=1e-9)
    assert found.p_value == pytest.approx(test.p_value)


def test_correlated_effects_have_their_own_likelihood() -> None:
    V = np.diag(D) + 0.01
    found = likelihood_interval(CommonEffect().fit(Effects.from_arrays(Y, V)))
    W = np.linalg.inv(V)
    half = norm.ppf(0.975) / np.sqrt(W.sum())
    assert found.value == pytest.approx(W.sum(axis=0) @ Y / W.sum())
    assert found.ci_high - found.value == pytest.approx(half)


def test_it_moves_and_scales_with_the_effects() -> None:
    base = likelihood_interval(RandomEffects().fit(EFFECTS))
    moved = Effects.from_arrays(100 * Y - 7, 1e4 * D)
    found = likelihood_interval(RandomEffects().fit(moved))
    assert found.ci_low == pytest.approx(100 * base.ci_low - 7)
    assert found.ci_high == pytest.approx(100 * base.ci_high - 7)


def test_one_study_has_walds_interval() -> None:
    fit = RandomEffects().fit(EFFECTS.take([3]))
    found = likelihood_interval(fit)
    assert found.ci_low == pytest.approx(fit.estimate.ci_low)


def test_few_studies_are_warned_of() -> None:
    found = likelihood_interval(RandomEffects().fit(EFFECTS), level=0.9)
    assert found.warnings[0].code == "few-studies"
    assert found.to_frame().loc[0, "level"] == 0.9


def test_what_has_no_profile_is_refused() -> None:
    with pytest.raises(ModelError, match="no profile likelihood"):
        likelihood_interval(Multilevel(["effect"]).fit(EFFECTS))
    with pytest.raises(ModelError, match="no profile likelihood"):
        likelihood_interval(RandomEffects(weights="equal").fit(EFFECTS))
    with pytest.raises(ModelError, match=r"'age' is not among .*'Intercept'"):
        likelihood_interval(RandomEffects().fit(EFFECTS), "age")
    with pytest.raises(OptionError, match="level=95"):
        likelihood_interval(RandomEffects().fit(EFFECTS), level=95)
