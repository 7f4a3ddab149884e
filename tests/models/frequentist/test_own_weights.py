"""Weights of the user's: what they change, and what they leave."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    RandomEffects,
    likelihoods,
    robust,
)
from mdmameta.models.frequentist.own_weights import has_own_weights, stated
from mdmameta.testing import check_model

A = np.array([1.0, 2.0, 0.5, 3.0, 1.5])
Y, D = np.array([0.1, 0.5, 0.2, 0.9, 0.4]), np.array([0.02, 0.05, 0.03, 0.04, 0.1])
EFFECTS = Effects.from_arrays(
    y=Y,
    v=D,
    study=list("abcde"),
    moderators={"quality": A, "gap": [1.0, None, 1, 1, 1], "x": [0, 1, 2, 4, 8]},
)


def fitted(weights: Any, **options: Any) -> Fit:
    return RandomEffects("REML", "wald", weights=weights, **options).fit(EFFECTS)


def test_the_mean_and_its_variance_are_those_written_out() -> None:
    fit = fitted(A)
    share = A / A.sum()
    assert fit.estimate.value == pytest.approx(share @ Y)
    variance = share**2 @ (D + fit.heterogeneity.tau2)
    assert fit.estimate.se == pytest.approx(np.sqrt(variance))
    np.testing.assert_allclose(fit.weights, 100 * share)


def test_heterogeneity_is_that_of_the_best_weights() -> None:
    own, best = fitted(A).heterogeneity, fitted("inverse-variance").heterogeneity
    assert (own.tau2, own.i2, own.q, own.tau2_ci) == (
        best.tau2,
        best.i2,
        best.q,
        best.tau2_ci,
    )


def test_no_weights_have_a_smaller_error_than_the_best() -> None:
    best = fitted("inverse-variance").estimate.se
    rng = np.random.default_rng(3)
    assert all(fitted(rng.uniform(0, 1, 5)).estimate.se > best for _ in range(20))


def test_weights_of_the_inverse_variances_change_nothing() -> None:
    best = fitted("inverse-variance")
    same = fitted(1 / (D + best.heterogeneity.tau2))
    assert same.estimate.value == pytest.approx(best.estimate.value)
    assert same.estimate.se == pytest.approx(best.estimate.se)
    assert likelihoods(same).ml.value == pytest.approx(likelihoods(best).ml.value)


def test_equal_weights_give_the_unweighted_mean_and_regression() -> None:
    assert fitted("equal").estimate.value == pytest.approx(Y.mean())
    common = CommonEffect(weights="equal").fit(EFFECTS).estimate
    assert common.se == pytest.approx(np.sqrt(D.sum()) / 5)
    line = MetaRegression("~ x", weights="equal").fit(EFFECTS).params
    slope, intercept = np.polyfit([0, 1, 2, 4, 8], Y, 1)
    np.testing.assert_allclose(line, [intercept, slope])


def test_a_column_and_its_numbers_are_the_same_weights() -> None:
    named, given = fitted("quality"), fitted(A)
    assert named.estimate == given.estimate
    part = RandomEffects("REML", "wald", weights="quality").fit(EFFECTS.take([0, 1, 4]))
    np.testing.assert_allclose(part.weights, 100 * A[[0, 1, 4]] / A[[0, 1, 4]].sum())


def test_a_row_without_a_weight_is_dropped_and_named() -> None:
    fit = fitted("gap")
    assert fit.k == 4
    assert "b" in next(c for c in fit.warnings if c.code == "rows-dropped")


def test_genq_takes_its_q_from_the_weights() -> None:
    tau2 = RandomEffects("GENQ", weights="equal").fit(EFFECTS).heterogeneity.tau2
    hedges = RandomEffects("HE").fit(EFFECTS).heterogeneity.tau2
    assert tau2 == pytest.approx(hedges)


def test_correlated_rows_keep_the_weights_given() -> None:
    V = np.diag(D) + 0.01
    effects = Effects.from_arrays(y=Y, v=V)
    fit = RandomEffects(0.1, "wald", weights=A).fit(effects)
    share = A / A.sum()
    assert fit.estimate.value == pytest.approx(share @ Y)
    assert fit.estimate.se**2 == pytest.approx(share @ (V + 0.1 * np.eye(5)) @ share)
    np.testing.assert_allclose(fit.weights, 100 * share)
    np.testing.assert_allclose(fit.working().beta, fit.params)  # type: ignore[misc]
    with pytest.raises(ModelError, match="needs independent rows"):
        RandomEffects("GENQ", weights=A).fit(effects)


def test_robust_errors_keep_the_weights() -> None:
    fit = fitted("equal")
    again = robust(fit, "study", kind="CR0", df="normal")
    assert again.estimate.value == fit.estimate.value
    assert again.estimate.se == pytest.approx(np.sqrt(((Y - Y.mean()) ** 2).sum()) / 5)


def test_a_model_with_weights_is_a_value() -> None:
    model = RandomEffects(weights=[1, 2.0])  # type: ignore[arg-type]
    assert model == RandomEffects(weights=np.array([1.0, 2.0]))  # type: ignore[arg-type]
    assert hash(pickle.loads(pickle.dumps(model))) == hash(model)
    assert repr(model).endswith("weights=(1.0, 2.0))")
    assert "weights" not in repr(RandomEffects())


def test_models_say_whether_their_weights_are_their_own() -> None:
    own = [CommonEffect(weights="equal"), RandomEffects("GENQ"), RandomEffects("REML")]
    assert [has_own_weights(model) for model in own] == [True, True, False]
    assert "weightless" in CommonEffect(weights="equal").waives
    assert not RandomEffects().waives
    assert {"one-study", "weightless"} == set(
        MetaRegression("~ x", weights="equal").waives
    )


@pytest.mark.parametrize("weights", ["equal", "inverse-variance"])
@pytest.mark.parametrize("model", [RandomEffects, CommonEffect])
def test_models_keep_the_duties_that_they_do_not_waive(
    model: Any, weights: str
) -> None:
    assert check_model(model(weights=weights)).passed


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], "2 weights were given for 5 rows"),
        ([1, 1, -1, 1, 1], r"weight -1.0 of c \(row 2"),
        ([1, 1, np.inf, 1, 1], "weight inf of c"),
        ("size", "nor a moderator"),
        ([0, 0, 0, 0, 0], "0 of 5 rows have a weight above 0"),
    ],
)
def test_impossible_weights_are_named(weights: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        fitted(weights)


@pytest.mark.parametrize("weights", [3.0, [[1.0]], ["a"], None])
def test_what_cannot_be_weights_is_refused_at_once(weights: Any) -> None:
    with pytest.raises(OptionError, match="weights"):
        stated(weights)


def test_text_in_a_column_cannot_weigh() -> None:
    effects = Effects.from_arrays(y=Y, v=D, moderators={"w": list("abcde")})
    with pytest.raises(ModelError, match="holds text"):
        RandomEffects(weights="w").fit(effects)


@pytest.mark.parametrize("model", [RandomEffects, CommonEffect])
def test_weights_of_the_rows_of_one_table_waive_what_changes_the_rows(
    model: Any,
) -> None:
    waived = model(weights=A).waives
    assert waived["order"] == "its weights belong to the rows of one table"
    assert {"order", "missing", "one-study", "nothing", "weightless"} == set(waived)
