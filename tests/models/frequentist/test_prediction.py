"""Prediction intervals: error and reference of each kind."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from scipy.stats import norm, t

from mdmameta.models.frequentist.prediction import (
    prediction_basis,
    prediction_interval,
)
from mdmameta.options import Prediction

BASIS = {
    "metafor": (0.3, 7.0),
    "V": (0.2, 6.0),
    "HTS": (0.2, 5.0),
    "HK": (0.1, 6.0),
    "HK-PR": (0.1, 5.0),
    "S": (0.2, np.inf),
    "simple": (0.0, np.inf),
}


def test_every_kind_of_the_options_is_there() -> None:
    """NNF and Kenward and Roger's have modules of their own."""
    assert {*BASIS, "NNF", "KR", "KR-PR"} == set(get_args(Prediction))


@pytest.mark.parametrize("kind", BASIS)
def test_each_kind_has_its_error_and_reference(kind: str) -> None:
    errors = {"classic": 0.2, "knapp_hartung": 0.1, "shown": 0.3}
    assert prediction_basis(kind, **errors, df=7.0, residual=6) == BASIS[kind]


@pytest.mark.parametrize("kind", ["HTS", "HK-PR"])
def test_two_studies_leave_one_degree_of_freedom(kind: str) -> None:
    errors = {"classic": 1.0, "knapp_hartung": 1.0, "shown": 1.0}
    assert prediction_basis(kind, **errors, df=1, residual=1)[1] == 1


def test_the_interval_adds_both_variances() -> None:
    low, high = prediction_interval(1.0, 0.3, 0.16, df=4, level=0.9)
    assert high - 1 == pytest.approx(0.5 * t.ppf(0.95, 4))
    assert low + high == pytest.approx(2)
    assert prediction_interval(0, 0.3, 0.16, df=np.inf, level=0.9)[1] == (
        pytest.approx(0.5 * norm.ppf(0.95))
    )
