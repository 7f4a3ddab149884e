"""Design matrices: coding, missing rows and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.design import (
    design_matrix,
    intercept_only,
    parse,
    rows_without_moderators,
)
from metafor_models import design, effects, model, out_of_scope
from reference_cases import checks, names

FRAME = pd.DataFrame(
    {
        "control": ["placebo", "low dose", "placebo", "waiting"],
        "year": [2010, 2012, 2018, 2021],
        "phase": [2, 2, 3, 3],
    }
)


def test_text_is_coded_against_the_first_level_of_the_alphabet() -> None:
    design = design_matrix("~ control", FRAME)
    assert design.terms == ("Intercept", "control[T.placebo]", "control[T.waiting]")
    np.testing.assert_array_equal(design.X[:, 1], [1, 0, 1, 0])


def test_numbers_are_coded_as_levels_only_when_asked() -> None:
    assert design_matrix("~ phase", FRAME).terms == ("Intercept", "phase")
    assert design_matrix("~ C(phase)", FRAME).terms == ("Intercept", "C(phase)[T.3]")


def test_levels_that_no_row_has_get_no_column() -> None:
    frame = FRAME.assign(control=FRAME["control"].astype("category"))
    assert design_matrix("~ control", frame.iloc[:3]).X.shape == (3, 2)


def test_a_transformed_moderator_is_computed() -> None:
    X = design_matrix("~ I(year - 2010)", FRAME).X
    np.testing.assert_array_equal(X[:, 1], [0, 2, 8, 11])


def test_the_intercept_can_be_left_out() -> None:
    assert design_matrix("~ 0 + year", FRAME).terms == ("year",)


def test_a_formula_of_nothing_is_a_mean() -> None:
    assert design_matrix("~ 1", FRAME).terms == intercept_only(4).terms


def test_only_moderators_of_the_formula_make_a_row_incomplete() -> None:
    frame = FRAME.assign(year=[2010, None, 2018, 2021], note=[None, "", "", ""])
    missing = rows_without_moderators("~ year + control", frame)
    np.testing.assert_array_equal(missing, [False, True, False, False])


def test_an_absent_moderator_is_named_with_those_there() -> None:
    with pytest.raises(ModelError, match=r"uses 'dose', not among .*'control', 'year'"):
        rows_without_moderators("~ dose + year", FRAME)


@pytest.mark.parametrize("formula", ["~ (", "y ~ x", "~ a | b", "~ 0", None, ["a"]])
def test_what_is_no_one_sided_formula_is_refused(formula: object) -> None:
    with pytest.raises(OptionError, match="formula="):
        parse(formula)  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", ["~ year + I(2 * year)", "~ same"])
def test_columns_that_cannot_be_told_apart_are_refused(formula: str) -> None:
    with pytest.raises(ModelError, match="can be told apart in 4 usable rows"):
        design_matrix(formula, FRAME.assign(same=1.0))


def test_more_coefficients_than_rows_are_refused() -> None:
    with pytest.raises(ModelError, match=r"gives 3 coefficients .* but only 2"):
        design_matrix("~ control + year", FRAME.iloc[:2])


@pytest.mark.parametrize("formula", ["~ one", "~ one + year", "~ year + C(one)"])
def test_a_factor_of_one_level_is_refused_as_in_r(formula: str) -> None:
    """Without a coefficient it would pass unnoticed for an adjusted mean."""
    frame = FRAME.assign(one="placebo")
    with pytest.raises(ModelError, match="'one' is 'placebo' in all of them"):
        design_matrix(formula, frame)
    assert design_matrix("~ 0 + one", frame).terms == ("one[placebo]",)


def test_a_moderator_on_a_large_scale_is_not_taken_for_constant() -> None:
    frame = pd.DataFrame({"year": [1e8, 1e8 + 1, 1e8 + 2]})
    assert design_matrix("~ year", frame).X.shape == (3, 2)


def test_a_term_that_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be computed"):
        design_matrix("~ nosuchfunction(year)", FRAME)


def test_a_term_that_is_not_finite_is_refused() -> None:
    with np.errstate(divide="ignore"), pytest.raises(ModelError, match="not finite"):
        design_matrix("~ np.log(year)", FRAME.assign(year=[0, 1, 2, 3]))


def test_a_formula_that_is_no_python_is_an_option_error():
    with pytest.raises(OptionError, match=r"C\(class\)"):
        parse("~ C(class)")


@pytest.mark.parametrize("name", names())
def test_formulas_give_the_design_matrix_of_r(name: str) -> None:
    for check in checks(name, "rma.uni"):
        if "X" in check["args"] and not out_of_scope(check["args"]):
            frame = effects(name, check["on"]).moderators
            formula = model(check["args"]).formula  # type: ignore[attr-defined]
            complete = ~rows_without_moderators(formula, frame)
            ours = design_matrix(formula, frame[complete])
            theirs = design(name, check)[complete]
            np.testing.assert_array_equal(ours.X, theirs)
