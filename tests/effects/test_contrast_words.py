"""The times of a set of contrasts in words."""

from __future__ import annotations

import pytest

from mdmameta.effects.contrast_words import time_words


@pytest.mark.parametrize(
    ("timepoint", "words"),
    [
        ("primary", []),
        ("week 18", ["at week 18"]),
        ({"A": "week 8", "B": "week 18"}, ["A at week 8; B at week 18"]),
    ],
)
def test_other_times_than_the_primary_are_named(timepoint, words) -> None:
    assert time_words(timepoint) == words
