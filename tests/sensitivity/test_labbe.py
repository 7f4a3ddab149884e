"""Data of the L'Abbé plot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression
from mdmameta.sensitivity import labbe

COUNTS = {"ai": [0, 6, 8], "n1i": [10, 12, 10], "ci": [3, 3, 5], "n2i": [10, 12, 10]}


def of(measure) -> Effects:
    cells = {name: np.array(values, float) for name, values in COUNTS.items()}
    made = effect_size(measure, **cells)
    return Effects.from_arrays(
        y=made["y"], v=made["v"], measure=measure, moderators=COUNTS
    )


def test_a_zero_is_corrected_in_its_own_group_only() -> None:
    table = labbe(of("OR"), CommonEffect()).to_frame()
    assert table["x"][0] == pytest.approx(np.log(3 / 7))
    assert table["y"][0] == pytest.approx(np.log(0.5 / 10.5))


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_the_curve_holds_the_pooled_contrast(measure) -> None:
    found = labbe(of(measure), CommonEffect())
    curve = found.curve[found.curve["risk_control"].between(0.1, 0.6)]
    x, y = curve["risk_control"], curve["risk_active"]
    odds = np.log(y / (1 - y)) - np.log(x / (1 - x))
    contrast = {"OR": odds, "RR": np.log(y / x), "RD": y - x}[measure]
    np.testing.assert_allclose(contrast, found.fit.estimate.value)


def test_points_of_ratios_and_differences_of_risk() -> None:
    assert labbe(of("RD"), CommonEffect()).frame["x"].tolist() == [0.3, 0.25, 0.5]
    table = labbe(of("RR"), CommonEffect()).frame
    np.testing.assert_allclose(np.exp(table["y"]), table["risk_active"])


def test_other_measures_moderators_and_missing_counts_are_refused() -> None:
    effects = of("OR")
    with pytest.raises(SensitivityError, match="'SMD'"):
        labbe(replace(effects, measure="SMD"), CommonEffect())
    with pytest.raises(SensitivityError, match="one contrast"):
        labbe(effects, MetaRegression("~ ci"))
    with pytest.raises(EffectsError, match="no moderator 'ai'"):
        labbe(replace(effects, frame=effects.frame[[]]), CommonEffect())
