import json
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import BiasPriors, blinding, guesses_from_percentages

STUDIES = ["A", "B", "C"]
Y, V = np.array([-0.8, -0.6, -0.9]), np.array([0.05, 0.04, 0.2])
MISSING_U = {"inactive": (0.6, 0.2)}


def effects(
    sign: float = 1.0, direction: str | None = "lower", measure: str = "SMD"
) -> Effects:
    return Effects.from_arrays(
        y=sign * Y,
        v=V,
        study=STUDIES,
        measure=measure,
        direction=direction,
        moderators={"control_type": ["inactive", "inactive", "low_dose"]},
    )


def guesses(*studies: str) -> pd.DataFrame:
    arms = [
        (study, arm, role, 100, active, 95 - active, 5, "text")
        for study in studies
        for arm, role, active in (("t", "active", 90), ("c", "control", 20))
    ]
    names = ["study", "arm", "role", "n_asked", "n_guess_active"]
    names += ["n_guess_control", "n_unsure", "verification"]
    return pd.DataFrame(arms, columns=names)


PRIORS = pd.DataFrame(
    {
        "prior_id": ["strong", "weak"],
        "scale": ["SMD", "SMD"],
        "estimate": [-0.6, -0.1],
        "ci_low": [-0.8, -0.2],
        "ci_high": [-0.4, 0.0],
        "source_id": ["S1", "S2"],
    }
)

plain_blinding = partial(blinding, missing_u=MISSING_U)


def test_no_bias_gives_the_plain_fit():
    table = plain_blinding(effects(), CommonEffect(), guesses("A", "B", "C"))
    row = table.frame[table.frame["b"] == 0].iloc[0]
    plain = CommonEffect().fit(effects()).estimate
    assert (row["value"], row["ci_low"], row["ci_high"]) == pytest.approx(
        (plain.value, plain.ci_low, plain.ci_high)
    )


def test_the_adjusted_contrast_is_the_one_computed_by_hand():
    table = plain_blinding(effects(), CommonEffect(), guesses("A", "B", "C"), b=[-0.5])
    u, u_var = 0.7, 0.9 * 0.1 / 100 + 0.2 * 0.8 / 100
    w = 1 / (V + 0.25 * u_var)
    expected = np.average(Y + 0.5 * u, weights=w)
    assert table.frame["value"][0] == pytest.approx(expected)


def test_each_row_has_its_fit():
    table = plain_blinding(effects(), CommonEffect(), guesses("A", "B"))
    values = [fit.estimate.value for fit in table.fits]
    np.testing.assert_array_equal(values, table.frame["value"])


def test_the_interval_at_the_tipping_bias_touches_zero():
    table = plain_blinding(effects(), RandomEffects(), guesses("A", "B", "C"))
    tip = table.tipping_point("b")
    assert tip.value is not None
    assert tip.value < 0
    again = plain_blinding(
        effects(), RandomEffects(), guesses("A", "B", "C"), b=[tip.value]
    )
    assert again.frame["ci_high"][0] == pytest.approx(0, abs=1e-4)
    assert tip.deciding == again.frame["model"][0]


def test_where_more_is_better_everything_is_mirrored():
    low = plain_blinding(
        effects(), CommonEffect(), guesses("A", "B", "C"), priors=PRIORS
    )
    high = plain_blinding(
        effects(-1.0, "higher"), CommonEffect(), guesses("A", "B", "C"), priors=PRIORS
    )
    assert high.tipping_point("b").value == pytest.approx(-low.tipping_point("b").value)
    np.testing.assert_allclose(high.frame["b"], -low.frame["b"])
    np.testing.assert_allclose(high.frame["value"], -low.frame["value"])
    assert high.verdict.kind == low.verdict.kind
    assert high.verdict.region["b"] == pytest.approx((0.0, 0.6))


def test_an_unknown_direction_is_assumed_and_said():
    table = plain_blinding(
        effects(direction=None), CommonEffect(), guesses("A", "B", "C")
    )
    assert table.tipping_point("b").value < 0
    assert any("ASSUMED: the direction" in note for note in table.notes)


@pytest.mark.parametrize(
    ("region", "kind"), [((-0.3, 0.0), "robust"), ((-1.0, 0.0), "fragile")]
)
def test_the_verdict_follows_the_declared_region(region, kind):
    table = plain_blinding(
        effects(), CommonEffect(), guesses("A", "B", "C"), plausible=region
    )
    assert table.verdict.kind == kind
    assert table.verdict.region == {"b": region}


def test_without_any_count_the_answer_follows_the_prior():
    none = guesses("A").assign(n_asked=np.nan)
    table = blinding(effects(), CommonEffect(), none)
    assert table.verdict.kind == "not identified"
    assert table.verdict.numbers["prior_ratio_of_u"] == 1.0
    assert [p.parameter for p in table.tipping if p.parameter[0] == "b"] == ["b"]


