"""Likelihood of selected results."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import norm

from mdmameta.models.frequentist.selection.likelihood import (
    Selected,
    Selection,
    Smooth,
    Steps,
    log_likelihood,
)
from mdmameta.models.frequentist.selection.weight_functions import WEIGHT_FUNCTIONS

DELTA = {"beta": [0.7, 1.8], "stepfun": [1.0, 0.4, 0.2]}


def selection(kind: str, two_sided: bool) -> tuple[Selection, np.ndarray]:
    delta = np.array(DELTA.get(kind, [2.5]))
    if kind == "stepfun":
        return Steps(np.array([0.025, 0.5, 1.0])), delta
    return Smooth(WEIGHT_FUNCTIONS[kind].log_weight, two_sided), delta


KINDS = [*WEIGHT_FUNCTIONS, "stepfun"]
DATA = Selected(np.array([0.5, -0.1, 1.4]), np.array([0.04, 0.2, 0.1]), np.ones((3, 1)))


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_density_of_a_selected_result_has_mass_one(
    kind: str, two_sided: bool
) -> None:
    how, delta = selection(kind, two_sided)

    def density(y: float) -> float:
        one = Selected(np.array([y]), np.array([0.3]), np.ones((1, 1)), two_sided)
        return float(np.exp(log_likelihood(one, how, np.array([0.4]), 0.2, delta)[0]))

    cuts = np.sqrt(0.3) * norm.isf([1e-5, 0.025, 0.0125, 0.25, 0.5, 5e-6])
    mass = quad(density, -8, 9, points=[*cuts, *-cuts], limit=400)[0]
    assert mass == pytest.approx(1.0, abs=1e-5 if two_sided else 1e-8)


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_that_of_the_likelihood(kind: str, two_sided: bool) -> None:
    how, delta = selection(kind, two_sided)
    data = Selected(DATA.y, DATA.v, DATA.X, two_sided)

    def value(theta: np.ndarray) -> float:
        return log_likelihood(data, how, theta[:1], theta[1], theta[2:])[0]

    theta = np.array([0.3, 0.25, *delta])
    numerical = approx_fprime(theta, value, 1e-7)
    gradient = log_likelihood(data, how, theta[:1], theta[1], theta[2:])[1]
    np.testing.assert_allclose(gradient, numerical, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_weights_leave_the_normal_likelihood(kind: str) -> None:
    how, _ = selection(kind, two_sided=False)
    none = np.ones(3) if kind == "stepfun" else np.array(WEIGHT_FUNCTIONS[kind].none)
    found = log_likelihood(DATA, how, np.array([0.3]), 0.1, none)[0]
    plain = norm.logpdf(DATA.y, 0.3, np.sqrt(DATA.v + 0.1)).sum()
    assert found == pytest.approx(plain, abs=1e-9)
