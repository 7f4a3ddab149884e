"""Anybody's tables, one outcome, one page."""

from __future__ import annotations

import pytest

from mdmameta.errors import OptionError
from mdmameta.reporting.outcome import Outcome, instruments_of


def test_an_outcome_is_found_by_its_beginning_and_an_instrument_by_its_name(
    results,
) -> None:
    assert instruments_of(results.evidence, "Depression") == ("MADRS", "BDI-II")
    assert instruments_of(results.evidence, "bdi-ii") == ("BDI-II",)


@pytest.mark.parametrize("name", ["tinnitus", "", "response"])
def test_what_no_scale_of_the_tables_measures_is_refused_with_what_there_is(
    results, name: str
) -> None:
    with pytest.raises(OptionError, match=r"there are: .*PTSD severity"):
        instruments_of(results.evidence, name)


def test_the_primary_outcome_gives_the_primary_set(results) -> None:
    found = Outcome(results.evidence, "ptsd", ("CAPS-5", "CAPS-IV"))
    primary = results.fits["ptsd-primary", "reml-kh"].estimate
    assert found.fits["reml-kh"].estimate.value == pytest.approx(primary.value)
    assert found.deciding.estimate.ci_low == pytest.approx(
        results.deciding("ptsd-primary").estimate.ci_low
    )
