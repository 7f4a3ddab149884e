"""Guard rails: when they speak, and that they are silent otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.guards import (
    few_degrees_of_freedom,
    first_coefficient,
    knapp_hartung_narrower,
    no_prediction_df,
    no_residual_df,
    prediction_df_floor,
    single_study,
    tau2_at_boundary,
)


def test_a_knapp_hartung_interval_narrower_than_wald_is_said() -> None:
    (caution,) = knapp_hartung_narrower(0.483, 0.529)
    assert caution.code == "knapp-hartung-narrower"
    assert "0.483" in caution
    assert "0.529" in caution


def test_a_wider_knapp_hartung_interval_needs_no_word() -> None:
    assert knapp_hartung_narrower(0.6, 0.5) == ()
    assert knapp_hartung_narrower(0.5, 0.5) == ()


@pytest.mark.parametrize(("df", "speaks"), [(1, True), (3.9, True), (4, False)])
def test_fewer_than_four_degrees_of_freedom_are_said(df: float, speaks: bool) -> None:
    assert bool(few_degrees_of_freedom(df)) is speaks


def test_what_few_degrees_of_freedom_do_to_an_interval_is_told() -> None:
    (two_studies,), (four,) = few_degrees_of_freedom(1), few_degrees_of_freedom(3)
    assert two_studies.startswith("Only 1 degree of freedom: a 95 % interval reaches")
    assert "12.7 standard errors" in two_studies
    assert "3.2 standard errors" in four
    assert "not that they disagree" in four


def test_less_than_one_degree_of_freedom_is_told_in_thousands() -> None:
    (caution,) = few_degrees_of_freedom(0.25)
    assert caution.startswith("Only 0.25 degrees of freedom")
    assert "43,640.1 standard errors" in caution
    assert caution.endswith("has broken down, and the interval with it: use another.")
    assert "broken" not in few_degrees_of_freedom(1)[0]


def test_a_prediction_interval_that_no_degree_of_freedom_is_left_for_is_said() -> None:
    (caution,) = no_prediction_df(1.0)
    assert caution.code == "no-prediction-df"
    assert no_prediction_df(1.01) == ()


def test_a_normal_reference_has_no_few_degrees_of_freedom() -> None:
    assert few_degrees_of_freedom(np.inf) == ()


def test_tau2_at_zero_is_said_to_be_no_evidence_of_homogeneity() -> None:
    (caution,) = tau2_at_boundary(0.0, 6)
    assert "6 studies" in caution
    assert tau2_at_boundary(0.1, 6) == ()


def test_one_study_has_no_boundary_to_be_at() -> None:
    assert tau2_at_boundary(0.0, 1) == ()


def test_as_many_coefficients_as_studies_are_said() -> None:
    assert no_residual_df(1, 1) == single_study()
    (caution,) = no_residual_df(3, 3)
    assert caution.code == "no-residual-df"


def test_a_floor_of_the_prediction_interval_is_said() -> None:
    (caution,) = prediction_df_floor(1)
    assert caution.code == "prediction-df"
    assert prediction_df_floor(2) == ()


def test_an_estimate_that_is_a_coefficient_is_said_to_be_one() -> None:
    assert first_coefficient("Intercept", 1) == ()
    assert "reference level" in first_coefficient("Intercept", 2)[0]
    assert "'dose'" in first_coefficient("dose", 1)[0]
