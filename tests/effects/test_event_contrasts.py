from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mdmameta.effects import event_contrasts
from mdmameta.errors import EffectsError, OptionError
from mdmameta.records import Evidence

Build = Callable[..., Evidence]
PAIR: list[dict[str, Any]] = [
    {"arm_id": "A-hi", "events": 9.0, "n": 18.0},
    {"arm_id": "A-no"},
]
MEDIUM = {"arm_id": "A-mid", "events": 6.0, "n": 10.0}


def _other(**changes: Any) -> list[dict[str, Any]]:
    return [
        {**row, **changes, "arm_id": row["arm_id"].replace("A", "B")} for row in PAIR
    ]


def test_a_risk_ratio_is_active_over_control_with_its_counts(build: Build) -> None:
    effects = event_contrasts(build(events=[*PAIR]), outcomes="better")
    assert effects.y[0] == pytest.approx(np.log(9 / 18 / (5 / 20)))
    counts = effects.moderators.loc[0, ["ai", "n1", "ci", "n2"]]
    assert counts.tolist() == [9, 18, 5, 20]
    assert effects.direction == "higher"


def test_arms_are_combined_by_adding(build: Build) -> None:
    evidence = build(events=[*PAIR, MEDIUM])
    effects = event_contrasts(evidence, outcomes="better", arms="pooled-active")
    assert effects.moderators.loc[0, ["ai", "n1"]].tolist() == [15, 28]
    assert "A-hi and A-mid combined by adding" in effects.provenance[0].notes


def test_several_outcomes_are_named_in_label_and_caveats(build: Build) -> None:
    evidence = build(events=[*PAIR, *_other(outcome="cured", definition="no pain")])
    effects = event_contrasts(evidence, outcomes=["cured", "better"])
    assert effects.label.startswith("Better (A) or cured (B), ")
    assert "Not one outcome but several" in effects.caveats[0]
    assert effects.caveats[1].startswith("Definitions differ. A: half the pain; B: no")


def test_those_not_counted_are_a_caveat(build: Build) -> None:
    effects = event_contrasts(build(events=[*PAIR]), outcomes="better")
    assert effects.caveats == (
        "Fewer are counted than were randomised: A 18 of 20 and 20 of 20.",
    )


def test_counts_of_events_are_not_counts_of_people(build: Build) -> None:
    evidence = build(events=[*PAIR, *_other(unit="events")])
    assert event_contrasts(evidence, outcomes="better").study.tolist() == ["Trial A"]


def test_two_counts_of_one_arm_are_not_chosen_between(build: Build) -> None:
    twice = [*PAIR, {"arm_id": "A-no", "events": 4.0}]
    with pytest.raises(EffectsError, match=r"A-no has 2 counts.*event-1, event-2"):
        event_contrasts(build(events=twice), outcomes="better")


def test_a_time_after_crossover_is_refused(build: Build) -> None:
    late = [{**row, "period": "post_crossover"} for row in PAIR]
    with pytest.raises(EffectsError, match="post_crossover"):
        event_contrasts(build(events=late), outcomes="better")


def test_what_is_added_to_a_zero_cell_is_not_in_the_counts(build: Build) -> None:
    zero = [PAIR[0], {**PAIR[1], "events": 0.0}]
    half, one = (
        event_contrasts(build(events=zero), outcomes="better", add=a) for a in (0.5, 1)
    )
    assert half.y[0] > one.y[0]
    assert half.moderators.loc[0, "ci"] == 0


def test_no_trial_at_all_is_an_error_that_lists_what_there_is(build: Build) -> None:
    with pytest.raises(EffectsError, match="Known values of outcome: better"):
        event_contrasts(build(events=[*PAIR]), outcomes="relief")


@pytest.mark.parametrize("choice", [{"measure": "SMD"}, {"arms": "every-active"}])
def test_unknown_choices_are_refused(build: Build, choice: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        event_contrasts(build(events=[*PAIR]), outcomes="better", **choice)
