import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.arm_scores import arm_scores, group_scores, scores_of
from mdmameta.errors import EffectsError

NAN = float("nan")
ROW = {
    "arm_id": "A-hi",
    "stat": "endpoint",
    "n": 16.0,
    "mean": 5.0,
    "sd": 4.0,
    "se": NAN,
    "ci_low": NAN,
    "ci_high": NAN,
    "row_id": "r1",
    "derived_columns": "",
}


def _row(**changes: object) -> pd.Series:
    return pd.Series({**ROW, **changes})


def _rows(*changes: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **change} for change in changes])


def test_a_printed_sd_needs_no_note() -> None:
    scores = scores_of(_row())
    assert scores is not None
    assert (scores.sd, scores.notes) == (4.0, ())


def test_an_sd_is_recovered_from_a_standard_error_with_a_note() -> None:
    scores = scores_of(_row(sd=NAN, se=1.0))
    assert scores is not None
    assert (scores.sd, scores.notes) == (4.0, ("A-hi: SD 4 from SE 1 × √16",))


def test_an_sd_is_recovered_from_a_t_interval_of_an_observed_mean() -> None:
    scores = scores_of(_row(sd=NAN, ci_low=4.0, ci_high=6.0))
    assert scores is not None
    assert "(t with 15 df)" in scores.notes[0]


def test_the_sd_of_a_model_estimate_is_called_an_assumption() -> None:
    scores = scores_of(_row(stat="lsmean_change", sd=NAN, ci_low=4.0, ci_high=6.0))
    assert scores is not None
    assert "(normal)" in scores.notes[0]
    assert "assumption" in scores.notes[1]


@pytest.mark.parametrize("gone", [{"n": NAN}, {"mean": NAN}, {"sd": NAN}])
def test_an_arm_without_n_mean_or_sd_has_no_scores(gone: dict[str, float]) -> None:
    assert scores_of(_row(**gone)) is None


def test_computed_columns_are_noted() -> None:
    scores = scores_of(_row(derived_columns="n"))
    assert scores is not None
    assert scores.notes == ("r1: n computed, not read",)


def test_change_is_computed_from_baseline_and_endpoint_with_r() -> None:
    rows = _rows({"stat": "baseline", "mean": 9.0, "sd": 3.0, "n": 18.0}, {})
    scores = arm_scores(rows, "A-hi", "baseline and endpoint", r=0.5)
    assert scores is not None
    assert (scores.mean, scores.n) == (-4.0, 16.0)
    assert scores.sd == pytest.approx(np.sqrt(9 + 16 - 12))
    assert "assumed r = 0.5" in scores.notes[-1]


def test_without_r_no_change_is_computed() -> None:
    rows = _rows({"stat": "baseline"}, {})
    assert arm_scores(rows, "A-hi", "baseline and endpoint", r=None) is None


def test_two_rows_for_one_arm_are_not_chosen_between() -> None:
    with pytest.raises(EffectsError, match=r"2 rows of endpoint .*r1, r2"):
        arm_scores(_rows({}, {"row_id": "r2"}), "A-hi", "endpoint")


def test_arms_without_scores_are_left_out_of_a_group_with_a_note() -> None:
    group = group_scores(_rows({}), ["A-hi", "A-mid"], "endpoint")
    assert group is not None
    assert group.arms == ("A-hi",)
    assert group.notes == ("A-mid: no scores, not in the group",)


def test_a_group_counts_everybody_once_and_says_it_was_combined() -> None:
    rows = _rows({}, {"arm_id": "A-mid", "row_id": "r2", "n": 4.0, "mean": 10.0})
    group = group_scores(rows, ["A-hi", "A-mid"], "endpoint")
    assert group is not None
    assert (group.n, group.mean, group.rows) == (20.0, 6.0, ("r1", "r2"))
    assert "A-hi and A-mid combined" in group.notes[0]


def test_a_group_without_any_scores_is_none() -> None:
    assert group_scores(_rows({}), ["B-hi"], "endpoint") is None
