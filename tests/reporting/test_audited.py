"""Words and tables about the audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mdmameta.audit import Audit, audit
from mdmameta.errors import ReportError
from mdmameta.reporting import audited

ROOT = Path(__file__).parents[2]


def test_the_sentence_counts_and_says_whether_rows_in_use_are_sound(results) -> None:
    found = audit(results.evidence)
    text = audited.audit_sentence(found)
    assert text.startswith("No row that analyses use contradicts")
    assert f"{found.counts['warnings']} warnings and 1 note." in text


def test_an_error_changes_the_sentence(results) -> None:
    found = audit(results.evidence)
    worse = Audit((replace(found.findings[0], severity="error"), *found.findings[1:]))
    assert "(1 error)" in audited.audit_sentence(worse)


def test_every_finding_is_a_row_with_true_minus_signs(results) -> None:
    found = audit(results.evidence)
    frame = audited.findings_table(found).to_frame()
    assert len(frame) == len(found)
    assert "−3.2" in " ".join(frame["finding"])


FIGURES = {
    "seeds": [1, 7],
    "tables": {"continuous": "another"},
    "kinds": [
        {"kind": "A sign", "constrained": 4, "constrained_caught": 3,
         "free": 0, "free_caught": 0},
        {"kind": "A digit", "constrained": 4, "constrained_caught": 4,
         "free": 2, "free_caught": 1},
    ],
    "by_seed": [{"seed": 7, "constrained": 1, "constrained_caught": 1,
                 "free": 1, "free_caught": 0}],
}  # fmt: skip


def test_the_power_of_the_audit_is_said_in_prose_with_the_state_of_the_tables(
    results,
) -> None:
    text = audited.Power(FIGURES).sentence(results.evidence)
    assert text.startswith("10 single-cell faults were made in sound rows of an ")
    assert "(seeds 1 and 7)" in text
    assert "88% of 8" in text
    assert "50% of 2" in text


def test_the_power_of_the_audit_is_a_table_by_kind_with_its_sum_and_seeds() -> None:
    frame = audited.Power(FIGURES).table().to_frame()
    assert list(frame["fault"]) == ["A sign", "A digit", "All", "Seed 7"]
    assert list(frame["found"]) == ["75%", "100%", "88%", "100%"]
    assert frame["found anyway"][0] == "–"


def test_the_study_of_the_report_is_of_these_tables(results) -> None:
    power = audited.Power.read(ROOT / "reports/audit-power.json")
    assert "sound rows of these tables" in power.sentence(results.evidence)
    total = power.table().to_frame().set_index("fault").loc["All"]
    assert int(total["found"].rstrip(" %")) >= 80


@pytest.mark.parametrize("text", [None, "{", "[]", "{}"])
def test_figures_that_are_none_stop_the_page(tmp_path, text) -> None:
    path = tmp_path / "power.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(ReportError, match="run: nox -s audit-power"):
        audited.Power.read(path)
