import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.roles import active_groups, control_group
from mdmameta.errors import EffectsError


def _arms(**roles: str) -> pd.DataFrame:
    doses = [float(name[1:]) for name in roles]
    return pd.DataFrame(
        {"arm_id": list(roles), "role": list(roles.values()), "dose_mg": doses}
    )


THREE = _arms(d125="active", d75="medium", d0="control")


def test_each_choice_takes_its_arms() -> None:
    assert active_groups(THREE, "highest-dose") == [["d125"]]
    assert active_groups(THREE, "pooled-active") == [["d125", "d75"]]
    assert active_groups(THREE, "medium-dose") == [["d75"]]
    assert active_groups(THREE, "every-active") == [["d125"], ["d75"]]


def test_a_trial_without_a_medium_arm_lends_its_active_one() -> None:
    assert active_groups(_arms(d125="active", d0="control"), "medium-dose") == [
        ["d125"]
    ]


def test_the_highest_of_several_active_arms_is_taken() -> None:
    arms = _arms(d75="active", d125="active", d0="control")
    assert active_groups(arms, "highest-dose") == [["d125"]]


def test_without_a_dose_no_arm_is_the_highest() -> None:
    arms = _arms(d75="active", d125="active").assign(dose_mg=[75, np.nan])
    with pytest.raises(EffectsError, match="d75, d125"):
        active_groups(arms, "highest-dose")


def test_open_label_arms_are_in_no_group() -> None:
    arms = _arms(d125="open_label", d0="control")
    assert active_groups(arms, "pooled-active") == []
    assert active_groups(arms, "highest-dose") == []
    assert control_group(arms) == ["d0"]
