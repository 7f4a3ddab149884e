"""The audit finds the known faults of the real tables, and nothing on sound rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.audit import Audit, audit
from mdmameta.records import Evidence, load_evidence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence(ROOT / "data/raw")


@pytest.fixture(scope="module")
def found(evidence: Evidence) -> Audit:
    return audit(evidence)


def rules(found: Audit, part: str) -> set[str]:
    return {f.rule for f in found if part in f.row_id}


KNOWN = {
    "a sign slipped in MP2's change": (
        "MP2-25-caps4-w3s3-change-stored",
        "change-difference",
    ),
    "baseline SDs of MAPP2 differ by source": (
        "MAPP2-MDMA-caps5-bl-baseline-sypres",
        "conflict",
    ),
    "and so in the other arm": ("MAPP2-PBO-caps5-bl-baseline-sypres", "conflict"),
    "MP8 at 12 months counts too many": ("MP8-125-caps4-m12-endpoint-sypres", "total"),
    "in two arms": ("MP8-30-caps4-m12-endpoint-sypres", "total"),
    "Gorman's interval contradicts its p": ("ctr-PTG3-CAPS-IV", "interval-p"),
    "Wolfson's interval is impossible": ("ctr-WOLFSON2020", "precision"),
    "Danforth's interval crosses zero, p does not": (
        "ctr-DANFORTH2018-mdma-LSAS-d-1",
        "interval-p",
    ),
    "Illingworth's interval excludes its estimate": (
        "rev-ill2021-75",
        "interval-excludes",
    ),
    "another took an SE for an SD": ("rev-ill2021-inactive", "precision"),
    "Colcott counted events": ("ctr-MAPP1-MAPP2-ae-any", "precision"),
    "Kvam's SE is not that of the interval": (
        "con-KVAM2025-mdma-madrs-w8s2-change",
        "interval-se",
    ),
    "d of MP8, 75 mg": ("ctr-MP8-75-CAPS-IV-d", "d-from-means"),
    "d of MP8, 125 mg": ("ctr-MP8-125-CAPS-IV-d", "d-from-means"),
}


@pytest.mark.parametrize(("part", "rule"), KNOWN.values(), ids=KNOWN)
def test_a_known_fault_is_found(found: Audit, part: str, rule: str) -> None:
    assert rule in rules(found, part)


def is_sound(row: dict[str, object]) -> bool:
    """Rows that careful readers found to be right."""
    study, time = row["study_id"], row["timepoint"]
    if not str(row["instrument"]).startswith("CAPS") or row["preferred"] == "no":
        return False
    if row["verification"] == "unverified":
        return False
    times = {
        "MAPP1": {"baseline", "week 4", "week 8", "week 18"},
        "MAPP2": {"week 4", "week 8", "week 18"},
        "MP8": {"baseline", "1 month after session 2"},
        "MP12": {"baseline", "1 month after session 2"},
        "MP2": {"3 weeks after session 2"},
    }
    return study == "MP1" or time in times.get(str(study), set())


def test_nothing_is_found_on_sound_rows(evidence: Evidence, found: Audit) -> None:
    rows = evidence.continuous.to_dict("records")
    sound = {row["row_id"] for row in rows if is_sound(row)}
    assert len(sound) > 45
    assert not [str(f) for f in found if f.row_id in sound]


def test_nothing_is_found_on_counts_of_phase_three(found: Audit) -> None:
    assert not [str(f) for f in found if f.file == "binary.csv"]


def test_a_row_set_aside_is_no_error(found: Audit) -> None:
    assert found.passed
    assert len(found) > 20
