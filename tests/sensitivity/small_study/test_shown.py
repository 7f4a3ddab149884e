"""What results of small-study methods show of themselves."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity import (
    egger,
    excess_significance,
    limit_meta_analysis,
    pet_peese,
    trim_and_fill,
)

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.3, 0.4, 0.9, 1.2], v=[0.01, 0.03, 0.05, 0.2, 0.3], study=list("abcde")
)


def test_a_test_is_one_row_of_its_numbers() -> None:
    found = egger(EFFECTS)
    (row,) = found.to_frame().to_dict("records")
    assert row["name"] == found.name
    assert (row["statistic"], row["p_value"]) == (found.statistic, found.p_value)
    assert row["warnings"] == "; ".join(found.warnings) != ""
    assert row["k"] == 5


def test_both_lines_of_pet_peese_stand_in_its_table() -> None:
    found = pet_peese(EFFECTS)
    table = found.to_frame()
    assert table["line"].tolist() == ["PET", "PET", "PEESE", "PEESE"]
    chosen = table[table["line"] == found.chosen].iloc[0]
    assert f"by {found.chosen}: {chosen['value']:.4g} [" in repr(found)


def test_a_limit_and_a_filled_funnel_are_shown_with_their_intervals() -> None:
    limit, filled = limit_meta_analysis(EFFECTS), trim_and_fill(EFFECTS)
    assert f"{limit.value:.4g} [{limit.ci_low:.4g}, " in repr(limit)
    assert limit.to_frame()["study"].tolist() == list("abcde")
    assert f"{filled.k0} filled on the {filled.side}, " in repr(filled)


def test_power_has_one_row_a_study_and_grows_with_its_precision() -> None:
    found = excess_significance(EFFECTS, CommonEffect())
    table = found.to_frame()
    assert table["study"].tolist() == list("abcde")
    assert (np.diff(table["power"]) < 0).all()
    assert f"{found.observed} of 5 significant" in repr(found)


@pytest.mark.parametrize("side", ["greater", "less"])
def test_one_sided_excess_is_that_of_the_mirror_image(side: str) -> None:
    other = {"greater": "less", "less": "greater"}[side]
    mirrored = EFFECTS.with_y(-EFFECTS.y)
    one = excess_significance(EFFECTS, CommonEffect(), alternative=side)
    two = excess_significance(mirrored, CommonEffect(), alternative=other)
    assert one.observed == two.observed
    assert one.p_value == pytest.approx(two.p_value, abs=1e-12)
    np.testing.assert_allclose(one.power, two.power, atol=1e-12)
