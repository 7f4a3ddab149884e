"""Predictions at moderators; those of metafor are in agreement/predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist import (
    MetaRegression,
    Multilevel,
    Multivariate,
    RandomEffects,
    RobustCorrelated,
    robust,
)
from mdmameta.models.frequentist.hypotheses import wald_test
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.predictions import predict

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05],
    moderators={"dose": [0, 1, 2, 3, 4, 5], "arm": ["a", "b", "a", "c", "b", "c"]},
)

UNEQUAL = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7, 0.3, 0.8, 0.0, 0.6, 1.1, -0.1],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05, 0.03, 0.02, 0.06, 0.02, 0.03, 0.02],
    study=list("ABCDEFGHHIJJ"),
    moderators={
        "dose": [0, 1, 2, 3, 4, 5, 1, 2, 4, 0, 3, 2],
        "arm": list("abacbcaaabcb"),
        "site": list("uuuvuuvuuvuu"),
    },
)


def test_at_zero_the_prediction_is_the_intercept() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    row = predict(fit, {"dose": [0.0]}).iloc[0]
    e = fit.estimate
    assert row["value"] == pytest.approx(e.value)
    assert row["ci_low"] == pytest.approx(e.ci_low)
    assert row["pi_high"] == pytest.approx(e.pi_high)


@pytest.mark.parametrize(
    "formula", ["~ dose", "~ dose + I(dose**2)", "~ 0 + dose", "~ dose + arm"]
)
@pytest.mark.parametrize("of", [list, tuple, np.array, pd.Series])
def test_numbers_by_name_are_predicted_at_as_in_a_table(formula: str, of) -> None:
    fit = MetaRegression(formula).fit(UNEQUAL)
    at: dict[str, object] = {"dose": of([7, 2])}
    if "arm" in formula:
        at["arm"] = of(["a", "c"])
    pd.testing.assert_frame_equal(predict(fit, at), predict(fit, pd.DataFrame(at)))


@pytest.mark.parametrize(
    ("at", "error"),
    [
        ({"dose": [1, None]}, ModelError),
        ({"dose": [1, float("nan")]}, ModelError),
        ({"arm": ["a"]}, ModelError),
        ({}, ModelError),
        ({"dose": [1, 2], "year": [3]}, ValueError),
    ],
)
def test_numbers_that_are_absent_or_missing_are_refused(at, error) -> None:
    with pytest.raises(error):
        predict(MetaRegression("~ dose").fit(UNEQUAL), at)


def test_a_level_is_coded_as_in_the_fit_whatever_stands_beside_it() -> None:
    fit = MetaRegression("~ arm").fit(EFFECTS)
    alone = predict(fit, {"arm": ["c"]})["value"].to_numpy()
    together = predict(fit, {"arm": ["a", "b", "c"]})["value"].to_numpy()
    assert alone[0] == pytest.approx(together[2])
    assert alone[0] == pytest.approx(fit.params["Intercept"] + fit.params["arm[T.c]"])


def test_centring_is_about_the_mean_of_the_fit() -> None:
    plain = MetaRegression("~ dose").fit(EFFECTS)
    centred = MetaRegression("~ center(dose)").fit(EFFECTS)
    at = {"dose": [7.0]}
    np.testing.assert_allclose(predict(plain, at), predict(centred, at))


MODELS = [
    MetaRegression("~ dose"),
    MetaRegression("~ arm + dose", interval="wald"),
    Multilevel(formula="~ arm"),
    Multilevel(formula="~ dose", robust="CR2"),
    RobustCorrelated(formula="~ arm + dose"),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_by_default_it_predicts_at_the_studies_used(model: Model) -> None:
    y = np.where(np.arange(12) == 4, np.nan, UNEQUAL.y)
    fit = model.fit(
        Effects.from_arrays(y, UNEQUAL.v, study=UNEQUAL.study, moderators=UNEQUAL.frame)
    )
    at = predict(fit, fit.effects.frame.iloc[fit.used])
    np.testing.assert_allclose(predict(fit), at, rtol=1e-12)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"arm": ["d"]}, "levels that the fit had"),
        ({"dose": [1]}, "uses 'arm'"),
        ({"arm": ["a", None]}, "new rows 1"),
    ],
)
def test_values_that_cannot_be_coded_are_refused(
    new: dict[str, list[object]], words: str
) -> None:
    fit = MetaRegression("~ arm").fit(EFFECTS)
    with pytest.raises(ModelError, match=words):
        predict(fit, new)


def test_a_mean_has_no_moderators() -> None:
    with pytest.raises(ModelError, match=r"fit\.estimate"):
        predict(RandomEffects().fit(EFFECTS))


def at_levels(fit: Fit, **others: float) -> pd.DataFrame:
    return predict(fit, {"arm": list("abc"), **{k: [v] * 3 for k, v in others.items()}})


def test_equal_weights_average_the_predictions_of_the_levels() -> None:
    fit = MetaRegression("~ arm * dose").fit(UNEQUAL)
    got = predict(fit, {"dose": [2.0]}, average_over="arm").iloc[0]
    assert got["value"] == pytest.approx(at_levels(fit, dose=2.0)["value"].mean())
    L = np.array([3, 1, 1, 6, 2, 2]) / 3
    assert got["se"] == pytest.approx(np.sqrt(L @ fit.vcov @ L))


def test_observed_weights_count_the_rows_of_each_combination() -> None:
    fit = MetaRegression("~ arm + site").fit(UNEQUAL)
    both = predict(fit, average_over=["arm", "site"], weights="observed")
    assert len(both) == 1
    assert both["value"].iloc[0] == pytest.approx(predict(fit)["value"].mean())
    equal = predict(fit, average_over=["arm", "site"])["value"].iloc[0]
    assert equal != pytest.approx(both["value"].iloc[0], abs=1e-3)


def test_the_order_of_what_is_averaged_over_does_not_matter() -> None:
    fit = MetaRegression("~ arm + site").fit(UNEQUAL)
    one, other = (
        predict(fit, average_over=n) for n in (["arm", "site"], ["site", "arm"])
    )
    np.testing.assert_allclose(one, other)


def test_what_is_not_averaged_over_keeps_the_values_of_the_studies() -> None:
    fit = MetaRegression("~ arm + dose").fit(UNEQUAL)
    rows = predict(fit, average_over="arm")
    assert len(rows) == UNEQUAL.k
    steps = np.diff(rows["value"])
    np.testing.assert_allclose(
        steps, np.diff(UNEQUAL.frame["dose"]) * fit.params["dose"]
    )


def test_robust_errors_have_degrees_of_freedom_of_the_average() -> None:
    fit = robust(MetaRegression("~ arm").fit(UNEQUAL), "study")
    row = predict(fit, average_over="arm").iloc[0]
    test = wald_test(fit, [1, 1 / 3, 1 / 3])
    half = critical_value(0.95, test.df_residual) * row["se"]
    assert row["ci_high"] - row["value"] == pytest.approx(half)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"average_over": "age"}, "names 'age', not among the moderators .*: 'arm'"),
        ({"average_over": "arm", "weights": "cells"}, "weights='cells'"),
    ],
)
def test_what_cannot_be_averaged_is_said(options: dict[str, str], words: str) -> None:
    fit = MetaRegression("~ arm").fit(UNEQUAL)
    with pytest.raises(OptionError, match=words):
        predict(fit, **options)  # type: ignore[arg-type]


def test_a_multilevel_model_predicts_at_its_coefficients() -> None:
    model = Multilevel(["study", "effect"], formula="~ dose", interval="contain")
    fit = model.fit(UNEQUAL)
    row, e = predict(fit, {"dose": [0.0]}).iloc[0], fit.estimate
    assert tuple(row[["value", "se", "ci_low", "pi_high"]]) == pytest.approx(
        (e.value, e.se, e.ci_low, e.pi_high)
    )
    total = fit.components["value"].sum() + row["se"] ** 2
    half = critical_value(0.95, e.df) * np.sqrt(total)
    assert row["pi_high"] - row["value"] == pytest.approx(half)


def test_each_prediction_has_the_least_df_of_its_coefficients() -> None:
    model = Multilevel(
        ["study", "effect"], formula="~ 0 + site + dose", interval="contain"
    )
    fit = model.fit(UNEQUAL)
    df = fit.coefficients.set_index("term")["df"]
    assert df["site[u]"] != df["dose"]
    row = predict(fit, {"dose": [1.0], "site": ["u"]}).iloc[0]
    half = critical_value(0.95, df[["site[u]", "dose"]].min()) * row["se"]
    assert row["ci_high"] - row["value"] == pytest.approx(half)


def test_a_robust_multilevel_fit_predicts_with_its_own_errors() -> None:
    fit = Multilevel(["study", "effect"], formula="~ dose", robust="CR2").fit(UNEQUAL)
    row, e = predict(fit, {"dose": [0.0]}).iloc[0], fit.estimate
    assert (row["se"], row["ci_low"]) == pytest.approx((e.se, e.ci_low))


def test_a_new_row_of_an_outcome_has_its_variance() -> None:
    rng = np.random.default_rng(5)
    effects = Effects.from_arrays(
        y=rng.normal(size=16) * np.tile([0.2, 2.0], 8),
        v=np.full(16, 0.01),
        study=np.repeat(list("ABCDEFGH"), 2),
        moderators={"outcome": ["x", "y"] * 8},
    )
    model = Multivariate(structure="DIAG", formula="~ 0 + outcome")
    fit = model.fit(effects)
    table = predict(fit, {"outcome": ["y", "x"]})
    tau2 = fit.components["value"].to_numpy()[::-1]
    half = critical_value(0.95, np.inf) * np.sqrt(tau2 + table["se"] ** 2)
    np.testing.assert_allclose(table["pi_high"] - table["value"], half)
    assert predict(fit, average_over="outcome")["pi_low"].isna().all()


def test_a_working_model_of_dependent_effects_predicts() -> None:
    fit = RobustCorrelated(formula="~ dose").fit(UNEQUAL)
    row = predict(fit, {"dose": [0.0]}).iloc[0]
    assert (row["value"], row["ci_low"]) == pytest.approx(
        (fit.estimate.value, fit.estimate.ci_low)
    )


def test_axes_of_one_table_of_predictions_are_named_alone() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    first = predict(fit)
    first.columns.name, first.index.name = "number", "row"
    again = predict(fit)
    assert again.columns.name is None
    assert again.index.name is None


def test_a_level_given_as_a_number_is_not_taken_for_an_amount() -> None:
    arms = ["80", "80", "125", "125", "125", "80"]
    effects = Effects.from_arrays(EFFECTS.y, EFFECTS.v, moderators={"dose": arms})
    fit = MetaRegression("~ dose").fit(effects)
    assert len(predict(fit, pd.DataFrame({"dose": ["80"]}))) == 1
    for numbers in ([80], np.array([80.0])):
        with pytest.raises(ModelError, match="Use levels that the fit had"):
            predict(fit, {"dose": numbers})
