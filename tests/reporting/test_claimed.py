import re

import pytest

from mdmameta.claims import VERDICTS
from mdmameta.errors import OptionError
from mdmameta.reporting import claimed


def test_every_statement_is_in_one_section_with_its_sources(results) -> None:
    texts = {v: claimed.ledger_section(results, v).text for v in VERDICTS}
    counts = {v: max(0, text.count("\n") - 1) for v, text in texts.items()}
    assert counts == results.ledger.counts
    for entry in results.ledger:
        for source in entry.claim["source_id"].split(";"):
            assert f"[@{source}]" in texts[entry.verdict]


def test_a_retracted_source_is_called_so(results) -> None:
    text = claimed.ledger_section(results, "consistent, not reproduced").text
    assert "[@LTFU2020] (retracted)" in text


def test_statements_are_counted_by_verdict(results) -> None:
    text = claimed.ledger_sentence(results)
    assert text.startswith(f"Of {len(results.ledger)} statements")
    assert f"{results.ledger.counts['contradicted']} contradicted" in text
    links = claimed.verdict_counts(results).text
    assert all(
        f"(#{claimed.anchor(v)}): {n}" in links
        for v, n in results.ledger.counts.items()
    )


def test_a_statement_links_to_itself_and_names_its_rows(results) -> None:
    text = claimed.ledger_section(results, "reproduced").text
    (line,) = [one for one in text.splitlines() if "{#p3c18}" in one]
    assert '[p3c18](#p3c18){.claim-id title="mdmameta trace claim:p3c18"}' in line
    assert "From `bin-MAPP2-MDMA-lossofdiagnosis-week-18`, `bin-MAPP2-PBO" in line
    long = next(e for e in results.ledger if e.claim["rows"].count(";") > 3)
    many = claimed.ledger_section(results, long.verdict).text
    assert f" and {long.claim['rows'].count(';') + 1 - claimed.SHOWN} more" in many


def test_a_verdict_that_does_not_exist_is_refused(results) -> None:
    with pytest.raises(OptionError, match="there is no verdict 'true'"):
        claimed.ledger_section(results, "true")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_reasons_are_told_in_words_and_not_in_names_of_columns(
    results, verdict: str
) -> None:
    text = claimed.ledger_section(results, verdict).text
    words = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|\S*\{[^}]*\}", "", text)
    assert re.findall(r"\b[a-z]+\w*_\w+\b", words) == []
    assert "divergent step" not in words
