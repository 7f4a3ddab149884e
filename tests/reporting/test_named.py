"""Readers meet names of trials and sources, not the ids of rows."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from mdmameta.reporting import page
from mdmameta.reporting.named import (
    all_arms,
    all_sources,
    all_trials,
    doses,
    named,
    trials_of,
)
from mdmameta.tables import as_table


def test_ids_that_are_part_of_longer_ones_stay() -> None:
    names = {"MP1": "Mithoefer 2011", "MP12": "Ot'alora 2018"}
    assert named("MP1, MP12; MP1-125 con-MP12-x MP123", names) == (
        "Mithoefer 2011, Ot'alora 2018; MP1-125 con-MP12-x MP123"
    )
    assert named("MP1", {}) == "MP1"


def test_an_id_with_signs_of_patterns_is_read_literally() -> None:
    assert named("a.b axb", {"a.b": "one"}) == "one axb"


def test_trials_have_the_labels_of_the_figures(results) -> None:
    names = trials_of(results.sensitivity["robustness"])
    labels = results.effects["ptsd-primary"].study
    assert list(names.values()) == list(labels)
    assert names.items() <= all_trials(results.evidence).items()


def test_an_analysis_without_fits_names_nobody() -> None:
    assert trials_of(SimpleNamespace(fits=())) == {}


def test_a_label_of_two_trials_tells_neither() -> None:
    studies = pd.DataFrame({"study_id": ["A", "B", "C"], "label": ["x", "x", "y"]})
    assert all_trials(SimpleNamespace(studies=studies)) == {"C": "y"}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("CUIJPERS2014", "Cuijpers et al. 2014"),
        ("SEED_000", "Johansen and Krebs 2009"),
        ("ROVER2020", "Röver 2020"),
        ("P3_DUTCH", "State Commission on MDMA 2024"),
        ("P3_PATHWAY_MAPP2", "Pathway, no date"),
        ("kvam2025", "Kvam, Goksøyr, et al. 2025"),
        ("kvam2025fu", "Kvam et al. 2025"),
        ("SYPRES_REL", "Singleton et al. 2026"),
        ("SYPRES_FULL", "Sevchik et al. 2026 (SYPRES_FULL)"),
    ],
)
def test_sources_have_authors_and_year_and_no_two_documents_one_name(
    results, source: str, name: str
) -> None:
    assert all_sources(results.evidence)[source] == name


def test_a_table_is_told_in_names_in_cells_and_notes(results) -> None:
    frame = pd.DataFrame({"trial": ["MAPP1"], "source": ["(CUIJPERS2014)"]})
    table = as_table(frame, notes=["Only MAPP2, not MP8-75."])
    told = page.told(results, table)
    assert list(told.frame.loc[0]) == ["Mitchell 2021", "(Cuijpers et al. 2014)"]
    assert told.notes == ("Only Mitchell 2023, not Mithoefer 2018, 75 mg.",)
    assert told.align == table.align


@pytest.mark.parametrize(
    ("arm", "name"),
    [
        ("MP8-125", "Mithoefer 2018, 125 mg"),
        ("MP8-30", "Mithoefer 2018, 30 mg (control)"),
        ("MAPP1-MDMA", "Mitchell 2021, up to 120 mg"),
        ("MAPP1-PBO", "Mitchell 2021, 0 mg (control)"),
    ],
)
def test_arms_have_trial_and_dose(results, arm: str, name: str) -> None:
    assert all_arms(results.evidence)[arm] == name


def test_a_dose_of_two_arms_or_of_none_tells_neither() -> None:
    arms = pd.DataFrame(
        {
            "study_id": ["A", "A", "B", "B"],
            "arm_id": ["A-1", "A-2", "B-1", "B-2"],
            "role": ["active", "active", "active", "control"],
            "dose_mg": [100.0, 100.0, 62.5, float("nan")],
            "dose_text": "",
        }
    )
    assert doses(SimpleNamespace(arms=arms)) == {"B-1": "62.5 mg"}
