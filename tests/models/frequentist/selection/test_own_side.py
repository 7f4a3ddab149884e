"""Results given their side of a threshold: probabilities, slopes, and an identity."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.models.frequentist.selection.likelihood import (
    Selected,
    Steps,
    log_likelihood,
)
from mdmameta.models.frequentist.selection.own_side import OwnSide

V = np.array([0.04, 0.09, 0.02, 0.2, 0.05])
Y = np.array([0.5, 0.1, 0.31, 0.2, -0.3])
DATA = Selected(Y, V, np.ones((5, 1)))
NONE = np.empty(0)


def height(mean: float, tau2: float, data: Selected = DATA) -> float:
    return log_likelihood(data, OwnSide(0.025), np.array([mean]), tau2, NONE)[0]


def test_each_density_is_divided_by_the_probability_of_its_side() -> None:
    threshold, law = norm.ppf(0.975) * np.sqrt(V), norm(0.2, np.sqrt(V + 0.1))
    side = np.where(threshold < Y, law.sf(threshold), law.cdf(threshold))
    assert OwnSide(0.025).significant(DATA).tolist() == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert height(0.2, 0.1) == pytest.approx(np.log(law.pdf(Y) / side).sum())


@pytest.mark.parametrize(("mean", "tau2"), [(0.2, 0.1), (-1.5, 0.01), (3.0, 0.5)])
def test_slopes_are_those_of_differences(mean: float, tau2: float) -> None:
    slope = log_likelihood(DATA, OwnSide(0.025), np.array([mean]), tau2, NONE)[1]
    h = 1e-6
    by_mean = (height(mean + h, tau2) - height(mean - h, tau2)) / (2 * h)
    by_tau2 = (height(mean, tau2 + h) - height(mean, tau2 - h)) / (2 * h)
    np.testing.assert_allclose(slope, [by_mean, by_tau2], rtol=1e-5, atol=1e-6)


def test_sides_that_hardly_ever_happen_have_finite_slopes() -> None:
    value, slope = log_likelihood(DATA, OwnSide(0.025), np.array([-40.0]), 0.0, NONE)
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("weight", [0.1, 1.0, 4.0])
def test_a_step_model_is_this_times_the_chances_of_the_sides(weight: float) -> None:
    """With one relative probability for results that are not significant."""
    mean, tau2 = 0.25, 0.07
    steps = Steps(np.array([0.025, 1.0]))
    delta = np.array([1.0, weight])
    joint = log_likelihood(DATA, steps, np.array([mean]), tau2, delta)[0]
    p = norm.sf((norm.ppf(0.975) * np.sqrt(V) - mean) / np.sqrt(V + tau2))
    chance = p / (p + weight * (1 - p))
    significant = OwnSide(0.025).significant(DATA)
    sides = np.log(np.where(significant, chance, 1 - chance)).sum()
    assert joint == pytest.approx(height(mean, tau2) + sides)
