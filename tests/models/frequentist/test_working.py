"""The weighted regression that a fit hands on is the one it came from."""

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.working import Working

Y, V = [0.1, 0.4, 0.3, 0.9], [0.02, 0.05, 0.03, 0.04]
ARRAYS = {"y": Y, "moderators": {"year": [2000, 2004, 2010, 2011]}}
CORRELATED = np.diag(V) + 0.01 * (1 - np.eye(4))
MODELS = [
    CommonEffect(),
    RandomEffects(),
    RandomEffects(tau2="GENQ"),
    MetaRegression("~ year"),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("errors", [{"v": V}, {"V": CORRELATED}], ids=["v", "V"])
def test_a_working_regression_gives_the_coefficients_of_its_fit(model, errors):
    fit = model.fit(Effects.from_arrays(**ARRAYS, **errors))
    assert fit.working().beta == pytest.approx(fit.params.to_numpy(), rel=1e-9)


def test_the_marginal_covariance_holds_errors_and_true_effects():
    fit = RandomEffects(tau2=0.1).fit(Effects.from_arrays(Y, V=CORRELATED))
    assert pytest.approx(CORRELATED + 0.1 * np.eye(4)) == fit.working().M


def test_weights_are_the_inverse_of_the_marginal_covariance():
    working = RandomEffects().fit(Effects.from_arrays(Y, V=CORRELATED)).working()
    assert pytest.approx(np.eye(4)) == working.W @ working.M


def test_rows_that_are_not_used_are_not_in_the_working_regression():
    fit = RandomEffects().fit(Effects.from_arrays([*Y, np.nan], [*V, 1.0]))
    assert fit.working().rows.tolist() == [0, 1, 2, 3]
    assert fit.working().y.tolist() == Y


def test_a_working_regression_is_read_only():
    working = RandomEffects().fit(Effects.from_arrays(Y, V)).working()
    with pytest.raises(ValueError, match="read-only"):
        working.y[0] = 1.0


def test_weights_may_be_given_as_a_diagonal_or_as_a_matrix():
    w, X, rows = np.array([1.0, 2.0]), np.ones((2, 1)), np.arange(2)
    y = np.array([1.0, 4.0])
    flat = Working(y=y, X=X, W=w, M=1 / w, rows=rows)
    full = Working(y=y, X=X, W=np.diag(w), M=np.diag(1 / w), rows=rows)
    assert flat.beta == pytest.approx(full.beta)
