"""Estimators of tau2 against their defining equations."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from scipy.stats import chi2

from mdmameta.models.frequentist import fit_many
from mdmameta.models.frequentist.heterogeneity import between_studies
from mdmameta.models.frequentist.moments import contrasts, moments
from mdmameta.models.frequentist.regression import independent_rows, least_squares
from mdmameta.models.frequentist.tau2 import (
    ESTIMATORS,
    dersimonian_laird,
    paule_mandel,
)
from mdmameta.options import Tau2Estimator

Y = np.array([-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1])
D = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.01, 0.06])
MEAN = np.ones((7, 1))
SLOPE = np.column_stack([np.ones(7), np.arange(7.0)])


TRUNCATED = [name for name in ESTIMATORS if name != "SJ"]
EXACT_WITH_EQUAL_VARIANCES = [name for name in TRUNCATED if name != "PMM"]


def test_every_estimator_of_the_options_is_there() -> None:
    assert set(ESTIMATORS) == set(get_args(Tau2Estimator))


def test_dersimonian_laird_is_its_closed_form() -> None:
    w = 1 / D
    q = w @ (Y - w @ Y / w.sum()) ** 2
    expected = (q - 6) / (w.sum() - (w**2).sum() / w.sum())
    assert dersimonian_laird(Y, D, MEAN).value == pytest.approx(expected)


@pytest.mark.parametrize("X", [MEAN, SLOPE], ids=["mean", "slope"])
def test_paule_mandel_makes_q_its_degrees_of_freedom(X: np.ndarray) -> None:
    t = paule_mandel(Y, D, X).value
    assert least_squares(Y, D, X, t).q == pytest.approx(7 - X.shape[1], rel=1e-12)


@pytest.mark.parametrize("X", [MEAN, SLOPE], ids=["mean", "slope"])
def test_the_likelihoods_are_flat_at_their_estimates(X: np.ndarray) -> None:
    data = contrasts(Y, D, X)
    reml = moments(data, ESTIMATORS["REML"](Y, D, X).value)
    ml = moments(data, ESTIMATORS["ML"](Y, D, X).value)
    assert reml.yppy == pytest.approx(reml.tr_p, rel=1e-10)
    assert ml.yppy == pytest.approx(ml.tr_w, rel=1e-10)


@pytest.mark.parametrize("name", TRUNCATED)
def test_no_estimate_is_below_zero(name: str) -> None:
    y = np.array([0.1, 0.11, 0.09, 0.1])
    estimate = ESTIMATORS[name](y, np.full(4, 0.5), np.ones((4, 1)))
    assert estimate.value == 0
    assert estimate.se > 0


@pytest.mark.parametrize("name", EXACT_WITH_EQUAL_VARIANCES)
def test_equal_variances_give_the_variance_of_the_effects_less_theirs(
    name: str,
) -> None:
    y = np.array([0.0, 1.0, 2.0, 3.0])
    sum_of_squares = 5.0
    divisor = 4 if name in ("ML", "HS") else 3
    got = ESTIMATORS[name](y, np.full(4, 0.5), np.ones((4, 1))).value
    assert got == pytest.approx(sum_of_squares / divisor - 0.5)


def test_sidik_jonkman_is_positive_unless_all_effects_are_equal() -> None:
    y, v, X = np.array([0.1, 0.11, 0.09, 0.1]), np.full(4, 0.5), np.ones((4, 1))
    spread = 2e-4
    first = spread / 4
    expected = first * spread / (0.5 + first) / 3
    assert ESTIMATORS["SJ"](y, v, X).value == pytest.approx(expected)
    assert ESTIMATORS["SJ"](np.full(4, 0.25), v, X).value == 0


def test_sidik_jonkman_does_not_depend_on_how_the_design_is_coded() -> None:
    """Its first value is about the mean also where there is no intercept."""
    group = np.arange(7) % 2
    cells = np.column_stack([group == 0, group == 1]).astype(float)
    coded = np.column_stack([np.ones(7), group])
    ours, theirs = (ESTIMATORS["SJ"](Y, D, X).value for X in (cells, coded))
    assert ours == pytest.approx(theirs)
    many = fit_many(Y, D, cells, tau2="SJ").tau2[0]
    assert many == pytest.approx(theirs)


def test_sidik_jonkman_of_correlated_rows_starts_from_the_observed_mean() -> None:
    V = np.diag(D) + 0.1
    rows = independent_rows(Y, D, np.column_stack([np.arange(7.0)]), V)
    tau2 = between_studies(rows, "SJ").tau2.value
    first = Y.var()
    M = np.linalg.inv(V + first * np.eye(7))
    x = np.arange(7.0)
    r = Y - x * (x @ M @ Y) / (x @ M @ x)
    assert tau2 == pytest.approx(first * (r @ M @ r) / 6)


@pytest.mark.parametrize("X", [MEAN, SLOPE], ids=["mean", "slope"])
def test_hedges_is_the_residual_variance_less_the_errors_part(X: np.ndarray) -> None:
    P = np.eye(7) - X @ np.linalg.solve(X.T @ X, X.T)
    expected = (Y @ P @ Y - np.trace(P @ np.diag(D))) / (7 - X.shape[1])
    assert ESTIMATORS["HE"](Y, D, X).value == pytest.approx(expected)


@pytest.mark.parametrize("X", [MEAN, SLOPE], ids=["mean", "slope"])
def test_the_median_estimate_has_q_at_its_median(X: np.ndarray) -> None:
    t = ESTIMATORS["PMM"](Y, D, X).value
    median = chi2.ppf(0.5, 7 - X.shape[1])
    assert least_squares(Y, D, X, t).q == pytest.approx(median, rel=1e-12)


@pytest.mark.parametrize("name", ["DL", "REML"])
def test_an_error_that_all_effects_share_tells_nothing_of_tau2(name: str) -> None:
    # Of variance c, it cancels in every contrast; ML looks beyond contrasts.
    c = 0.3
    rows = independent_rows(Y, D + c, MEAN, np.diag(D) + c)
    assert ESTIMATORS[name](rows.y, rows.v, rows.X).value == pytest.approx(
        ESTIMATORS[name](Y, D, MEAN).value, rel=1e-8
    )


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_input_is_not_modified(name: str) -> None:
    y, v, X = Y.copy(), D.copy(), SLOPE.copy()
    for array in (y, v, X):
        array.setflags(write=False)
    ESTIMATORS[name](y, v, X)
    np.testing.assert_array_equal(y, Y)


@pytest.mark.parametrize(
    ("name", "size"), [("PM", 6), ("PMM", 6), ("REML", 6), ("ML", 7)]
)
def test_the_error_of_tau2_is_that_of_a_variance_where_errors_are_equal(
    name: str, size: int
) -> None:
    found = ESTIMATORS[name](Y, np.full(7, 0.05), MEAN)
    assert found.value > 0
    assert found.se == pytest.approx(np.sqrt(2 / size) * (0.05 + found.value))
