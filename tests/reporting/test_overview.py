"""What the overview says in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta import Effects, RandomEffects, tables
from mdmameta.reporting import overview


def test_a_difference_of_one_standard_deviation_passes_84_percent() -> None:
    fit = RandomEffects().fit(Effects.from_arrays(y=[-1.0, -1.0], v=[0.1, 0.1]))
    assert "lower than 84% of the control group" in overview.overlap_words(fit)


def test_each_assumption_says_what_it_would_take_in_words(results) -> None:
    frame = overview.plain_table(results).to_frame()
    taken = dict(zip(frame["assumption"], frame["what it would take"], strict=True))
    b = results.sensitivity["blinding"].tipping_point("b").value
    assert f"worth {abs(b):.2f} standard deviations" in taken["Lost blinding"]
    assert "δ" not in "".join(taken.values())


def test_losses_are_those_of_arms_with_both_numbers(results) -> None:
    flow = results.evidence.flow()
    arms = flow[
        flow["study"].isin(results.effects["ptsd-primary"].moderators["study_id"])
    ]
    arms = arms[(arms["role"] == "control") & arms["missing"].notna()]
    share = 100 * arms["missing"].sum() / arms["randomised"].sum()
    assert overview.lost_shares(results)[1] == pytest.approx(share)


def test_no_trial_of_the_primary_set_rests_on_a_retracted_document(results) -> None:
    assert overview.retracted(results, "ptsd-primary") == []
    assert overview.retracted(results, "ptsd-change") != []


def test_trials_are_counted_whose_numbers_of_people_rest_on_a_retracted_document(
    results,
) -> None:
    arms = tables.arms_table(
        results.evidence, list(results.effects["ptsd-primary"].moderators["study_id"])
    )
    noted = {note.split("-")[0] for note in arms.notes if "retracted source" in note}
    assert overview.counts_from_retracted(results, "ptsd-primary") == len(noted) > 0
    assert overview.counts_from_retracted(results, "ptsd-caps-5") == 0


def test_an_assumption_that_tips_nothing_says_so(results) -> None:
    table = results.sensitivity["blinding"]
    name = next(n for n in overview._PLAIN if results.sensitivity[n] is table)
    far = tuple(
        replace(p, value=None, reason="not reached up to -2 and 2")
        for p in table.tipping
    )
    told = overview._taken(name, replace(table, tipping=far))
    assert told == "nothing in reach: not reached up to −2 and 2"
    assert overview._taken(name, table) != told


def test_an_analysis_without_a_tipping_point_counts_what_holds_zero(results) -> None:
    table = results.sensitivity["robustness"]
    numbers = {"holding_zero": 2.0, "refits": 30.0}
    counted = replace(table, verdict=replace(table.verdict, numbers=numbers))
    assert "holds zero in 2 of 30 refits" in overview._taken("robustness", counted)
    bare = replace(table, verdict=replace(table.verdict, numbers={}))
    assert overview._taken("robustness", bare) == "see its page"
