"""Tables of events read from moderators."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.counts import counts
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError


def effects(**columns: list[object]) -> Effects:
    k = len(next(iter(columns.values())))
    return Effects.from_arrays(y=np.zeros(k), v=np.ones(k), moderators=columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"ai": [3], "n1i": [5], "ci": [1], "n2i": [4]},
        {"ai": [3], "n1": [5], "ci": [1], "n2": [4]},
        {"ai": [3], "bi": [2], "ci": [1], "di": [3]},
    ],
)
def test_group_sizes_and_cells_by_every_name_are_the_same_table(columns) -> None:
    assert counts(effects(**columns)).to_numpy().tolist() == [[3, 2, 1, 3]]


def test_a_missing_count_is_missing() -> None:
    table = counts(effects(ai=[3, None], n1i=[5, 5], ci=[1, 1], n2i=[4, 4]))
    assert np.isnan(table["ai"][1])
    assert table["di"][1] == 3


def test_more_events_than_people_are_refused_by_study() -> None:
    with pytest.raises(EffectsError, match="study 1: 6 of 5 and 1 of 4"):
        counts(effects(ai=[6], n1i=[5], ci=[1], n2i=[4]))


def test_words_are_no_counts() -> None:
    with pytest.raises(EffectsError, match="'ai' holds more than numbers"):
        counts(effects(ai=["few"], n1i=[5], ci=[1], n2i=[4]))


def test_an_absent_column_is_named_with_those_there_are() -> None:
    with pytest.raises(EffectsError, match=r"'di' \('ai', 'bi', 'ci'\)"):
        counts(effects(ai=[3], bi=[2], ci=[1]))
