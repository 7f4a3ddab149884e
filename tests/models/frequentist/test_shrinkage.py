"""Best predictions against their matrix form, and at the limits of tau2."""

from __future__ import annotations

import numpy as np

from mdmameta.models.frequentist.regression import (
    Rows,
    independent_rows,
    least_squares,
)
from mdmameta.models.frequentist.shrinkage import best_predictions

RNG = np.random.default_rng(8)
K = 6
Y, X = RNG.normal(size=K), np.ones((K, 1))
ROOT = RNG.normal(size=(K, K))
V = ROOT @ ROOT.T / K + 0.1 * np.eye(K)
D = np.diag(V).copy()


def predict(rows: Rows, tau2: float) -> tuple[np.ndarray, np.ndarray]:
    fit = least_squares(rows.y, rows.v, rows.X, tau2)
    return best_predictions(rows, tau2, fit.beta, fit.vcov)


def test_correlated_rows_follow_the_matrix_form() -> None:
    tau2 = 0.4
    M = np.linalg.inv(V + tau2 * np.eye(K))
    C = np.linalg.inv(X.T @ M @ X)
    beta, drawn = C @ X.T @ M @ Y, V @ M @ X
    value, se = predict(independent_rows(Y, D, X, V), tau2)
    np.testing.assert_allclose(value, tau2 * M @ Y + drawn @ beta)
    np.testing.assert_allclose(se**2, np.diag(tau2 * M @ V + drawn @ C @ drawn.T))


def test_without_heterogeneity_every_prediction_is_the_mean() -> None:
    value, se = predict(Rows(Y, D, X), 0.0)
    fit = least_squares(Y, D, X)
    np.testing.assert_allclose(value, fit.beta[0])
    np.testing.assert_allclose(se, np.sqrt(fit.vcov[0, 0]))


def test_with_boundless_heterogeneity_every_study_keeps_its_effect() -> None:
    value, se = predict(Rows(Y, D, X), 1e12)
    np.testing.assert_allclose(value, Y)
    np.testing.assert_allclose(se, np.sqrt(D))
