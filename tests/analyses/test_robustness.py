"""Every other choice is refitted, and the verdict counts each of them."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.analyses import robustness_missing, robustness_sets
from mdmameta.analyses.robustness import _assumed_of, _missing_words, robustness_verdict
from mdmameta.analyses.robustness_parts import pair_part, selection_part
from mdmameta.analyses.robustness_rows import robustness_rows
from mdmameta.analyses.robustness_sets import _of_times
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.records import Evidence
from mdmameta.schema import TABLES
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint


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


def changed(evidence, table, **columns):
    frames = {name: evidence.to_frame(name) for name in TABLES}
    frames[table] = frames[table].assign(**columns)
    return Evidence.from_frames(frames, path=evidence.path, digest="changed")


def test_without_a_trial_under_concern_nothing_is_supposed(results):
    evidence, effects = results.evidence, results.effects["ptsd-primary"]
    question = Question.ask(effects, CommonEffect(), None)
    assert robustness_missing.unreported(evidence, effects)
    sound = changed(evidence, "studies", concern="")
    assert robustness_missing.unreported(sound, effects) == ""
    assert list(robustness_missing.missing_trial(sound, effects, -0.7)) == []
    assert robustness_missing.missing_tipping(sound, question) == ()
    assert _missing_words((), "") == ""
    assert _assumed_of("") == ()


def test_a_trial_of_unknown_size_is_named_and_not_supposed(results):
    evidence, effects = results.evidence, results.effects["ptsd-primary"]
    name = robustness_missing.unreported(evidence, effects)
    unknown = changed(evidence, "arms", n_randomised=np.nan)
    rows = list(robustness_missing.missing_trial(unknown, effects, -0.7))
    assert len(rows) == len(robustness_missing.SUPPOSED)
    assert all(row.effects is None for row in rows)
    assert all(row.scenario.startswith(f"{name} supposed") for row in rows)
    assert {row.reason for row in rows} == {
        "how many people were randomised to each arm is not known"
    }
    question = Question.ask(effects, CommonEffect(), None)
    assert robustness_missing.missing_tipping(unknown, question) == ()


def test_the_contrast_that_would_be_needed_is_told_or_why_there_is_none():
    told = [
        TippingPoint(
            parameter="missing_trial",
            value=value,
            unit="SMD",
            reason="far",
            deciding="x",
        )
        for value in (0.75, None)
    ]
    some, none = (_missing_words([one], "the Trial") for one in told)
    assert "would have to have a contrast of 0.75" in some
    assert none == " No contrast of the Trial takes the interval to zero: far."


def test_without_change_scores_nothing_is_added_and_none_left_out(results):
    effects = results.effects["ptsd-primary"]
    assert list(robustness_missing.only_change(effects, None)) == []
    assert list(robustness_missing.without_retracted(None)) == []
    change = results.effects["ptsd-change"]
    (clean,) = robustness_missing.without_retracted(change)
    assert clean.effects.k < change.k
    assert list(robustness_missing.without_retracted(clean.effects)) == []


def test_a_pair_needs_two_trials_of_the_later_phase(results):
    effects = results.effects["ptsd-primary"]
    both = pair_part(effects)
    assert set(both["original"]) == {"Mitchell 2021", "Mitchell 2023"}
    later = effects.moderators["phase"] == "3"
    assert pair_part(effects.take(np.flatnonzero(~later))).empty


def test_a_selection_model_that_cannot_be_fitted_says_why(results):
    one = results.effects["ptsd-primary"].take([0])
    table = selection_part(one)
    assert table["value"].isna().all()
    assert table["reason"].str.contains("1 usable rows for 1 coefficients").all()


def test_times_after_two_sessions_are_varied_where_the_tables_name_them(results):
    words = "after two sessions in every trial"
    named = [scenario for _, scenario, _ in _of_times(results.evidence)]
    assert words in named
    bare = changed(results.evidence, "timepoints", alternative="")
    assert words not in [scenario for _, scenario, _ in _of_times(bare)]
