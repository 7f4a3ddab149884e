import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity.experienced import (
    experienced_table,
    experienced_tipping,
    pooled_zero,
)
from mdmameta.sensitivity.naive import naive_contrast

EFFECTS = Effects.from_arrays(y=[-0.8, -0.4], v=[0.05, 0.05], study=["A", "B"])
SHARES = pd.DataFrame({"share_active": [0.4, 0.2], "share_control": [0.2, 0.2]})
JUDGE = CommonEffect().fit


def table(gammas=(0.0, 0.5)) -> pd.DataFrame:
    return experienced_table(EFFECTS, {"known": SHARES}, gammas, JUDGE)


def test_the_contrast_of_experienced_people_leaves_naive_people_none() -> None:
    for row in table().query("study != 'all together'").to_dict("records"):
        at = ["A", "B"].index(row["study"])
        moved = naive_contrast(EFFECTS, SHARES, row["delta_e"], row["gamma"])
        assert moved.y[at] == pytest.approx(0.0, abs=1e-12)


def test_pooled_by_one_common_effect_it_is_the_ratio_of_two_means() -> None:
    row = table().query("study == 'all together' and gamma == 0").iloc[0]
    assert row["delta_e"] == pytest.approx(-0.6 / 0.3)
    assert row["times_contrast"] == pytest.approx(1 / 0.3)


def test_at_the_value_found_the_pooled_estimate_is_zero() -> None:
    judge = RandomEffects(interval="knapp-hartung-adhoc").fit
    value, _ = pooled_zero(EFFECTS, SHARES, 0.5, judge)
    moved = naive_contrast(EFFECTS, SHARES, value, 0.5)
    assert judge(moved).estimate.value == pytest.approx(0.0, abs=1e-7)


def test_without_experienced_people_there_is_none_and_the_reason() -> None:
    nobody = SHARES.assign(share_active=0.0)
    rows = experienced_table(EFFECTS, {"known": nobody}, [0.0], JUDGE)
    assert rows["delta_e"].isna().all()
    point = experienced_tipping(EFFECTS, {"known": nobody}, JUDGE)[0]
    assert point.value is None
    assert "no participant is experienced" in point.reason
    assert np.isfinite(rows["contrast"]).all()


def test_naive_people_who_keep_all_of_the_contrast_leave_no_zero_in_reach() -> None:
    few = pd.DataFrame({"share_active": [1e-4, 0.0], "share_control": [1e-4, 0.0]})
    found, reason = pooled_zero(EFFECTS, few, 0.0, JUDGE)
    assert found is None
    assert reason.startswith("the pooled delta_N is not zero for delta_E up to")
    none = few * 0
    assert pooled_zero(EFFECTS, none, 0.0, JUDGE)[1].startswith("no participant is")
