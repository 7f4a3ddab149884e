import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.ratio import ratio_contrast, ratio_table, ratio_tipping

EFFECTS = Effects.from_arrays(y=[-0.8, -0.8], v=[0.04, 0.04])
SHARES = pd.DataFrame({"share_active": [0.5, 0.5]})
JUDGE = CommonEffect().fit


def test_a_ratio_of_one_gives_the_plain_effects():
    out = ratio_contrast(EFFECTS, SHARES, 1.0)
    np.testing.assert_allclose(out.y, EFFECTS.y)
    np.testing.assert_allclose(out.v, EFFECTS.v)


def test_a_ratio_leaves_each_trials_z_as_it_is():
    out = ratio_contrast(EFFECTS, SHARES, 4.0)
    np.testing.assert_allclose(out.y / np.sqrt(out.v), EFFECTS.y / np.sqrt(EFFECTS.v))


def test_the_tipping_ratio_solves_the_equation():
    points = ratio_tipping(EFFECTS, SHARES, JUDGE, {"half": (-0.4, "a source")}, "")
    found = {p.parameter: p for p in points}
    assert found["lambda_half"].value == pytest.approx(3.0, abs=1e-5)
    assert "a source" in found["lambda_half"].label
    assert found["lambda_zero"].value is None
    assert "rescales" in found["lambda_zero"].reason


def test_each_choice_of_unknown_shares_has_labels_of_its_own():
    sids = {"half": (0.4, "a source")}
    for tail, words in (("", ""), ("_share_high", ", unknown shares high")):
        points = ratio_tipping(EFFECTS, SHARES, JUDGE, sids, tail)
        assert all(point.label.endswith(words) for point in points)


def test_an_interval_that_holds_zero_from_the_start_is_told():
    wide = Effects.from_arrays(y=[-0.2, -0.2], v=[0.4, 0.4])
    assert "already" in ratio_tipping(wide, SHARES, JUDGE, {}, "")[0].reason
    assert "already" not in ratio_tipping(EFFECTS, SHARES, JUDGE, {}, "")[0].reason


@pytest.mark.parametrize(
    ("sid", "shares", "words"),
    [
        (0.9, 0.5, "already with lambda = 1"),
        (0.01, 0.5, "stays above it"),
        (0.4, 0.0, "changes nothing"),
    ],
)
def test_a_ratio_that_does_not_exist_is_none_with_its_reason(sid, shares, words):
    table = pd.DataFrame({"share_active": [shares] * 2})
    point = ratio_tipping(EFFECTS, table, JUDGE, {"x": (sid, "s")}, "")[1]
    assert point.value is None
    assert words in point.reason


def test_without_a_difference_there_is_no_tipping_ratio():
    point = ratio_tipping(EFFECTS, SHARES, JUDGE, {}, "")[1]
    assert point.value is None
    assert "needs a citation" in point.reason


def test_the_table_holds_the_plain_contrast_at_one():
    table = ratio_table(EFFECTS, {"known": SHARES}, JUDGE).set_index("ratio")
    assert table.loc[1.0, "value"] == pytest.approx(-0.8)
    assert table.loc[3.0, "value"] == pytest.approx(-0.4)


def test_a_negative_ratio_is_refused():
    with pytest.raises(SensitivityError, match="lambda is -1"):
        ratio_contrast(EFFECTS, SHARES, -1.0)
