import json

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import NaivePriors, prior_use

EFFECTS = Effects.from_arrays(
    y=[-0.8, -0.6], v=[0.04, 0.04], study=["A", "B"], measure="SMD", direction="lower"
)
SIDS = {"small": (0.2, "Somebody 2000, doi:10.1/x")}


def shares(*studies: str, imbalance: float = 0.0) -> pd.DataFrame:
    rows = [
        (s, arm, role, 100, 100 * share, share)
        for s in studies
        for arm, role, share in (
            ("t", "active", 0.4 + imbalance),
            ("c", "control", 0.4),
        )
    ]
    return pd.DataFrame(rows, columns=["study", "arm", "role", "n", "n_prior", "share"])


def test_no_difference_and_no_prognosis_give_the_plain_fit():
    table = prior_use(EFFECTS, RandomEffects(), shares("A", "B"))
    row = table.frame.query("delta == 0 and gamma == 0").iloc[0]
    plain = RandomEffects().fit(EFFECTS).estimate
    assert row["asked_low"] == pytest.approx(plain.ci_low)
    assert row["asked_high"] == pytest.approx(plain.ci_high)


def test_the_naive_contrast_is_the_one_computed_by_hand():
    table = prior_use(
        EFFECTS,
        CommonEffect(),
        shares("A", "B", imbalance=0.2),
        delta=[-0.5],
        gamma=[1.0],
    )
    assert table.frame["value"][0] == pytest.approx(-0.7 + 0.6 * 0.5 - 0.2)


def test_the_tipping_difference_solves_the_equation():
    table = prior_use(EFFECTS, CommonEffect(), shares("A", "B"))
    bound = -0.7 + 1.959964 * np.sqrt(0.02)
    assert table.tipping_point("delta").value == pytest.approx(bound / 0.4, abs=1e-5)


def test_the_default_region_is_said_to_be_assumed():
    notes = prior_use(EFFECTS, CommonEffect(), shares("A", "B")).notes
    assert any(note.startswith("Declared plausible region: delta") for note in notes)
    assert any("ASSUMED, half a unit" in note for note in notes)
    given = prior_use(
        EFFECTS, CommonEffect(), shares("A", "B"), plausible_delta=(-0.2, 0.2)
    )
    assert any("as given." in note for note in given.notes)


@pytest.mark.parametrize("measure", ["MD", "RD"])
def test_a_default_region_is_refused_in_units_it_was_not_made_for(measure):
    foreign = Effects.from_arrays(
        y=[-9.0, -7.0], v=[4.0, 4.0], study=["A", "B"], measure=measure
    )
    with pytest.raises(SensitivityError, match="Give plausible_delta and"):
        prior_use(foreign, RandomEffects(), shares("A", "B"))
    given = {"plausible_delta": (-5.0, 5.0), "plausible_gamma": (-2.0, 2.0)}
    made = prior_use(foreign, RandomEffects(), shares("A", "B"), **given)
    assert made.verdict.region["delta"] == (-5.0, 5.0)
    assert "posterior" not in made.parts
    assert any("Give priors=NaivePriors(" in note for note in made.notes)


def test_half_a_unit_that_is_asked_for_is_not_refused_as_a_default():
    risks = Effects.from_arrays(
        y=[0.3, 0.2], v=[0.01, 0.01], study=["A", "B"], measure="RD"
    )
    given = {"plausible_delta": (-0.5, 0.5), "plausible_gamma": (-0.5, 0.5)}
    made = prior_use(risks, RandomEffects(), shares("A", "B"), **given)
    assert any("as given." in note for note in made.notes)


def test_the_whole_analysis_of_points_is_that_of_sds_stretched():
    table = shares("A", "B", "C")
    table["share"] = [0.2, 0.2, 0.4, 0.4, 0.6, 0.6]
    table["n_prior"] = 100 * table["share"]
    y, v = np.array([-0.8, -0.6, -0.9]), np.array([0.04, 0.05, 0.03])
    made = []
    for k, measure in ((1.0, "SMD"), (12.0, "MD")):
        scaled = Effects.from_arrays(
            y=k * y, v=k**2 * v, study=["A", "B", "C"], measure=measure
        )
        law = NaivePriors(
            delta=Normal(0, 0.25 * k),
            gamma=Normal(0, 0.25 * k),
            mu=Normal(0, k),
            tau=HalfNormal(0.5 * k),
        )
        ends = (-0.5 * k, 0.5 * k)
        regions = {"plausible_delta": ends, "plausible_gamma": ends}
        made.append(prior_use(scaled, CommonEffect(), table, priors=law, **regions))
    one, ten = made
    for name in ("delta", "experienced"):
        assert ten.tipping_point(name).value == pytest.approx(
            12 * one.tipping_point(name).value, rel=1e-6
        )
    for part, columns in (("posterior", ["value", "sd"]), ("slope", ["slope"])):
        np.testing.assert_allclose(
            ten.parts[part][columns], 12 * one.parts[part][columns], rtol=1e-6
        )


def test_tipping_points_are_in_the_unit_of_the_effects():
    points = prior_use(EFFECTS, CommonEffect(), shares("A", "B")).tipping
    assert {p.unit for p in points} == {"SMD", "ratio"}


