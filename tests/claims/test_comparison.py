import json
from pathlib import Path

from mdmameta.claims.comparison import (
    compare_numbers,
    file_differences,
    lost_reproductions,
)


def test_numbers_that_differ_in_the_last_digits_are_the_same() -> None:
    assert not list(compare_numbers({"a": [1.0, 0.0]}, {"a": [1.0 + 1e-9, 1e-12]}))


def test_a_moved_number_is_named_with_both_values() -> None:
    stored = {"results": [{"id": "set/model", "value": 0.5}]}
    fresh = {"results": [{"id": "set/model", "value": 0.6}]}
    assert list(compare_numbers(stored, fresh)) == [
        "/results/set/model/value is 0.5, now 0.6."
    ]


def test_entries_that_came_or_went_are_named() -> None:
    found = sorted(compare_numbers({"old": 1}, {"new": 1}))
    assert found == ["/new is new.", "/old is gone."]


def test_lists_of_other_length_are_named() -> None:
    assert list(compare_numbers({"a": [1]}, {"a": []})) == ["/a has 1 entries, now 0."]


def test_true_is_not_one_and_a_gap_is_not_zero() -> None:
    assert list(compare_numbers({"a": True}, {"a": None}))
    assert list(compare_numbers({"a": None}, {"a": 0.0}))


def test_versions_of_libraries_are_no_difference() -> None:
    stored = json.dumps({"versions": {"numpy": "1"}, "inputs": {"a": "x"}})
    fresh = json.dumps({"versions": {"numpy": "2"}, "inputs": {"a": "x"}})
    assert file_differences(Path("manifest.json"), stored, fresh) == []


def test_cells_are_compared_as_numbers_and_lines_are_named() -> None:
    path = Path("effects.csv")
    assert file_differences(path, "y\n0.1,a\n", "y\n0.1000000001,a\n") == []
    assert file_differences(path, "y\n0.1,a\n", "y\n0.1,b\n") == ["line 2 differs."]
    assert file_differences(path, "y\n", "y\n1\n") == ["has 1 lines, now 2."]


def test_a_stored_file_that_is_no_json_is_named() -> None:
    assert file_differences(Path("r.json"), "{", "{}") == ["line 1 is not JSON."]


def test_only_claims_that_were_reproduced_can_be_lost() -> None:
    stored = [{"id": name, "verdict": v} for name, v in BEFORE.items()]
    fresh = [{"id": "a", "verdict": "contradicted", "why": "By 1."}]
    fresh.append({"id": "c", "verdict": "not checkable", "why": ""})
    assert lost_reproductions(stored, fresh) == [
        "claim a was 'reproduced' and is now 'contradicted'. By 1.",
        "claim b was 'reproduced with another convention' and is gone.",
    ]


BEFORE = {
    "a": "reproduced",
    "b": "reproduced with another convention",
    "c": "contradicted",
}
