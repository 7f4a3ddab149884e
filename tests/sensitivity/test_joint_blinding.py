import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.joint_blinding import joint_blinding, new_trial_sd
from mdmameta.sensitivity.joint_model import BiasPriors

EFFECTS = Effects.from_arrays(
    y=[-0.9, -0.5, -0.7], v=[0.2, 0.1, 0.05], study=["A", "B", "C"]
)
RUN = Belief(
    name="counts",
    parameter="b",
    rows=np.arange(3),
    table=pd.DataFrame(
        {"u": [0.7, 0.5, 0.8], "u_var": [0.04, 0.04, 0.01], "basis": ["prior"] * 3}
    ),
)
PUBLISHED = pd.DataFrame(
    {
        "prior_id": ["p", "p"],
        "source_id": ["S", "S"],
        "delta_u": [1.0, 0.5],
        "b": [-0.4, -0.8],
        "sd": [0.1, 0.2],
    }
)
PRIORS = pd.DataFrame({"prior_id": ["p"], "k": [4.0]})


@pytest.fixture(scope="module")
def table():
    return joint_blinding(EFFECTS, RUN, PUBLISHED, priors=PRIORS, removed=[0.5, 1.0])


def test_the_first_row_is_the_main_analysis(table):
    plain = BayesianRandomEffects().fit(EFFECTS).estimate
    assert table.frame["prior"][0] == "none"
    assert table.frame["ci_high"][0] == pytest.approx(plain.ci_high, abs=1e-7)


def test_every_row_has_its_fit(table):
    assert len(table.fits) == len(table.frame)
    values = [fit.estimate.value for fit in table.fits]
    np.testing.assert_array_equal(values, table.frame["value"])


def test_a_source_that_changed_belief_less_means_a_larger_bias(table):
    mean = table.frame.query("spread == 'mean' and removed == 0 and correlation == 0")
    assert mean["value"].is_monotonic_increasing


def test_the_prior_of_a_new_trial_is_wider_by_its_formula(table):
    wide = table.frame.query("spread == 'new trial'")["prior_sd"].tolist()
    assert wide == pytest.approx([0.1 * 3**0.5, 0.2 * 3**0.5])
    assert new_trial_sd(0.1, 5, 0.0) == pytest.approx(0.1)


def test_heterogeneity_in_the_table_replaces_the_assumed_one():
    made = joint_blinding(EFFECTS, RUN, PUBLISHED, priors=PRIORS.assign(i2=0.0))
    wide = made.frame.query("spread == 'new trial'")["prior_sd"].tolist()
    assert wide == pytest.approx([0.1, 0.2])


def test_all_of_the_belief_removed_is_the_main_analysis(table):
    whole = table.frame.query("removed == 1")["value"].iloc[0]
    assert whole == pytest.approx(table.frame["value"][0], abs=1e-7)


def test_a_bias_that_the_contrasts_do_not_inform_is_not_identified(table):
    assert table.verdict.kind == "not identified"
    assert table.verdict.numbers["least_ratio"] >= 0.9
    assert "do not identify b" in table.verdict.text


def test_contrasts_that_vary_with_belief_identify_the_bias():
    k = 40
    u = np.linspace(0, 1, k)
    y = -0.3 - 1.0 * u
    run = Belief(
        name="counts",
        parameter="b",
        rows=np.arange(k),
        table=pd.DataFrame({"u": u, "u_var": 1e-6, "basis": "counts"}),
    )
    wide = PUBLISHED.assign(sd=1.0)
    made = joint_blinding(Effects.from_arrays(y=y, v=np.full(k, 0.01)), run, wide)
    assert made.verdict.kind != "not identified"
    weak = made.frame.query("prior == 'weak'").iloc[0]
    assert weak["b_mean"] == pytest.approx(-1.0, abs=0.1)
    assert weak["identified"] == "yes"


def points(k: float = 1.0) -> Effects:
    return Effects.from_arrays(
        y=k * EFFECTS.y, v=k**2 * EFFECTS.v, study=list(EFFECTS.study), measure="MD"
    )


def test_default_priors_are_refused_in_units_they_were_not_made_for():
    with pytest.raises(SensitivityError, match=r"are MD.*Give BiasPriors\(mu="):
        joint_blinding(points(), RUN, PUBLISHED[:0])


def test_priors_in_points_of_a_scale_give_the_answer_in_points(table):
    law = BiasPriors(mu=Normal(0, 12), tau=HalfNormal(6), weak=(0, 12))
    stretched = PUBLISHED.assign(b=12 * PUBLISHED["b"], sd=12 * PUBLISHED["sd"])
    made = joint_blinding(
        points(12.0), RUN, stretched, priors=PRIORS, removed=[0.5, 1.0], joint=law
    )
    columns = ["value", "ci_low", "ci_high", "b_mean", "b_sd", "prior_sd"]
    np.testing.assert_allclose(
        made.frame[columns], 12 * table.frame[columns], rtol=1e-6
    )
    np.testing.assert_allclose(made.frame["ratio"], table.frame["ratio"], rtol=1e-6)
    assert (
        "of μ is normal with mean 0 and SD 12, of τ half-normal with scale 6;"
        in (made.notes[0])
    )
    assert "SD 1, of τ half-normal with scale 0.5;" in table.notes[0]


def test_an_elicited_prior_needs_a_source():
    with pytest.raises(SensitivityError, match=r"elicited\['panel'\] has no source"):
        joint_blinding(EFFECTS, RUN, PUBLISHED, elicited={"panel": (-0.3, 0.1, " ")})


def test_an_elicited_prior_is_a_row_with_its_source():
    made = joint_blinding(
        EFFECTS, RUN, PUBLISHED[:0], elicited={"panel": (-0.3, 0.1, "Panel 2026")}
    )
    row = made.frame.query("prior == 'panel'").iloc[0]
    assert (row["source_id"], row["spread"]) == ("Panel 2026", "elicited")
