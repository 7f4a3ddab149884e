"""Ratios of means over time, with and without the correction of their bias."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects import effect_size

TIMES = {"m1i": 20.0, "m2i": 26.0, "sd1i": 8.0, "sd2i": 9.0, "ni": 12, "ri": 0.6}


def test_the_correction_adds_half_the_difference_of_squared_variations() -> None:
    rows = {name: [value] for name, value in TIMES.items()}
    plain = effect_size("ROMC", correction="none", **rows).iloc[0]
    corrected = effect_size("ROMC", **rows).iloc[0]
    assert plain["y"] == pytest.approx(np.log(20 / 26))
    half = ((8 / 20) ** 2 - (9 / 26) ** 2) / 12 / 2
    assert corrected["y"] - plain["y"] == pytest.approx(half)
    assert corrected["v"] == plain["v"]