def test_a_trial_without_counts_gets_the_stated_prior_and_a_note():
    table = plain_blinding(effects(), CommonEffect(), guesses("A"))
    u = table.parts["u"].query("u_from == 'counts and prior'").set_index("study")
    assert u.loc["B", "u"] == 0.6
    assert u.loc["B", "basis"] == "prior"
    assert "C" not in u.index
    assert any("ASSUMED, not evidence: u of B" in note for note in table.notes)
    assert any(
        "Left out, for want of counts and of a prior: C" in n for n in table.notes
    )


def test_what_covers_some_contrasts_alone_says_so():
    table = blinding(effects(), CommonEffect(), guesses("A", "B"), missing_u={})
    part = CommonEffect().fit(effects().take([0, 1])).estimate
    words = "2 of 3 contrasts; all that follows is of these alone, without bias {}"
    assert words.format(f"{part.value:.2f}") in str(table.verdict)
    whole = blinding(effects(), CommonEffect(), guesses("A", "B", "C"), missing_u={})
    assert "these alone" not in str(whole.verdict)


def test_counts_alone_are_shown_when_two_trials_have_them():
    table = plain_blinding(effects(), CommonEffect(), guesses("A", "B"))
    alone = table.frame[table.frame["u_from"] == "counts only"]
    assert (alone["k"] == 2).all()
    assert table.tipping_point("b_counts_only").value < 0


def test_one_trial_with_counts_is_said_to_be_too_few():
    table = plain_blinding(effects(), CommonEffect(), guesses("A"))
    assert "counts only" not in set(table.frame["u_from"])
    assert any("Counts only: not possible; 1 of 3" in note for note in table.notes)


def test_published_estimates_are_rows_and_bound_the_region():
    table = plain_blinding(
        effects(), CommonEffect(), guesses("A", "B", "C"), priors=PRIORS
    )
    rows = table.frame[table.frame["anchor"] == "strong"]
    assert rows["b"].iloc[0] == -0.6
    assert table.verdict.region["b"] == (-0.6, 0.0)
    assert "strong at delta_u = 0.5" in set(table.frame["anchor"])
    assert (table.parts["learnt_about_b"]["ratio"] <= 1).all()


def test_the_change_in_belief_behind_the_anchors_is_said_and_varied():
    weaker = PRIORS.assign(estimate=[-0.5, -0.1])
    table = plain_blinding(
        effects(), CommonEffect(), guesses("A", "B"), priors=weaker, delta_u=(1.0, 0.5)
    )
    assert any("if its source changed belief by 1." in note for note in table.notes)
    assert -1.0 < table.tipping_point("b").value < -0.5
    assert "0 of 2 if by 1, 1 of 2 if by 0.5" in table.verdict.text


def test_a_narrower_interval_that_reaches_zero_first_is_told():
    uneven = Effects.from_arrays(
        y=[-1.21, -0.85, -0.96, -0.28, -0.77, -0.59],
        v=[0.245, 0.405, 0.25, 0.252, 0.055, 0.045],
        study=list("ABCDEF"),
        measure="SMD",
        direction="lower",
        moderators={"control_type": ["inactive"] + ["low"] * 3 + ["inactive"] * 2},
    )
    prior = {"inactive": (0.6, 0.25), "low": (0.4, 0.25)}
    table = blinding(uneven, RandomEffects(), guesses("F"), missing_u=prior, b=[0.0])
    tip = table.tipping_point("b")
    assert tip.value < tip.earliest < 0
    assert f"({tip.earliest:.2f} by a narrower interval)" in table.verdict.text


def test_belief_as_counted_in_every_trial_is_told_beside_the_prior():
    table = plain_blinding(effects(), CommonEffect(), guesses("A"))
    same = table.tipping_point("b_same_u").value
    assert f"it would be reached at {same:.2f}" in table.verdict.text


def test_unverified_counts_stand_in_the_title_and_in_the_verdict():
    shown = guesses("A").assign(verification="unverified")
    table = plain_blinding(effects(), CommonEffect(), shown)
    assert "UNVERIFIED" in table.label
    assert "Those counts are UNVERIFIED." in table.verdict.text
    assert "UNVERIFIED guesses: A." in table.notes
    assert (
        "UNVERIFIED"
        not in plain_blinding(effects(), CommonEffect(), guesses("A")).label
    )


def test_a_second_run_takes_assumed_percentages():
    assumed = guesses_from_percentages(90, 75, 50, 50, 0.05, study="B")
    table = plain_blinding(effects(), CommonEffect(), guesses("A"), assumed=assumed)
    assert set(table.parts["bang"]["basis"]) == {"counts", "assumed"}
    assert table.tipping_point("b_assumed").value < 0
    assert any("made from reported percentages" in note for note in table.notes)


