"""The profile-likelihood interval of τ² of counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import chdtri
from scipy.stats import binom, norm

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import BinomialNormal, RandomEffects

X, N = [3, 9, 4, 14, 2, 11], [20, 22, 25, 24, 30, 26]
TWO = {"ai": [3, 9, 4, 1, 8], "n1i": [20, 22, 25, 24, 30]}
TWO |= {"ci": [8, 5, 4, 9, 2], "n2i": [21, 20, 26, 25, 28]}
MODELS = [
    BinomialNormal(),
    BinomialNormal("CM.AL"),
    BinomialNormal("UM.FS"),
    BinomialNormal("UM.RS"),
    BinomialNormal("UM.RS", correlated=True),
]


def counted(columns: dict[str, list[int]], measure: str) -> Effects:
    k = len(next(iter(columns.values())))
    return Effects.from_arrays([0] * k, [1] * k, measure=measure, moderators=columns)


def log_likelihood(beta: float, tau: float) -> float:
    """By the trapezium rule, which is exact to rounding for such integrands."""
    u = np.linspace(-10 * tau, 10 * tau, 2001)
    p = 1 / (1 + np.exp(-beta - u))
    chances = binom.pmf(np.array(X)[:, None], np.array(N)[:, None], p)
    return float(np.log(chances @ norm.pdf(u, 0, tau) * (u[1] - u[0])).sum())


def test_the_limits_are_where_the_profile_has_fallen_by_the_quantile() -> None:
    fit = BinomialNormal(measure="PLO").fit(counted({"xi": X, "ni": N}, "PLO"))
    drop = fit.likelihood.value - chdtri(1, 0.05) / 2
    for limit in fit.heterogeneity.tau2_ci:
        tau = np.sqrt(limit)
        best = minimize_scalar(
            lambda b, tau=tau: -log_likelihood(b, tau),
            bounds=(-3, 1),
            method="bounded",
            options={"xatol": 1e-8},
        )
        assert -best.fun == pytest.approx(drop, abs=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_the_estimate_lies_within_and_a_higher_level_is_wider(model) -> None:
    of = counted(TWO, "OR")
    narrow, wide = (
        type(model)(model.model, correlated=model.correlated, level=level)
        .fit(of)
        .heterogeneity
        for level in (0.8, 0.95)
    )
    assert narrow.tau2 == wide.tau2
    assert wide.tau2_ci[0] <= narrow.tau2_ci[0] <= narrow.tau2
    assert narrow.tau2 < narrow.tau2_ci[1] < wide.tau2_ci[1]


def test_trials_that_agree_have_an_interval_from_zero() -> None:
    same = {"ai": [4] * 6, "n1i": [20] * 6, "ci": [8] * 6, "n2i": [21] * 6}
    low, high = BinomialNormal().fit(counted(same, "OR")).heterogeneity.tau2_ci
    assert low == 0 < high < 2


def test_large_trials_have_the_interval_of_their_effects() -> None:
    large = {name: [400 * x for x in column] for name, column in TWO.items()}
    a, n1, c, n2 = (np.array(column, float) for column in large.values())
    y = np.log(a * (n2 - c) / (c * (n1 - a)))
    v = 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c)
    normal = RandomEffects("ML", tau2_interval="profile")
    expected = normal.fit(Effects.from_arrays(y, v)).heterogeneity.tau2_ci
    found = BinomialNormal("UM.FS").fit(counted(large, "OR")).heterogeneity.tau2_ci
    assert found == pytest.approx(expected, rel=2e-3)


def test_a_common_effect_has_no_interval() -> None:
    fit = BinomialNormal(method="EE").fit(counted(TWO, "OR"))
    assert np.isnan(fit.heterogeneity.tau2_ci).all()


def test_groups_with_all_or_no_events_leave_the_variance_without_an_upper_limit() -> (
    None
):
    apart = counted({"xi": [0, 20, 0, 20], "ni": [20] * 4}, "PLO")
    fit = BinomialNormal(measure="PLO").fit(apart)
    low, high = fit.heterogeneity.tau2_ci
    assert low > 0
    assert high == np.inf
    # Far from 0 a log odds of either sign is all or none: one half a group.
    assert fit.likelihood.value == pytest.approx(4 * np.log(0.5), abs=0.05)
    assert "not-converged" in {caution.code for caution in fit.warnings}
