from __future__ import annotations

import numpy as np
import pytest

from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    LogNormal,
    LogStudentT,
    rhodes_prior,
    turner_prior,
)
from mdmameta.models.bayesian.empirical_tables import (
    RHODES,
    RHODES_COMPARISONS,
    TURNER,
    TURNER_COMPARISONS,
)


def test_the_tables_are_complete():
    assert len(TURNER) == 16
    assert all(len(row) == len(TURNER_COMPARISONS) == 5 for row in TURNER.values())
    cells = [
        cell for table in RHODES.values() for row in table.values() for cell in row
    ]
    assert len(cells) == 3 * 8 * len(RHODES_COMPARISONS)
    assert sum(cell is None for cell in cells) == 3


@pytest.mark.parametrize("table", [TURNER, *RHODES.values()])
def test_locations_are_sums_of_an_outcome_and_a_comparison(table):
    """The papers' models had no interaction, so that a misprint stands out."""
    rows = [[(c or (np.nan,))[0] for c in row] for row in table.values()]
    locations = np.array(rows)
    columns = np.nanmedian(locations - np.nanmedian(locations, 1)[:, None], 0)
    fitted = np.nanmedian(locations - columns, 1)[:, None] + columns
    assert np.nanmax(np.abs(locations - fitted)) < 0.025


def test_parameters_of_tau2_are_halved_for_tau():
    assert turner_prior() == LogNormal(-1.28, 0.87)
    assert rhodes_prior() == LogStudentT(5, -1.72, 1.295)
    assert turner_prior("mortality", "other-pharma") == LogNormal(-1.46, 0.51)
    assert rhodes_prior("subjective", "other", "cancer") == LogStudentT(5, -0.03, 1.265)


def test_the_general_median_of_tau2_is_the_exponential_of_the_location():
    """exp(-2.56) and exp(-3.44)."""
    assert turner_prior().quantile(0.5) ** 2 == pytest.approx(0.077, abs=0.001)
    assert rhodes_prior().quantile(0.5) ** 2 == pytest.approx(0.032, abs=0.001)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: turner_prior("mood"), "outcome='mood'.*'mental-health'"),
        (lambda: turner_prior("pain"), "comparison=None.*'pharma-placebo'"),
        (lambda: rhodes_prior("pain", "other"), "outcome='pain'"),
        (lambda: rhodes_prior("symptoms", "other", "skin"), "area='skin'"),
        (lambda: rhodes_prior("mental-health", "other"), "left out of the table"),
        (lambda: rhodes_prior("structure", "pharma-placebo", "cancer"), "left out"),
    ],
)
def test_what_the_tables_do_not_hold_is_named(make, said):
    with pytest.raises(OptionError, match=said):
        make()
