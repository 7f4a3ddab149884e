import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse import multiverse, of_sets


def test_a_set_that_was_given_twice_counts_once(sets):
    twice = of_sets({**sets, "copy": sets["end"]})
    assert len(twice.codes) == len(of_sets(sets).codes)
    assert "1 combinations give the same effects as an earlier one." in twice.notes


def test_leaving_out_a_study_needs_two_others(sets):
    pair = sets["end"].take([0, 1])
    assert multiverse(None, {"pair": pair}).to_frame()["trials"].unique() == ["all"]


def test_a_missing_effect_is_no_trial(sets):
    end = sets["end"]
    gap = end.with_y(np.where(end.study == "Elm", np.nan, end.y))
    rows = multiverse(None, {"gap": gap}).to_frame()
    assert rows.loc[rows["main"], "k"].tolist() == [4]
    assert "without Elm" not in set(rows["trials"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "no mapping of names"),
        ({"a": 3}, "effects is a int"),
        (
            {
                "a": Effects.from_arrays(y=[1.0, 2], v=[1, 1], measure="SMD"),
                "b": Effects.from_arrays(y=[1.0, 2], v=[1, 1], measure="MD"),
            },
            "different scales",
        ),
        ({"a": Effects.from_arrays(y=[1.0], v=[1])}, "two trials or more"),
        (
            {"a": Effects.from_arrays(y=[1.0, 2], V=[[1, 0.1], [0.1, 1]])},
            "correlated",
        ),
        (
            {"a": Effects.from_arrays(y=[1.0, 2], v=[1, 1], study=["A", "A"])},
            "'A' twice",
        ),
    ],
)
def test_sets_that_make_no_multiverse_are_refused(wrong, said):
    with pytest.raises(SensitivityError, match=said):
        multiverse(None, wrong)


def test_a_summary_of_ratios_says_that_they_are_logs():
    ratios = Effects.from_arrays(
        y=[0.5, 0.2, 0.4], v=[0.1, 0.2, 0.1], measure="RR", label="Response"
    )
    told = multiverse(None, {"end": ratios}).summary()
    assert told.startswith("Response: 72 specifications, in log RR")


def test_without_choices_there_must_be_evidence():
    with pytest.raises(
        SensitivityError, match="evidence is a NoneType and choices are"
    ):
        multiverse(None)


def test_benefit_is_the_side_of_the_main_estimate_where_no_direction_is_known():
    y, v = [0.9, 0.5, 0.7], [0.01] * 3
    up = Effects.from_arrays(y=y, v=v)
    found = multiverse(None, {"a": up}, sids={"small": (0.2, "a citation")})
    told = found.beyond.set_index("threshold")["share"]
    assert told["small"] > 0.4
    turned = Effects.from_arrays(y=np.negative(y), v=v)
    down = multiverse(None, {"a": turned}, sids={"small": (0.2, "a citation")})
    assert down.beyond.set_index("threshold")["share"]["small"] == told["small"]
