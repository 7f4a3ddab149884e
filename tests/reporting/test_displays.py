"""Tables of the report's own results show every row, and the numbers they should."""

from __future__ import annotations

import re

import pytest

from mdmameta.analyses.catalogue import MODEL_TITLES, MODELS, SETS
from mdmameta.reporting import displays, page
from mdmameta.tables.numbers import interval, pooled


@pytest.mark.parametrize("name", ["ptsd-primary", "ptsd-caps-5", "ptsd-response"])
def test_every_model_of_a_set_is_a_row_with_its_estimate(results, name: str) -> None:
    frame = displays.model_table(results, name).to_frame()
    models = SETS[name].models
    assert list(frame["model"]) == [MODEL_TITLES[model] for model in models]
    assert list(frame["estimate"]) == [pooled(results.fits[name, m]) for m in models]
    assert set(frame["k"]) == {str(results.effects[name].k)}


@pytest.mark.parametrize("names", [page.SMD_SETS, page.MD_SETS, page.BINARY_SETS])
def test_sets_stand_side_by_side_with_the_interval_that_decides(results, names) -> None:
    frame = displays.sets_table(results, names).to_frame()
    assert list(frame["contrast set"]) == [SETS[name].title for name in names]
    shown = [pooled(results.fits[name, "reml-kh"]) for name in names]
    assert list(frame["REML, Knapp–Hartung"]) == shown
    decided = [pooled(results.deciding(name)).split(" ", 1)[1] for name in names]
    assert list(frame["deciding interval"]) == decided


def test_ratios_are_printed_as_ratios(results) -> None:
    frame = displays.sets_table(results, ["ptsd-response"]).to_frame()
    assert frame["REML, Knapp–Hartung"].item().startswith("1.35 [1.10, 1.66]")


def test_assumptions_and_retractions_of_a_set_stand_below_its_table(results) -> None:
    notes = " ".join(displays.sets_table(results, ["ptsd-change"]).notes)
    assert "assumed correlation of 0.5" in notes
    assert "LS means" in notes
    assert "Rests on retracted sources" in notes


def test_a_note_that_two_sets_share_is_printed_once(results) -> None:
    notes = displays.sets_table(results, page.BINARY_SETS).notes
    assert len(set(notes)) == len(notes) > 0


def test_every_model_is_listed_with_the_name_of_its_results() -> None:
    frame = displays.model_names_table().to_frame()
    assert list(frame["name"]) == list(MODELS)
    assert list(frame["definition"]) == [repr(model) for model in MODELS.values()]


def test_single_arm_changes_show_both_readings_where_they_disagree(results) -> None:
    frame = displays.single_arm_table(results.depression).to_frame()
    madrs = frame[frame["change on"].str.startswith("MADRS, ")].iloc[0]
    assert madrs["agree"] == "no"
    assert madrs["printed SE"] != madrs["SE by normal"]
    assert len(frame) == len(results.depression.to_frame())


def test_single_arm_changes_are_never_called_a_contrast(results) -> None:
    table = displays.single_arm_table(results.depression)
    assert any("without a control" in note for note in table.notes)


def test_the_line_of_two_trials_is_shown_with_its_guard_rails(results) -> None:
    notes = displays.sets_table(results, page.MD_SETS).notes
    (few,) = [note for note in notes if "Only 1 degree of freedom" in note]
    assert few.startswith("CAPS-5 points (phase III), endpoint: ")
    assert any("τ² is estimated as 0" in note for note in notes)


def test_no_table_shows_the_word_nan_or_none(results) -> None:
    tables = [
        displays.model_table(results, "ptsd-primary"),
        displays.sets_table(results, page.SMD_SETS),
        displays.single_arm_table(results.depression),
    ]
    for table in tables:
        assert not table.to_frame().isin(["nan", "None", "NaN", ""]).any(axis=None)
        assert interval(None, None) not in table.to_markdown()


@pytest.mark.parametrize("sets", [page.SMD_SETS, page.MD_SETS, page.BINARY_SETS])
def test_notes_of_contrast_sets_say_which_set_they_are_about(results, sets) -> None:
    shown = displays.sets_table(results, sets)
    titles = set(shown.to_frame()["contrast set"])
    assert shown.notes
    for note in shown.notes:
        assert any(note.startswith((f"{title}:", f"{title};")) for title in titles)
        assert re.findall(r"[a-z]_[a-z]|[A-Za-z]\(|\w=['\w]|~|vary ", note) == []
