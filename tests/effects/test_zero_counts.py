"""What is added to counts of zero, and trials that rest on it alone."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.measures import effect_size
from mdmameta.effects.zero_counts import with_added
from mdmameta.errors import DataWarning, NoEventsWarning

TABLES = {"ai": [0, 4, 20], "n1i": [10, 10, 20], "ci": [0, 2, 20], "n2i": [20, 10, 20]}
RATES = {"x1i": [0, 3], "t1i": [10, 10], "x2i": [0, 2], "t2i": [20, 10]}


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "PETO", "YUQ", "PBIT"])
def test_trials_without_a_contrast_are_named_with_the_way_out(measure: str) -> None:
    with pytest.warns(NoEventsWarning, match="rows 0, 2 have .* drop00=True"):
        effect_size(measure, **TABLES)  # type: ignore[arg-type]


@pytest.mark.parametrize("measure", ["IRR", "IRD"])
def test_rates_without_events_are_named(measure: str) -> None:
    with pytest.warns(NoEventsWarning, match="row 0 has no events"):
        effect_size(measure, **RATES)  # type: ignore[arg-type]


def test_the_numbers_stay_those_of_metafor() -> None:
    with pytest.warns(NoEventsWarning):
        sizes = effect_size("OR", **TABLES)
    assert sizes["y"][0] == pytest.approx(np.log(0.5 / 10.5) - np.log(0.5 / 20.5))
    assert sizes["v"][2] == pytest.approx(2 * (1 / 20.5 + 1 / 0.5))


def test_drop00_is_silent_and_leaves_missing_values() -> None:
    sizes = effect_size("OR", drop00=True, **TABLES)
    assert sizes["y"].isna().tolist() == [True, False, True]


def test_nothing_is_said_where_nothing_is_added() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEventsWarning)
        warnings.simplefilter("ignore", DataWarning)
        warnings.simplefilter("error", NoEventsWarning)
        effect_size("AS", **TABLES)
        effect_size("RD", to="none", **TABLES)
        effect_size("OR", add=0, **TABLES)


def test_one_group_without_events_carries_a_contrast() -> None:
    effect_size("OR", ai=[0], n1i=[10], ci=[3], n2i=[10])


def test_the_labels_of_a_table_name_the_trials() -> None:
    table = pd.DataFrame(TABLES, index=["Young", "Old", "Both"])
    with pytest.warns(NoEventsWarning, match="'Young', 'Both'"):
        effect_size("RR", data=table, **{name: name for name in TABLES})


@pytest.mark.parametrize(
    ("to", "raised"),
    [("only0", [1, 0]), ("all", [1, 1]), ("if0all", [1, 1]), ("none", [0, 0])],
)
def test_where_the_constant_goes(to: str, raised: list[int]) -> None:
    counts = np.array([[0.0, 2.0], [4.0, 5.0]])
    added = with_added(counts, add=0.5, to=to) - counts  # type: ignore[arg-type]
    np.testing.assert_array_equal(added, 0.5 * np.array([raised, raised]))
