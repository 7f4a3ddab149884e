"""Fixed levels of trials, against general-purpose optimisation and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp
from scipy.stats import binom, norm

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist.binomial_normal import BinomialNormal

A, C, N = np.array([1, 9, 3, 14.0]), np.array([8, 7, 4, 2.0]), 40.0
HALF = np.array([0.5, -0.5])


def effects() -> Effects:
    cells = {"ai": A, "n1i": [N] * 4, "ci": C, "n2i": [N] * 4}
    return Effects.from_arrays(np.zeros(4), np.ones(4), measure="OR", moderators=cells)


def test_without_heterogeneity_it_is_logistic_regression_on_trials() -> None:
    trial = np.repeat(np.eye(4), 2, axis=0)
    X = np.column_stack([np.tile(HALF, 4), trial])
    x = np.column_stack([A, C]).ravel()
    glm = sm.GLM(np.column_stack([x, N - x]), X, family=sm.families.Binomial()).fit()
    fit = BinomialNormal("UM.FS", method="EE").fit(effects())
    assert fit.estimate.value == pytest.approx(glm.params[0], abs=1e-8)
    assert fit.estimate.se == pytest.approx(glm.bse[0], abs=1e-6)
    assert fit.likelihood.value == pytest.approx(glm.llf, abs=1e-8)
    assert fit.tests.likelihood_ratio == pytest.approx(glm.deviance, abs=1e-8)


@pytest.mark.filterwarnings("ignore:The .* link function does not respect")
@pytest.mark.parametrize(
    ("measure", "link"),
    [("RR", sm.families.links.Log), ("RD", sm.families.links.Identity)],
)
def test_errors_of_other_links_are_those_of_generalised_linear_models(
    measure, link
) -> None:
    a, c = np.array([9, 12, 7, 15.0]), np.array([5, 9, 4, 6.0])
    cells = {"ai": a, "n1i": [N] * 4, "ci": c, "n2i": [N] * 4}
    of = Effects.from_arrays(np.zeros(4), np.ones(4), moderators=cells)
    X = np.column_stack([np.tile(HALF, 4), np.repeat(np.eye(4), 2, axis=0)])
    share = np.column_stack([a, c]).ravel() / N
    family, weights = sm.families.Binomial(link()), np.full(8, N)
    start = np.append(0.0, np.log([0.2] * 4) if measure == "RR" else [0.2] * 4)
    glm = sm.GLM(share, X, family, freq_weights=weights).fit(start, 200, tol=1e-13)
    fit = BinomialNormal("UM.FS", measure, "EE").fit(of)
    assert fit.estimate.value == pytest.approx(glm.params[0], abs=1e-7)
    assert fit.estimate.se == pytest.approx(glm.bse[0], rel=1e-6)


@pytest.mark.parametrize("coding", [0.5, 1.0])
def test_the_maximum_is_that_of_a_simple_search(coding: float) -> None:
    u = np.linspace(-8, 8, 321)
    weight = norm.logpdf(u) + np.log(u[1] - u[0])

    def minus(p: np.ndarray) -> float:
        theta = p[0] + np.exp(p[1]) * u
        up, down = (p[2:, None] + c * theta for c in (coding, coding - 1))
        arms = binom.logpmf(A[:, None], N, 1 / (1 + np.exp(-up)))
        arms = arms + binom.logpmf(C[:, None], N, 1 / (1 + np.exp(-down)))
        return -float(logsumexp(arms + weight, axis=1).sum())

    found = minimize(minus, np.array([0.0, 0.0, -2, -1, -2, -1]), method="BFGS")
    fit = BinomialNormal("UM.FS", coding=coding).fit(effects())
    assert fit.likelihood.value == pytest.approx(-found.fun, abs=1e-6)
    assert fit.estimate.value == pytest.approx(found.x[0], abs=1e-3)
    assert fit.heterogeneity.tau == pytest.approx(np.exp(found.x[1]), abs=1e-3)


def test_a_trial_held_at_no_events_has_the_expected_information_of_its_other_arm() -> (
    None
):
    cells = {"ai": [2, 9], "n1i": [20, 60], "ci": [0, 5], "n2i": [20, 60]}
    of = Effects.from_arrays(np.zeros(2), np.ones(2), moderators=cells)
    fit = BinomialNormal("UM.FS", "RD", "EE").fit(of)
    d = fit.estimate.value

    def minus(p: float) -> float:
        return -float(binom.logpmf(9, 60, p + d) + binom.logpmf(5, 60, p))

    p = minimize_scalar(minus, bounds=(0.01, 0.5), options={"xatol": 1e-12}).x
    free = (p * (1 - p) + (p + d) * (1 - p - d)) / 60
    information = 20 / (d * (1 - d)) + 1 / free
    assert fit.estimate.se == pytest.approx(information**-0.5, rel=1e-5)
