from itertools import product

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.naive_bounds import POOLED, imbens_manski, naive_bounds
from mdmameta.sensitivity.share_splits import allocations, share_corners, split_frame
from mdmameta.sensitivity.shares import checked_shares, shares_by_study

EFFECTS = Effects.from_arrays(
    y=[-0.8, -0.6, -0.5], v=[0.04, 0.05, 0.1], study=["A", "B", "C"]
)
SHARES = pd.DataFrame(
    {
        "study": ["A", "A", "B", "C"],
        "arm": ["t", "c", "", "t"],
        "role": ["active", "control", "", "active"],
        "n": [20, 20, 40, np.nan],
        "n_prior": [8, 4, 10, np.nan],
        "share": [0.4, 0.2, 0.25, np.nan],
    }
)
REGIONS = {"delta": (-0.5, 0.3), "gamma": (-0.2, 0.4)}


def splits() -> pd.DataFrame:
    table = checked_shares(SHARES)
    return split_frame(EFFECTS, table, shares_by_study(table, ["A", "B", "C"]))


def bounds(regions=REGIONS) -> pd.DataFrame:
    return naive_bounds(EFFECTS, splits(), regions, (0.0, 1.0), CommonEffect().fit)


@pytest.mark.parametrize("split", ["same", "chance", "any"])
def test_a_dense_search_finds_the_bounds_and_nothing_beyond(split: str) -> None:
    found = bounds().query("split == @split").set_index("study")
    frame, rng = splits(), np.random.default_rng(7)
    w = 1 / EFFECTS.v
    ends = []
    for d, g in product(*(np.linspace(*REGIONS[n], 5) for n in ("delta", "gamma"))):
        pairs = [share_corners(row, split, (0.0, 1.0)) for _, row in frame.iterrows()]
        for _ in range(150):
            mix = [rng.dirichlet(np.full(len(p), 0.2)) @ p for p in pairs]
            values = [
                y - t * d - g * (t - c)
                for y, (t, c) in zip(EFFECTS.y, mix, strict=True)
            ]
            ends.append([*values, np.average(values, weights=w)])
    lowest, highest = np.min(ends, axis=0), np.max(ends, axis=0)
    low = found.loc[["A", "B", "C", POOLED], "low"].to_numpy()
    high = found.loc[["A", "B", "C", POOLED], "high"].to_numpy()
    assert (low <= lowest + 1e-9).all()
    assert (high >= highest - 1e-9).all()
    assert np.abs(low - lowest).max() < 0.06
    assert np.abs(high - highest).max() < 0.06


def test_no_departure_leaves_the_main_analysis() -> None:
    none = bounds({"delta": (0.0, 0.0), "gamma": (0.0, 0.0)})
    plain = CommonEffect().fit(EFFECTS).estimate
    rows = none[none["study"] == POOLED]
    assert rows["low"].to_numpy() == pytest.approx([plain.value] * 3)
    assert rows["ci_high"].to_numpy() == pytest.approx([plain.ci_high] * 3)


def test_bounds_widen_with_what_is_let_open() -> None:
    wide = bounds().assign(width=lambda f: f["high"] - f["low"])
    widths = wide[wide["study"] == POOLED].set_index("split")["width"]
    assert widths["same"] < widths["chance"] < widths["any"]


def test_every_spread_of_a_total_keeps_the_total() -> None:
    row = splits().iloc[1]
    for split in ("same", "chance", "any"):
        pairs = share_corners(row, split, (0.0, 1.0))
        assert pairs.mean(axis=1) == pytest.approx(np.full(len(pairs), 0.25))
    assert share_corners(row, "any", (0.0, 1.0)).tolist() == [[0.0, 0.5], [0.5, 0.0]]


def test_allocations_are_those_of_drawing_without_replacement() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.hypergeometric(7, 13, 9, size=40000)
    x, p = allocations(20, 7, 9)
    observed = np.array([(drawn == value).mean() for value in x])
    assert observed == pytest.approx(p, abs=0.01)


def test_the_interval_of_a_bounded_value_covers_it_at_either_end() -> None:
    rng = np.random.default_rng(5)
    low, high = imbens_manski(0.0, 1.0, 0.8)
    shift = 0.8 * rng.standard_normal(100000)
    for value in (0.0, 1.0):
        inside = (low + shift <= value) & (value <= high + shift)
        assert inside.mean() == pytest.approx(0.95, abs=0.003)
