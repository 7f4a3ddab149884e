import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.belief_scenarios import (
    prior_use_scenarios,
    therapist_scenarios,
)
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.question import Question

EFFECTS = Effects.from_arrays(y=[-0.8, -0.6], v=[0.02, 0.02], study=["A", "B"])
RUN = Belief(
    name="counts",
    parameter="b",
    rows=np.arange(2),
    table=pd.DataFrame(
        {
            "study": ["A", "B"],
            "u": [0.7, 0.5],
            "u_var": [0.0, 0.0],
            "basis": ["counts", "prior"],
        }
    ),
)
SHARES = pd.DataFrame(
    {"study": ["A", "B"], "arm": "", "role": "", "n": 50, "n_prior": [20, 20]}
).assign(share=0.4)
QUESTION = Question.ask(EFFECTS, CommonEffect(), None)


def test_people_who_recognise_nothing_more_change_nothing():
    row = prior_use_scenarios(QUESTION, RUN, SHARES, at=-0.5, end=-3.0).iloc[0]
    assert row["mean_u"] == row["mean_u_naive"] == pytest.approx(0.6)
    assert row["value"] == pytest.approx(-0.7 + 0.5 * 0.6)


def test_recognition_raises_the_assumed_u_and_lowers_the_counted_naive_one():
    row = prior_use_scenarios(QUESTION, RUN, SHARES, at=-0.5, end=-3.0).iloc[-1]
    # Assumed: 0.5 + 0.4 × 0.5; counted among the naive: (0.7 − 0.4) / (1 − 0.4).
    assert row["mean_u"] == pytest.approx((0.7 + 0.7) / 2)
    assert row["mean_u_naive"] == pytest.approx((0.5 + 0.5) / 2)


def test_unknown_shares_are_run_as_none_and_as_all():
    unknown = SHARES.assign(n_prior=[20, np.nan], share=[0.4, np.nan])
    found = prior_use_scenarios(QUESTION, RUN, unknown, at=-0.5, end=-3.0)
    assert set(found["unknown_shares"]) == {"low", "high"}
    all_ = found.query("unknown_shares == 'high' and recognition == 1").iloc[0]
    assert all_["mean_u"] == pytest.approx((0.7 + 1.0) / 2)


def test_a_bias_through_therapists_is_a_plain_shift():
    found = therapist_scenarios(
        QUESTION, RUN, sizes=[("c", -0.2)], at=-0.5, end=-3.0, therapist_u=[0.0, 1.0]
    )
    assert found["value"].tolist() == pytest.approx([-0.4, -0.2])
    none, whole = found["tipping_b"]
    assert none - whole == pytest.approx(-0.2 / 0.6, rel=0.01)
