"""Distances of coefficients, and the rules of thumb that mark a row or cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.sensitivity.influence_set import distances, marked


def test_a_distance_is_in_units_of_the_covariance() -> None:
    vcov = np.array([[4.0, 0.0], [0.0, 1.0]])
    assert distances(vcov, 2 * vcov, np.array([2.0, 3.0])) == pytest.approx((10.0, 4.0))
    assert np.isnan(distances(np.zeros((1, 1)), vcov, np.array([1.0]))).all()


@pytest.mark.parametrize(
    ("column", "value"), [("cook_d", 0.46), ("hat", 0.31), ("dffits", 1.01)]
)
def test_each_rule_of_thumb_marks_by_itself(column, value) -> None:
    quiet = {"rstudent": 0.0, "dffits": 0.1, "cook_d": 0.1, "hat": 0.1}
    rows = pd.DataFrame([quiet] * 10)
    assert not marked(rows, np.zeros((10, 1))).any()
    rows.loc[3, column] = value
    assert marked(rows, np.zeros((10, 1))).nonzero()[0].tolist() == [3]
    moved = np.where(np.arange(10) == 7, -1.01, 0.0)[:, None]
    assert marked(rows, moved).nonzero()[0].tolist() == [3, 7]


def test_what_could_not_be_left_out_is_not_marked() -> None:
    clusters = pd.DataFrame({"cook_d": [9.0, np.nan], "hat": [0.9, 0.9]})
    assert marked(clusters, np.full((2, 1), 2.0)).tolist() == [True, False]
