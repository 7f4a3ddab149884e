"""The command that audits: what it says, its JSON and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

from mdmameta.audit import audit
from mdmameta.records import load_evidence

ROOT = Path(__file__).parents[2]


def test_findings_are_listed_with_their_place_and_counted(run) -> None:
    found = audit(load_evidence(ROOT / "data/raw"))
    text = run("audit", "--data", ROOT / "data/raw").stdout
    assert str(next(iter(found))) in text
    assert f"Findings: {len(found)} (errors 0" in text


def test_json_has_a_row_a_finding(run) -> None:
    done = run("audit", "--data", ROOT / "data/raw", "--json", "-")
    findings = json.loads(done.stdout)["findings"]
    wanted = {"rule", "file", "row", "column", "severity", "message", "evidence"}
    assert findings
    assert all(wanted <= finding.keys() for finding in findings)


def test_strict_passes_on_tables_without_error(run) -> None:
    run("audit", "--data", ROOT / "data/raw", "--strict", code=0)


def test_strict_fails_on_an_error_and_the_plain_audit_does_not(
    run, data, spoil
) -> None:
    spoil("continuous.csv", 54, "n", "99")
    text = run("audit", "--data", data, "--strict", code=1).output
    assert "error: continuous.csv, row 54, column n" in text
    run("audit", "--data", data, code=0)


def test_tables_that_validate_refuses_have_its_faults_as_findings(
    run, data, spoil
) -> None:
    spoil("continuous.csv", 54, "mean", "335")
    done = run("audit", "--data", data, "--json", "-", code=0)
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["rule"], finding["row"]) == ("validate", 54)
    assert "0 to 80" in finding["message"]


def test_a_directory_that_is_not_there_is_wrong_usage(run, tmp_path) -> None:
    text = run("audit", "--data", tmp_path / "nowhere", code=2).output
    assert "nowhere: found no such directory; allowed: a directory with" in text
