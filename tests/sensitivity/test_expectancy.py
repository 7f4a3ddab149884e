import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.expectancy import biased, denial_change, expectancy
from mdmameta.sensitivity.guesses import checked_guesses

EFFECTS = Effects.from_arrays(y=[-0.8, -0.6], v=[0.04, 0.05], study=["A", "B"])
GUESSES = checked_guesses(
    pd.DataFrame(
        {
            "study": ["A", "A"],
            "arm": ["t", "c"],
            "role": ["active", "control"],
            "n_asked": [50, 50],
            "n_guess_active": [45, 5],
            "n_guess_control": [0, 40],
        }
    )
)
RUN = Belief(
    name="counts",
    parameter="b",
    rows=np.arange(2),
    table=pd.DataFrame(
        {
            "study": ["A", "B"],
            "u": [0.8, 0.5],
            "u_var": [0.004, 0.04],
            "basis": ["counts", "prior"],
        }
    ),
)


def test_hope_alone_is_the_main_analysis():
    table = expectancy(EFFECTS, CommonEffect(), RUN, GUESSES, size=-0.6)
    row = table.frame.query("hope == -0.6 and disappointment == 0").iloc[0]
    same = CommonEffect().fit(adjusted(EFFECTS, RUN.table, -0.6)).estimate
    assert (row["value"], row["ci_high"]) == pytest.approx((same.value, same.ci_high))
    assert table.verdict.region["hope"] == (-0.6, 0.0)


def test_without_either_nothing_changes():
    table = expectancy(EFFECTS, CommonEffect(), RUN, GUESSES, size=-0.6, sizes=[0.0])
    plain = CommonEffect().fit(EFFECTS).estimate
    assert table.frame["value"][0] == pytest.approx(plain.value)
    assert table.frame["ci_low"][0] == pytest.approx(plain.ci_low)


def test_belief_in_control_is_counted_by_itself():
    found = denial_change(GUESSES)
    assert found.loc["A", "d"] == pytest.approx(0.8)
    assert found.loc["A", "d_var"] > 0


def test_with_nobody_unsure_only_the_sum_counts():
    table = pd.DataFrame({"u": [0.5], "u_var": [0.01], "d": [0.5], "d_var": [0.01]})
    one = Effects.from_arrays(y=[-0.8], v=[0.1])
    left, right = biased(one, table, -0.4, 0.0), biased(one, table, -0.1, -0.3)
    assert left.y == pytest.approx(right.y)
    assert left.v == pytest.approx(right.v)


def test_both_alike_reach_zero_at_about_half():
    points = {
        p.parameter: p.value
        for p in expectancy(EFFECTS, CommonEffect(), RUN, GUESSES, size=-0.6).tipping
    }
    assert points["expectancy_equal"] == pytest.approx(
        points["expectancy_hope"] / 2, rel=0.1
    )


def test_where_more_is_better_the_map_is_mirrored():
    high = Effects.from_arrays(y=-EFFECTS.y, v=EFFECTS.v, study=["A", "B"])
    one = expectancy(EFFECTS, CommonEffect(), RUN, GUESSES, size=-0.6)
    two = expectancy(high, CommonEffect(), RUN, GUESSES, size=0.6)
    np.testing.assert_allclose(one.frame["value"], -two.frame["value"])
    assert one.verdict.kind == two.verdict.kind


def test_a_trial_that_asked_one_arm_says_nothing_of_belief_in_control():
    more = pd.DataFrame(
        {
            "study": ["B", "A", "A"], "arm": ["t", "t", "c"],
            "role": ["active", "active", "control"], "n_asked": 50,
            "n_guess_active": [45, 45, 5], "n_guess_control": [0, 0, 40],
        }
    )  # fmt: skip
    assert list(denial_change(checked_guesses(more)).index) == ["A"]
