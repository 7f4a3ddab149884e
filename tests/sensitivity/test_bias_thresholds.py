import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.bias_thresholds import (
    estimate_crossings,
    multiples_table,
    removed_table,
    slug,
    threshold_points,
)
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint

EFFECTS = Effects.from_arrays(y=[-0.8, -0.8], v=[0.02, 0.02], study=["A", "B"])
RUN = Belief(
    name="counts",
    parameter="b",
    rows=np.arange(2),
    table=pd.DataFrame({"u": [0.5, 0.5], "u_var": [0.0, 0.0], "basis": "counts"}),
)
SIDS = {"small": (0.2, "S1"), "large": (0.9, "S2")}
QUESTION = Question.ask(EFFECTS, CommonEffect(), None)
TIP = TippingPoint(parameter="b", value=-1.0, reason="found", deciding="", unit="SMD")


def test_the_bias_that_takes_the_interval_to_a_threshold_has_a_closed_form():
    small, large = threshold_points(QUESTION, RUN, SIDS, -3.0, "SMD")
    # −0.8 + 1.96 × 0.1 − 0.5 b = −0.2
    assert small.value == pytest.approx((-0.8 + 1.959964 * 0.1 + 0.2) / 0.5, abs=1e-5)
    assert (small.parameter, small.unit) == ("b_sid_small", "SMD")
    assert large.value is None
    assert "does not lie beyond 0.9 even without bias" in large.reason


def test_a_bayesian_model_has_its_own_threshold():
    model = BayesianRandomEffects(tau=HalfNormal(0.1))
    question = Question.ask(EFFECTS, model, None)
    (tip,) = threshold_points(question, RUN, {"small": (0.2, "S")}, -3.0, "SMD")
    at = model.fit(adjusted(EFFECTS, RUN.table, tip.value))
    assert at.estimate.ci_high == pytest.approx(-0.2, abs=1e-5)


def test_the_estimate_reaches_zero_where_bias_explains_all():
    rows = estimate_crossings(QUESTION, RUN, SIDS, -3.0).set_index("threshold")
    assert rows.loc["zero", "b"] == pytest.approx(-1.6, abs=1e-5)
    assert rows.loc["small", "b"] == pytest.approx(-1.2, abs=1e-5)
    assert np.isnan(rows.loc["large", "b"])


def test_a_threshold_beyond_the_search_has_its_reason():
    rows = estimate_crossings(QUESTION, RUN, {}, -1.0)
    assert rows["reason"][0] == "the estimate stays beyond 0 up to b = -1"


def test_removing_part_of_the_belief_moves_the_tipping_bias_as_its_inverse():
    table = removed_table(QUESTION, RUN, TIP, -0.6, [0.0, 0.5, 1.0])
    assert table["tipping_b"].tolist()[:2] == [-1.0, -2.0]
    assert np.isnan(table["tipping_b"][2])
    assert "no bias is left" in table["reason"][2]
    assert table["value"].tolist() == pytest.approx([-0.5, -0.65, -0.8])


def test_a_multiple_exists_only_on_the_same_side():
    published = pd.DataFrame(
        {"prior_id": ["p", "q"], "source_id": "S", "delta_u": 1.0, "b": [-0.5, 0.1]}
    )
    multiple = multiples_table([TIP], published)["multiple"]
    assert multiple[0] == pytest.approx(2.0)
    assert np.isnan(multiple[1])


def test_names_become_parts_of_keys():
    assert slug("0.24, proposed — here") == "0_24_proposed_here"
