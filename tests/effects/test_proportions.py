"""Measures of the share of one group, by arithmetic and by the delta method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import logit, ndtri

from mdmameta.effects import effect_size
from mdmameta.errors import EffectsError

X, N = [3, 18], [12, 20]

TRANSFORMS: dict[str, Callable[[float], float]] = {
    "PR": lambda p: p,
    "PLN": np.log,
    "PLO": logit,
    "PRZ": ndtri,
    "PAS": lambda p: np.arcsin(np.sqrt(p)),
}


@pytest.mark.parametrize("measure", TRANSFORMS)
def test_the_variance_is_that_of_a_share_times_the_squared_slope(measure: str) -> None:
    table = effect_size(measure, xi=X, ni=N)
    g, step = TRANSFORMS[measure], 1e-6
    for row, x, n in zip(table.itertuples(), X, N, strict=True):
        p = x / n
        slope = (g(p + step) - g(p - step)) / (2 * step)
        assert row.y == pytest.approx(g(p), rel=1e-12)
        assert row.v == pytest.approx(slope**2 * p * (1 - p) / n, rel=1e-6)


def test_freeman_and_tukeys_share_is_the_mean_of_two_arcsines() -> None:
    table = effect_size("PFT", xi=[3], ni=[15])
    angles = np.arcsin(np.sqrt(3 / 16)), np.arcsin(np.sqrt(4 / 16))
    assert table.at[0, "y"] == pytest.approx(sum(angles) / 2, rel=1e-14)
    assert table.at[0, "v"] == pytest.approx(1 / 62, rel=1e-14)


@pytest.mark.parametrize("measure", [*TRANSFORMS, "PFT"])
def test_people_without_the_event_and_people_in_all_say_the_same(measure: str) -> None:
    by_size = effect_size(measure, xi=X, ni=N)
    by_rest = effect_size(measure, xi=X, mi=[9, 2])
    assert_allclose(by_size, by_rest, rtol=0)


@pytest.mark.parametrize(("x", "filled"), [(0, 0.5 / 11), (10, 10.5 / 11)])
def test_half_a_person_is_added_to_both_cells_where_one_is_empty(x, filled) -> None:
    assert effect_size("PR", xi=[x, 5], ni=[10, 10])["y"].tolist() == [filled, 0.5]
    assert effect_size("PAS", xi=[x], ni=[10])["v"].tolist() == [1 / 40]


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({"xi": [-1], "ni": [4]}, "a count of 0 or more"),
        ({"xi": [0], "ni": [0]}, "1 or more"),
        ({"xi": [0], "mi": [0]}, "1 or more, with xi = 0"),
        ({"xi": [5], "ni": [4]}, "events cannot exceed people"),
        ({"xi": [1], "mi": [2], "ni": [4]}, "xi \\+ mi"),
    ],
)
def test_counts_that_cannot_be_are_refused(given: dict, cure: str) -> None:
    with pytest.raises(EffectsError, match=cure):
        effect_size("PLO", **given)
