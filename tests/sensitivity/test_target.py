import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.naive import naive_contrast
from mdmameta.sensitivity.target import check_targets, standardised, target_table

EFFECTS = Effects.from_arrays(y=[-0.8, -0.4], v=[0.05, 0.05], study=["A", "B"])
SHARES = pd.DataFrame({"share_active": [0.4, 0.2], "share_control": [0.2, 0.2]})


def test_a_population_without_experienced_people_is_the_naive_one() -> None:
    naive = naive_contrast(EFFECTS, SHARES, -0.3, 0.2)
    assert standardised(EFFECTS, SHARES, 0.0, -0.3, 0.2).y == pytest.approx(naive.y)


def test_a_population_like_the_trial_has_the_contrast_of_the_trial() -> None:
    same = standardised(EFFECTS, SHARES, 0.4, delta=-5.0, gamma=0.0)
    assert same.y[0] == pytest.approx(EFFECTS.y[0])


def test_no_difference_gives_the_main_analysis_in_every_population() -> None:
    regions = {"delta": (-0.5, 0.5), "gamma": (0.0, 0.0)}
    targets = {"few": (0.1, "X"), "all": (1.0, "Y")}
    rows = target_table(
        EFFECTS, {"known": SHARES}, targets, regions, CommonEffect().fit
    )
    plain = CommonEffect().fit(EFFECTS).estimate
    assert rows.query("delta == 0")["value"].tolist() == pytest.approx(
        [plain.value] * 2
    )
    moved = rows.query("target == 'all' and delta == -0.5")["value"].iloc[0]
    assert moved == pytest.approx(-0.6 - 0.5 * 0.7)


@pytest.mark.parametrize("entry", [1.2, (1.2, "X"), (0.1, " "), (float("nan"), "X")])
def test_a_population_needs_a_share_and_a_source(entry: object) -> None:
    with pytest.raises(SensitivityError, match="targets"):
        check_targets({"somebody": entry})
