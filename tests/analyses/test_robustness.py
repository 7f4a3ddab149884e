"""Every other choice is refitted, and the verdict counts each of them."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.analyses import robustness_missing, robustness_sets
from mdmameta.analyses.robustness import robustness_verdict
from mdmameta.analyses.robustness_rows import robustness_rows
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.question import Question


@pytest.fixture(scope="module")
def robust(results):
    return results.sensitivity["robustness"]


def test_each_row_has_its_fit_and_the_first_is_the_main_analysis(results, robust):
    assert len(robust.fits) == len(robust.frame)
    assert robust.frame["kind"].iloc[0] == "main"
    main = results.deciding("ptsd-primary").estimate
    assert robust.fits[0].estimate.ci_high == pytest.approx(main.ci_high)
    for fit, value in zip(robust.fits, robust.frame["value"], strict=True):
        assert fit.estimate.value == value


def test_every_trial_is_left_out_once(results, robust):
    left = robust.frame[robust.frame["kind"] == "one trial left out"]
    trials = results.effects["ptsd-primary"].study
    assert list(left["scenario"]) == [f"without {study}" for study in trials]
    assert set(left["k"]) == {len(trials) - 1}


def test_the_verdict_is_fragile_as_soon_as_one_refit_holds_zero(results, robust):
    question = Question.ask(results.effects["ptsd-primary"], CommonEffect(), None)
    frame = robust.frame.copy()
    clear = frame[frame["excludes_zero"].astype(bool)]
    assert robustness_verdict(clear, question, ()).kind == "robust"
    assert robustness_verdict(frame, question, ()).kind == "fragile"
    held = (~frame.loc[frame["judged"], "excludes_zero"].astype(bool)).sum()
    assert robust.verdict.numbers["holding_zero"] == held > 0


def test_points_of_an_instrument_are_shown_and_not_judged(results, robust):
    points = robust.frame[robust.frame["kind"] == "points"].set_index("unit")
    assert set(points.index) == {"CAPS-5", "CAPS-IV"}
    assert not points["judged"].any()
    whole = results.deciding("ptsd-caps-5").estimate
    assert points.loc["CAPS-5", "ci_low"] == pytest.approx(whole.ci_low)


def test_endpoint_and_change_are_mixed_in_the_row_that_says_so_alone(robust):
    for row, fit in zip(robust.frame.to_dict("records"), robust.fits, strict=True):
        if "basis" in fit.effects.moderators:
            kinds = {str(x).split()[0] for x in fit.effects.moderators["basis"]}
            assert len(kinds & {"endpoint", "change"}) <= 1, row["scenario"]
    mixed = robust.frame[robust.frame["kind"] == "bases mixed"]
    assert list(mixed["scenario"]) == ["MP9 added by its change scores"]


def test_an_alternative_without_numbers_is_a_gap_with_its_reason(robust):
    gaps = robust.parts["gaps"].set_index("kind")["reason"]
    assert "k = 0" in gaps["verification"]
    assert (gaps != "").all()


def test_a_larger_contrast_of_the_unreported_trial_moves_the_mean_its_way():
    effects = Effects.from_arrays(y=[-0.8, -0.6], v=[0.05, 0.05], study=["A", "B"])
    means = [
        CommonEffect()
        .fit(robustness_missing.supposed(effects, (4.0, 2.0), y, "C"))
        .estimate.value
        for y in (-0.7, 0.0, 0.7)
    ]
    assert means == sorted(means)
    assert means[0] == pytest.approx(-0.7)


def test_change_that_needs_no_correlation_is_what_both_correlations_share():
    low = Effects.from_arrays(y=[-0.8, -0.6], v=[0.05, 0.05], study=["A", "B"])
    (found,) = robustness_missing.printed_only(low, low.with_y(np.array([-0.9, -0.6])))
    assert list(found.effects.study) == ["B"]
    assert list(robustness_missing.printed_only(low, low)) == []


def test_alternatives_begin_with_the_contrasts_as_they_are(results):
    effects = results.effects["ptsd-primary"]
    first = next(robustness_sets.alternatives(results.evidence, effects))
    assert first.effects is effects


def test_rows_of_the_unreported_trial_and_of_harms_are_named(results):
    rows = set(robustness_rows(results.evidence, ["MP1"]))
    assert {"arm-MP4-125", "rob-MP1-sypres", "bin-MAPP1-PBO-sae-to-study-end"} <= rows


def test_the_pair_is_tested_in_both_orders(robust):
    assert robust.parts["pair"]["original"].nunique() == 2


def test_small_numbers_of_trials_are_warned_of(robust):
    assert any("fewer than 10" in note for note in robust.notes)
    assert any("not publication bias" in note for note in robust.notes)
