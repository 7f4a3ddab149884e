"""Words and tables about the audit."""

from __future__ import annotations

from dataclasses import replace

from mdmameta.audit import Audit, audit
from mdmameta.reporting import audited


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