def test_each_interval_has_its_own_tipping_bias_beside_the_deciding_one():
    table = plain_blinding(effects(), RandomEffects(), guesses("A", "B", "C"))
    rows = table.parts["tipping_by_interval"].query("u_from == 'same u'")
    assert len(rows) == 3
    tips = rows["tipping_b"].abs()
    assert tips.iloc[0] > table.tipping_point("b_same_u").value * -1
    frequentist = rows.iloc[:2]
    np.testing.assert_allclose(
        frequentist["tipping_b"], frequentist["bound_over_u"], rtol=1e-4
    )


def test_a_bayesian_model_serves_as_well():
    table = plain_blinding(
        effects(), BayesianRandomEffects(), guesses("A", "B", "C"), b=[0.0]
    )
    plain = BayesianRandomEffects().fit(effects()).estimate
    assert table.frame["ci_high"][0] == pytest.approx(plain.ci_high)


def test_the_result_is_called_a_bound_and_is_strict_json():
    table = plain_blinding(effects(), CommonEffect(), guesses("A", "B"), priors=PRIORS)
    assert "bounds, not corrected estimates" in table.verdict.text
    assert (
        json.loads(json.dumps(table.to_dict(), allow_nan=False))["name"] == "blinding"
    )


def test_guesses_about_other_trials_are_refused():
    with pytest.raises(SensitivityError, match=r"guesses: X; effects: A, B, C"):
        blinding(effects(), CommonEffect(), guesses("X"))


def test_a_default_region_is_refused_in_units_it_was_not_made_for():
    points = Effects.from_arrays(
        y=10 * Y, v=100 * V, study=STUDIES, measure="MD", direction="lower"
    )
    asked = partial(plain_blinding, points, CommonEffect(), guesses("A", "B", "C"))
    with pytest.raises(SensitivityError, match="Give plausible in the unit"):
        asked()
    made = asked(plausible=(-6.0, 0.0))
    assert "joint" not in made.parts
    assert any("No joint model: the effects are MD" in note for note in made.notes)


def test_the_whole_analysis_of_points_is_that_of_sds_stretched():
    ours = plain_blinding(
        effects(measure="SMD"), CommonEffect(), guesses("A", "B"), plausible=(-0.6, 0.0)
    )
    points = replace(effects(measure="MD"), y=10 * Y, v=100 * V)
    law = BiasPriors(mu=Normal(0, 10), tau=HalfNormal(5), weak=(0, 10))
    wide = plain_blinding(
        points, CommonEffect(), guesses("A", "B"), plausible=(-6.0, 0.0), joint=law
    )
    for name in ("b", "expectancy_hope", "expectancy_equal"):
        one, ten = (made.tipping_point(name).value for made in (ours, wide))
        assert ten == pytest.approx(10 * one, rel=1e-6)
    columns = ["prior_mean", "prior_sd", "b_mean", "b_sd", "value", "ci_low", "ci_high"]
    ten = wide.parts["joint"][columns].to_numpy(dtype=float)
    one = ours.parts["joint"][columns].to_numpy(dtype=float)
    np.testing.assert_allclose(ten, 10 * one, rtol=1e-6)


def test_effects_without_a_measure_that_are_no_sds_get_no_anchors_in_sds():
    bare = replace(effects(measure=""), y=10 * Y)
    asked = partial(
        plain_blinding, bare, CommonEffect(), guesses("A", "B"), priors=PRIORS
    )
    with pytest.raises(SensitivityError, match="have no measure, and y = "):
        asked()
    assert asked(plausible=(-6.0, 0.0)).parts["anchors"].empty


def test_a_large_bias_of_log_odds_is_that_of_a_standardised_difference():
    odds = effects(measure="OR")
    made = plain_blinding(odds, CommonEffect(), guesses("A", "B"))
    weak = made.parts["joint"].query("prior == 'weak'")["prior_sd"].iloc[0]
    assert made.verdict.region["b"] == pytest.approx((-0.8 * np.pi / 3**0.5, 0.0))
    assert weak == pytest.approx(np.pi / 3**0.5)


def test_a_region_out_of_order_is_refused():
    with pytest.raises(SensitivityError, match=r"plausible is \(1, 0\)"):
        blinding(effects(), CommonEffect(), guesses("A"), plausible=(1, 0))


def test_a_contrast_that_holds_zero_already_has_no_tipping_bias():
    weak = effects().with_y(0.05 * Y)
    table = plain_blinding(weak, CommonEffect(), guesses(*STUDIES))
    assert table.tipping_point("b").value is None
    assert "There is no tipping bias: " in table.verdict.text
    strong = plain_blinding(effects(), CommonEffect(), guesses(*STUDIES))
    assert "There is no tipping bias" not in strong.verdict.text
