import pandas as pd
import pytest

from mdmameta.effects.selection import (
    alternative_times,
    check_times,
    randomised_rows,
    time_of,
)
from mdmameta.errors import EffectsError

STUDY = {"study_id": "A", "primary_timepoint": "week 8"}
ROWS = pd.DataFrame(
    {
        "study_id": ["A", "A", "B"],
        "timepoint": ["week 8", "year 1", "week 8"],
        "period": ["blinded", "post_crossover", "blinded"],
        "row_id": ["r1", "r2", "r3"],
    }
)


def test_a_mapping_changes_the_time_of_the_trials_that_it_names() -> None:
    assert time_of(STUDY, "primary") == "week 8"
    assert time_of(STUDY, "year 1") == "year 1"
    assert time_of(STUDY, {"A": "week 4"}) == "week 4"
    assert time_of(STUDY, {"B": "week 4"}) == "week 8"


def test_only_rows_of_the_trial_and_time_are_returned() -> None:
    assert randomised_rows(ROWS, "A", "week 8")["row_id"].tolist() == ["r1"]


def test_the_reason_for_a_refused_time_is_given() -> None:
    with pytest.raises(EffectsError, match="controls may have had the treatment"):
        randomised_rows(ROWS, "A", "year 1")


def test_a_time_named_for_a_trial_must_exist_there() -> None:
    check_times("anything", ROWS)
    check_times({"A": "year 1"}, ROWS)
    with pytest.raises(EffectsError, match="that trial's times: week 8"):
        check_times({"B": "year 1"}, ROWS)


def test_times_that_may_stand_for_the_primary_ones_come_from_the_table_of_times(
    evidence,
) -> None:
    times = evidence.timepoints
    marked = times[times["alternative"] != ""]
    for question in ("after_two_sessions", "disputed_primary"):
        found = alternative_times(evidence, question)
        own = marked[marked["alternative"] == question]
        assert list(found.items()) == list(
            zip(own["study_id"], own["timepoint"], strict=True)
        )
        assert found
    assert alternative_times(evidence, "of nobody") == {}
