"""An invented review of another drug, from raw tables alone."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from mdmameta.analyses.any_outcome import (
    _table,
    outcome_analysis,
    outcome_effects,
    outcome_sets,
    require_condition,
)
from mdmameta.errors import OptionError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.records import load_evidence

TRIALS = {"A": (14, 24, 15, 7), "B": (16, 23, 20, 10), "C": (15, 20, 12, 8)}
CITED = {"source_id": "S", "locator": "Table 1", "verification": "text"}


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def arms(**cells) -> list[dict[str, object]]:
    """One row an arm of each trial; cells are functions of trial and place."""
    return [
        {
            "study_id": trial,
            "arm_id": f"{trial}-{role}",
            **{name: cell(trial, at) for name, cell in cells.items()},
            **CITED,
        }
        for trial in TRIALS
        for at, role in enumerate(("active", "control"))
    ]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    source = {"source_id": "S", "kind": "article", "citation": "S 2020", "year": 2020}
    written(folder, "sources", [{**source, "status": "current"}])
    trial = {"condition": "depression", "control_type": "inactive"}
    trial["primary_timepoint"] = "6 weeks"
    written(
        folder,
        "studies",
        [{"study_id": x, "label": f"Trial {x}", **trial, **CITED} for x in TRIALS],
    )
    roles = ("active", "control")
    written(
        folder,
        "arms",
        arms(
            role=lambda _, at: roles[at],
            n_randomised=lambda _, at: 30,
            n_primary_assessed=lambda _, at: (27, 25)[at],
        ),
    )
    scale = {"instrument": "MADRS", "kind": "scale", "outcome": "depression severity"}
    scale |= {"label": "MADRS", "direction": "lower", "min": 0, "max": 60}
    event = {"instrument": "response", "kind": "event", "outcome": "response"}
    event |= {"label": "Response", "direction": "higher", "min": "", "max": ""}
    written(folder, "instruments", [scale, event])
    shared = {"timepoint": lambda *_: "6 weeks", "n": lambda _, at: (27, 25)[at]}
    written(
        folder,
        "continuous",
        arms(
            instrument=lambda *_: "MADRS",
            stat=lambda *_: "endpoint",
            mean=lambda trial, at: TRIALS[trial][at],
            sd=lambda *_: 9.5,
            **shared,
        ),
    )
    written(
        folder,
        "binary",
        arms(
            outcome=lambda *_: "response",
            events=lambda trial, at: TRIALS[trial][2 + at],
            **shared,
        ),
    )
    written(
        folder,
        "blinding",
        arms(
            respondent=lambda *_: "participant",
            n_asked=lambda *_: 25,
            n_guess_active=lambda _, at: (22, 6)[at],
            n_guess_control=lambda _, at: (1, 17)[at],
            n_unsure=lambda *_: 2,
        ),
    )
    return load_evidence(folder)


@pytest.mark.parametrize(
    ("name", "measure"),
    [("MADRS", "SMD"), ("Depression", "SMD"), ("response", "RR")],
)
def test_scores_and_events_are_found_by_scale_outcome_or_its_beginning(
    evidence, name, measure
):
    effects = outcome_effects(evidence, name)
    assert (effects.measure, effects.k) == (measure, 3)


def test_an_outcome_that_is_not_there_is_refused_with_those_that_are(evidence):
    with pytest.raises(OptionError, match="MADRS, depression severity, response"):
        outcome_effects(evidence, "asthma")


@pytest.mark.parametrize("analysis", ["blinding", "dropout"])
@pytest.mark.parametrize("name", ["MADRS", "response"])
def test_analyses_of_another_drug_speak_of_no_word_of_this_one(
    evidence, analysis, name
):
    effects = outcome_effects(evidence, name)
    made = outcome_analysis(analysis, evidence, effects, CommonEffect())
    told = " ".join([made.label, str(made.verdict), *made.notes])
    assert made.tipping
    assert not any(word in told for word in ("MDMA", "PTSD", "CAPS", "psychedelic"))


def test_nothing_reported_on_earlier_use_identifies_nothing(evidence):
    effects = outcome_effects(evidence, "MADRS")
    made = outcome_analysis("prior_use", evidence, effects, CommonEffect())
    assert made.verdict.kind == "not identified"
    assert set(made.frame["share_scenario"]) == {"low", "high"}


def test_an_analysis_that_needs_more_than_an_outcome_is_refused(evidence):
    effects = outcome_effects(evidence, "MADRS")
    with pytest.raises(OptionError, match="allowed: blinding, prior_use, dropout"):
        outcome_analysis("robustness", evidence, effects, CommonEffect())


def test_sets_that_do_not_differ_are_made_once(evidence):
    sets, why = outcome_sets(evidence, "MADRS")
    assert list(sets) == ["endpoint"]
    assert why["endpoint"].startswith("Needs no assumption")


def test_tables_of_another_condition_need_a_named_outcome(evidence):
    with pytest.raises(OptionError, match=r"they are of depression.*--outcome, with"):
        require_condition(evidence)


def test_an_analysis_without_its_table_names_the_file_to_fill():
    with pytest.raises(OptionError, match=r"blinding\.csv says nothing of the arms of"):
        _table(pd.DataFrame(), "blinding.csv", "the analysis of blinding")
    some = pd.DataFrame({"study": ["A"]})
    assert _table(some, "blinding.csv", "the analysis of blinding") is some
