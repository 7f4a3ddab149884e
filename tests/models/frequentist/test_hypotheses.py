"""Linear hypotheses and variance inflation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    MetaRegression,
    Multilevel,
    RandomEffects,
    robust,
)
from mdmameta.models.frequentist.hypotheses import variance_inflation, wald_test

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05],
    moderators={"dose": [0, 1, 2, 3, 4, 5], "arm": ["a", "b", "a", "c", "b", "c"]},
)


@pytest.mark.parametrize("interval", ["wald", "knapp-hartung"])
def test_all_moderators_together_give_the_omnibus_test(interval: str) -> None:
    fit = MetaRegression("~ arm", interval=interval).fit(EFFECTS)  # type: ignore[arg-type]
    test, whole = wald_test(fit, [[0, 1, 0], [0, 0, 1]]), fit.omnibus
    assert whole is not None
    assert (test.statistic, test.p_value) == pytest.approx(
        (whole.statistic, whole.p_value)
    )


def test_one_combination_is_its_own_z_squared() -> None:
    fit = MetaRegression("~ arm", interval="wald").fit(EFFECTS)
    L = np.array([0, 1, -1])
    z = L @ fit.params / np.sqrt(L @ fit.vcov @ L)
    assert wald_test(fit, L).statistic == pytest.approx(z**2)


@pytest.mark.parametrize(
    ("contrasts", "words"),
    [
        ([1, 0, 0], "shape \\(1, 3\\)"),
        ([0, float("nan")], "finite"),
        ([[0, 1], [0, 2]], "follow from the others"),
    ],
)
def test_contrasts_that_do_not_fit_are_refused(contrasts: list, words: str) -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    with pytest.raises(OptionError, match=words):
        wald_test(fit, contrasts)


def test_names_and_numbers_are_the_same_test() -> None:
    fit = MetaRegression("~ arm + dose").fit(EFFECTS)
    assert wald_test(fit, "arm") == wald_test(fit, ["arm[T.b] = 0", "arm[T.c]"])
    named, counted = wald_test(fit, "arm"), wald_test(fit, np.eye(4)[1:3])
    assert (named.statistic, named.p_value) == (counted.statistic, counted.p_value)
    assert named.hypotheses == ("arm[T.b] = 0", "arm[T.c] = 0")


def test_a_value_other_than_zero_shifts_the_statistic() -> None:
    fit = MetaRegression("~ dose", interval="wald").fit(EFFECTS)
    b, se = fit.params["dose"], fit.bse["dose"]
    test = wald_test(fit, "dose = 0.3")
    assert test.statistic == pytest.approx(((b - 0.3) / se) ** 2)
    assert wald_test(fit, f"dose = {b}").p_value == pytest.approx(1)


@pytest.mark.parametrize("df", ["satterthwaite", "normal"])
def test_robust_errors_test_values_other_than_zero(df: str) -> None:
    fit = robust(MetaRegression("~ dose").fit(EFFECTS), "study", df=df)  # type: ignore[arg-type]
    b, se = fit.params["dose"], fit.bse["dose"]
    assert wald_test(fit, "dose = 0.3").statistic == pytest.approx(
        (b - 0.3) ** 2 / se**2
    )


def test_the_least_degrees_of_freedom_of_the_coefficients_involved_count() -> None:
    effects = replace(EFFECTS, study=np.array(list("aabbcc")))
    model = Multilevel(["study"], formula="~ dose", interval="contain")
    fit = model.fit(effects)
    df = fit.coefficients.set_index("term")["df"]
    assert df["dose"] > df["Intercept"]
    assert wald_test(fit, "dose").df_residual == df["dose"]
    assert wald_test(fit, "dose + Intercept").df_residual == df["Intercept"]
    assert wald_test(fit, "dose").p_value == pytest.approx(
        fit.coefficients["p_value"].iloc[1]
    )


def test_a_test_is_a_row_of_a_table() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    table = wald_test(fit, "dose").to_frame()
    assert table.loc[0, "hypotheses"] == "dose = 0"
    assert table.loc[0, "df"] == 1


def test_a_mean_has_no_moderators_to_overlap() -> None:
    with pytest.raises(ModelError, match="no moderators"):
        variance_inflation(RandomEffects().fit(EFFECTS))


def test_more_combinations_than_a_robust_covariance_can_tell_apart_give_no_test() -> (
    None
):
    effects = Effects.from_arrays(
        EFFECTS.y, EFFECTS.v, study=list("aabbcc"), moderators=EFFECTS.moderators
    )
    plain = MetaRegression("~ arm + dose").fit(effects)
    fit = robust(plain, "study", kind="CR0", df="normal")
    one = wald_test(fit, [[0, 1, 0, 0]])
    assert np.isfinite(one.p_value)
    # Scores of three clusters add to zero: their covariance has rank 2.
    three = wald_test(fit, [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    assert np.isnan([three.statistic, three.p_value]).all()
    assert three.df == 3