def test_the_size_of_a_difference_is_not_told_twice():
    table = prior_use(
        EFFECTS, CommonEffect(), shares("A", "B"), sids={"0.2, small": (0.2, "X")}
    )
    label = table.tipping_point("lambda_0.2, small").label
    assert "falls below the difference called important: 0.2, small (X)" in label
    named = prior_use(EFFECTS, CommonEffect(), shares("A", "B"), sids=SIDS)
    assert "small, 0.2 (Somebody" in named.tipping_point("lambda_small").label


def test_gamma_tips_nothing_when_arms_are_alike():
    point = prior_use(EFFECTS, CommonEffect(), shares("A", "B")).tipping_point("gamma")
    assert point.value is None
    assert "gamma changes nothing" in point.reason


def test_gamma_tips_when_arms_differ_enough():
    table = prior_use(EFFECTS, CommonEffect(), shares("A", "B", imbalance=0.3))
    bound = -0.7 + 1.959964 * np.sqrt(0.02)
    assert table.tipping_point("gamma").value == pytest.approx(bound / 0.3, abs=1e-5)


@pytest.mark.parametrize(("end", "kind"), [(-0.5, "robust"), (-2.0, "fragile")])
def test_the_verdict_follows_the_declared_region(end, kind):
    table = prior_use(
        EFFECTS, CommonEffect(), shares("A", "B"), plausible_delta=(end, 0.5)
    )
    assert table.verdict.kind == kind


@pytest.mark.parametrize(("n", "kind"), [(1000, "robust"), (10, "fragile")])
def test_the_verdict_counts_how_a_total_may_fall_on_the_arms(n, kind):
    total = pd.DataFrame(
        {"study": ["A", "B"], "arm": "", "role": "", "n": n, "n_prior": 0.4 * n}
    ).assign(share=0.4)
    table = prior_use(EFFECTS, CommonEffect(), total)
    assert table.verdict.kind == kind
    assert table.verdict.numbers["highest"] < 0
    assert (table.verdict.numbers["highest_split_chance"] < 0) == (kind == "robust")


def test_without_any_share_nothing_is_identified():
    none = shares("A", "B").assign(n=np.nan, n_prior=np.nan, share=np.nan)
    table = prior_use(EFFECTS, CommonEffect(), none)
    assert table.verdict.kind == "not identified"


def test_unknown_shares_give_two_runs_and_a_note():
    table = prior_use(EFFECTS, CommonEffect(), shares("A"), missing_share=(0.1, 0.9))
    assert set(table.frame["share_scenario"]) == {"low", "high"}
    low, high = (
        table.tipping_point(f"delta_share_{end}").value for end in ("low", "high")
    )
    assert low < high < 0
    assert any("analysed twice, with 10% and with 90%" in n for n in table.notes)


def test_a_smallest_important_difference_needs_a_citation():
    with pytest.raises(SensitivityError, match=r"sids\['x'\] has no source"):
        prior_use(EFFECTS, CommonEffect(), shares("A", "B"), sids={"x": (0.2, " ")})
    with pytest.raises(SensitivityError, match="give \\(value, source\\)"):
        prior_use(EFFECTS, CommonEffect(), shares("A", "B"), sids={"x": 0.2})


def test_the_tipping_ratio_is_reported_with_its_citation():
    table = prior_use(EFFECTS, CommonEffect(), shares("A", "B"), sids=SIDS)
    point = table.tipping_point("lambda_small")
    assert point.value == pytest.approx((0.7 / 0.2 - 0.6) / 0.4, abs=1e-5)
    assert "Somebody 2000" in point.label


def test_a_range_of_shares_outside_the_possible_is_refused():
    with pytest.raises(SensitivityError, match="between 0 and 1"):
        prior_use(EFFECTS, CommonEffect(), shares("A"), missing_share=(0.0, 1.5))


def test_a_bayesian_model_serves_and_the_table_is_strict_json():
    table = prior_use(
        EFFECTS, BayesianRandomEffects(), shares("A", "B"), delta=[0.0], gamma=[0.0]
    )
    plain = BayesianRandomEffects().fit(EFFECTS).estimate
    assert table.frame["value"][0] == pytest.approx(plain.value)
    made = json.loads(json.dumps(table.to_dict(), allow_nan=False))
    assert made["tipping_lambda_zero"] is None
    assert made["reason_lambda_zero"]


def test_no_plausible_difference_needs_no_power():
    three = shares("A", "B", "C")
    three["share"] = [0.2, 0.2, 0.4, 0.4, 0.6, 0.6]
    three["n_prior"] = 100 * three["share"]
    effects = Effects.from_arrays(
        y=[-0.8, -0.6, -0.9], v=[0.04, 0.05, 0.03], study=list("ABC"), measure="SMD"
    )
    ends = {"plausible_gamma": (-0.5, 0.5), "seed": 1}
    some = prior_use(
        effects, CommonEffect(), three, plausible_delta=(-0.5, 0.5), **ends
    )
    assert sorted(set(some.parts["power"]["slope"].abs())) == [0.25, 0.5]
    none = prior_use(effects, CommonEffect(), three, plausible_delta=(0.0, 0.0), **ends)
    assert "power" not in none.parts
    assert "slope" in none.parts
