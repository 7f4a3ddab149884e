"""Effects of trials given their counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm, t

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import BinomialNormal, RandomEffects

X, N = [3, 9, 4, 14, 0, 11], [20, 22, 25, 24, 30, 26]
TWO = {"ai": [3, 9, 4, 1, 8], "n1i": [20, 22, 25, 24, 30]}
TWO |= {"ci": [8, 5, 4, 9, 2], "n2i": [21, 20, 26, 25, 28]}


def counted(columns: dict[str, list[int]], measure: str) -> Effects:
    k = len(next(iter(columns.values())))
    return Effects.from_arrays([0] * k, [1] * k, measure=measure, moderators=columns)


def moments(x: int, n: int, beta: float, tau: float) -> tuple[float, float, float]:
    """Chance of x, and mean and variance of a trial's log odds given it."""
    u = np.linspace(-12 * tau, 12 * tau, 4001)
    p = 1 / (1 + np.exp(-beta - u))
    density = binom.pmf(x, n, p) * norm.pdf(u, 0, tau) * (u[1] - u[0])
    chance, first, second = density.sum(), u @ density, u**2 @ density
    mean = first / chance
    return chance, beta + mean, second / chance - mean**2


def test_a_log_odds_is_its_mean_given_the_events_with_the_error_of_the_mean() -> None:
    fit = BinomialNormal(measure="PLO").fit(counted({"xi": X, "ni": N}, "PLO"))
    beta, tau, step = fit.estimate.value, fit.heterogeneity.tau, 1e-3
    there = [beta - step, beta, beta + step]
    logs, means, spreads = [], [], []
    for b in there:
        found = [moments(x, n, b, tau) for x, n in zip(X, N, strict=True)]
        logs.append(sum(np.log(chance) for chance, _, _ in found))
        means.append([mean for _, mean, _ in found])
        spreads.append([spread for _, _, spread in found])
    information = -(logs[0] - 2 * logs[1] + logs[2]) / step**2
    slopes = (np.array(means[2]) - means[0]) / (2 * step)
    se = np.sqrt(np.array(spreads[1]) + slopes**2 / information)
    table = fit.shrunken()
    np.testing.assert_allclose(table["value"], means[1], atol=1e-6)
    np.testing.assert_allclose(table["se"], se, rtol=1e-4)


@pytest.mark.parametrize("model", ["CM.EL", "UM.FS", "UM.RS"])
def test_large_trials_are_drawn_as_their_effects_are(model) -> None:
    large = {name: [400 * x for x in column] for name, column in TWO.items()}
    a, n1, c, n2 = (np.array(column, float) for column in large.values())
    y = np.log(a * (n2 - c) / (c * (n1 - a)))
    v = 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c)
    fit = BinomialNormal(model).fit(counted(large, "OR"))
    normal = RandomEffects(tau2=fit.heterogeneity.tau2, interval="wald")
    expected = normal.fit(Effects.from_arrays(y, v)).shrunken()
    found = fit.shrunken()
    np.testing.assert_allclose(found["value"], expected["value"], atol=2e-3)
    np.testing.assert_allclose(found["se"], expected["se"], rtol=0.01)


@pytest.mark.parametrize("model", ["CM.EL", "CM.AL", "UM.FS", "UM.RS"])
def test_a_trial_lies_between_its_own_effect_and_the_mean(model) -> None:
    fit = BinomialNormal(model).fit(counted(TWO, "OR"))
    table = fit.shrunken()
    a, n1, c, n2 = (np.array(column, float) for column in TWO.values())
    own, mean = np.log(a * (n2 - c) / (c * (n1 - a))), fit.estimate.value
    share = (table["value"] - mean) / (own - mean)
    assert share.between(0, 1).sum() >= 4
    assert (table["ci_low"] < table["value"]).all()
    assert list(table["study"]) == list(fit.effects.study)


def test_the_intervals_of_trials_have_the_degrees_of_freedom_of_the_model() -> None:
    group = {**TWO, "old": [0, 0, 1, 1, 1]}
    model = BinomialNormal(formula="~ old", interval="t", level=0.9)
    table = model.fit(counted(group, "OR")).shrunken()
    half = (table["ci_high"] - table["ci_low"]) / 2
    np.testing.assert_allclose(half / table["se"], t.ppf(0.95, 3))


def test_without_heterogeneity_every_trial_is_the_mean() -> None:
    same = {"ai": [4] * 6, "n1i": [20] * 6, "ci": [8] * 6, "n2i": [21] * 6}
    fit = BinomialNormal().fit(counted(same, "OR"))
    table = fit.shrunken()
    assert fit.heterogeneity.tau2 == 0
    np.testing.assert_allclose(table["value"], fit.estimate.value)
    np.testing.assert_allclose(table["se"], fit.estimate.se)


def test_a_common_effect_has_no_effects_of_trials() -> None:
    with pytest.raises(ModelError, match="no shrunken effects"):
        BinomialNormal(method="EE").fit(counted(TWO, "OR")).shrunken()
