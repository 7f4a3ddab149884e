"""Options that only the frequentist models have."""

from __future__ import annotations

import pytest

from mdmameta.errors import OptionError
from mdmameta.models.frequentist.checks import check_tau2


@pytest.mark.parametrize("tau2", ["DL", "PM", "REML", "ML", 0, 0.5])
def test_an_estimator_or_a_variance_passes(tau2: str | float) -> None:
    check_tau2(tau2)


def test_a_misspelt_estimator_is_recognised() -> None:
    with pytest.raises(OptionError, match="Did you mean 'REML'"):
        check_tau2("reml")


@pytest.mark.parametrize("tau2", [-0.1, float("nan"), float("inf")])
def test_what_cannot_be_a_variance_is_refused(tau2: float) -> None:
    with pytest.raises(OptionError, match="cannot be a variance"):
        check_tau2(tau2)


def test_a_truth_value_is_no_variance() -> None:
    with pytest.raises(OptionError, match="tau2=True"):
        check_tau2(True)


@pytest.mark.parametrize("code", ["FE", "EE", "CE", "fe"])
def test_codes_of_equal_effects_lead_to_their_model(code: str) -> None:
    with pytest.raises(OptionError, match=r"use CommonEffect\(\)"):
        check_tau2(code)
