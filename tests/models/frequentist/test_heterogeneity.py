"""Heterogeneity of a fit against its definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from mdmameta.models.frequentist.heterogeneity import (
    Heterogeneity,
    between_studies,
    describe,
)
from mdmameta.models.frequentist.qprofile import q_profile
from mdmameta.models.frequentist.regression import Rows, independent_rows
from mdmameta.models.frequentist.tau2_intervals import profile_interval

Y = np.array([-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1])
V = np.array([0.33, 0.19, 0.42, 0.12, 0.15, 0.11, 0.16])
MEAN = np.ones((7, 1))


def found(
    asked: str | float | None, y: np.ndarray = Y, **options: object
) -> Heterogeneity:
    rows = Rows(y, V, MEAN)
    return describe(rows, between_studies(rows, asked), 0.95, **options)


def q_of(y: np.ndarray) -> float:
    w = 1 / V
    return float(w @ (y - w @ y / w.sum()) ** 2)


@pytest.mark.parametrize("asked", [None, 0, 0.0])
def test_a_common_effect_has_its_i2_and_h2_from_q(asked: float | None) -> None:
    h, q = found(asked), q_of(Y)
    assert q > 6
    assert (h.q, h.i2) == (pytest.approx(q), pytest.approx(100 * (1 - 6 / q)))
    assert h.h2 == pytest.approx(q / 6)
    assert h.q_p == pytest.approx(chi2.sf(q, 6))


def test_i2_of_a_common_effect_is_never_below_zero() -> None:
    close = Y / 10
    assert 0 < q_of(close) < 6
    assert found(None, close).i2 == 0
    assert found(None, close).h2 == pytest.approx(q_of(close) / 6)


def test_effects_that_are_equal_have_no_i2_and_no_h2() -> None:
    h = found(None, np.full(7, 0.5))
    assert (h.i2, h.h2) == (0, pytest.approx(0, abs=1e-12))


@pytest.mark.parametrize("asked", ["DL", 0.3])
def test_with_tau2_they_are_shares_of_a_typical_variance(asked: str | float) -> None:
    h, w = found(asked), 1 / V
    typical = 6 * w.sum() / (w.sum() ** 2 - (w**2).sum())
    assert h.typical_v == pytest.approx(typical)
    assert h.i2 == pytest.approx(100 * h.tau2 / (h.tau2 + typical))
    assert h.h2 == pytest.approx(1 + h.tau2 / typical)


def test_a_value_that_is_given_is_not_estimated() -> None:
    assert not between_studies(Rows(Y, V, MEAN), 0.3).estimated
    assert found(0.3).tau2 == 0.3
    assert np.isnan(found(0.3).tau2_se)
    assert found("DL").tau2_se > 0


def test_sidik_and_jonkman_begin_with_the_spread_of_the_effects_themselves() -> None:
    shared = np.diag(V) + 0.05
    rows = independent_rows(Y, np.diag(shared), MEAN, shared)
    begun = np.var(Y)
    W = np.linalg.inv(shared / begun + np.eye(7))
    P = W - W @ MEAN @ np.linalg.solve(MEAN.T @ W @ MEAN, MEAN.T @ W)
    between = between_studies(rows, "SJ")
    assert between.tau2.value == pytest.approx(Y @ P @ Y / 6)
    assert between.estimated
    others = [between_studies(rows, code).tau2.value for code in ("DL", "REML")]
    assert between.tau2.value not in others


@pytest.mark.parametrize("asked", ["DL", "SJ", "REML"])
def test_a_diagonal_matrix_of_errors_is_their_variances(asked: str) -> None:
    whole = between_studies(independent_rows(Y, V, MEAN, np.diag(V)), asked)
    apart = between_studies(Rows(Y, V, MEAN), asked)
    assert whole.tau2.value == pytest.approx(apart.tau2.value)
    assert whole.estimated is apart.estimated is True


def test_the_interval_is_a_q_profile_unless_another_is_asked_for() -> None:
    arguments = (Y, V, MEAN, 0.95)
    assert found("REML").tau2_ci == q_profile(*arguments)
    profile = found("REML", interval="profile").tau2_ci
    assert profile == profile_interval(*arguments, restricted=True)
    full = found("ML", interval="profile", restricted=False).tau2_ci
    assert full == profile_interval(*arguments, restricted=False)
    assert full != profile
