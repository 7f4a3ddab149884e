import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.sensitivity import detectable_difference
from mdmameta.sensitivity.control_type import control_type_table

EFFECTS = Effects.from_arrays(
    y=[-0.8, -0.6, -0.9, -0.3, -0.5], v=[0.05, 0.04, 0.25, 0.25, 0.2]
)
TYPES = pd.Series(["inactive", "inactive", "inactive", "low_dose", "low_dose"])


def test_the_detectable_difference_has_the_power_it_is_for():
    difference = detectable_difference(0.3, power=0.9, alpha=0.01)
    assert norm.sf(norm.isf(0.005) - difference / 0.3) == pytest.approx(0.9, abs=1e-6)


def test_few_degrees_of_freedom_need_a_larger_difference():
    assert detectable_difference(1.0, 4) > detectable_difference(1.0)


def test_the_moderator_is_the_ad_hoc_meta_regression():
    table, notes = control_type_table(EFFECTS, RandomEffects(), TYPES, "control_type")
    by_hand = Effects.from_arrays(
        y=EFFECTS.y, v=EFFECTS.v, moderators={"control_type": TYPES}
    )
    model = MetaRegression("~ control_type", interval="knapp-hartung-adhoc")
    expected = model.fit(by_hand).coefficients.iloc[1]
    assert table["value"][0] == pytest.approx(expected["value"])
    assert table["detectable"][0] == pytest.approx(2.8016 * expected["se"], rel=1e-4)
    assert "confounded" in notes[0]
    assert "not evidence of no bias" in notes[0]
    assert "Trials by type: inactive 3, low dose 2;" in notes[0]


@pytest.mark.parametrize("types", [["x"] * 5, ["x", "", "", "", "y"], [""] * 5])
def test_too_few_trials_by_type_are_said_not_computed(types):
    table, notes = control_type_table(
        EFFECTS, RandomEffects(), pd.Series(types), "control_type"
    )
    assert table.empty
    assert "not possible" in notes[0]


def test_a_single_type_of_control_is_named_in_words():
    _, notes = control_type_table(EFFECTS, RandomEffects(), ["low_dose"] * 5, "kind")
    assert notes == (
        "Control type as moderator: not possible, trials by type: low dose 5.",
    )


def test_a_missing_effect_is_left_out():
    y = np.append(EFFECTS.y, np.nan)
    effects = Effects.from_arrays(y=y, v=np.append(EFFECTS.v, 0.1))
    types = pd.Series([*TYPES, "low_dose"])
    table, _ = control_type_table(effects, RandomEffects(), types, "control_type")
    assert table["k"][0] == 5
