"""Tables and sentences of the report about statements of others."""

from __future__ import annotations

from mdmameta.claims import VERDICTS, Entry
from mdmameta.errors import OptionError
from mdmameta.records.links import split
from mdmameta.reporting.named import named
from mdmameta.reporting.page import Markdown
from mdmameta.reporting.results import Results
from mdmameta.reporting.sentences import joined
from mdmameta.tables.numbers import typeset
from mdmameta.tables.printable import markdown

__all__ = ["ledger_section", "ledger_sentence", "verdict_counts"]


#: Rows that are named beside a statement; `mdmameta trace` and the JSON have all.
SHOWN = 3

#: Quantities whose names are no words.
_NAMES = {
    "ci_low": "lower limit",
    "ci_high": "upper limit",
    "size_low": "lower limit",
    "size_high": "upper limit",
    "pi_low": "lower prediction limit",
    "pi_high": "upper prediction limit",
    "tau2": "τ²",
    "tau2_high": "upper limit of τ²",
    "tau_median": "median of τ",
    "i2": "I²",
    "q": "Q",
    "q_p": "p of Q",
    "se": "standard error",
}


def ledger_sentence(results: Results) -> str:
    """Count the statements by verdict."""
    parts = [f"{n} {verdict}" for verdict, n in results.ledger.counts.items() if n]
    return f"Of {len(results.ledger)} statements, these are: {joined(parts)}."


def verdict_counts(results: Results) -> Markdown:
    """Return verdicts with their counts, each a link to its section."""
    lines = [
        f"- [{verdict.capitalize()}](#{anchor(verdict)}): {n}"
        for verdict, n in results.ledger.counts.items()
    ]
    return Markdown("\n".join(lines))


def ledger_section(results: Results, verdict: str) -> Markdown:
    """Return the statements with one verdict, each with its numbers and sources.

    Parameters
    ----------
    results
        Analyses of the report.
    verdict
        One of the verdicts.

    Raises
    ------
    OptionError
        There is no such verdict.
    """
    if verdict not in VERDICTS:
        raise OptionError(
            f"there is no verdict {verdict!r}; there are: {', '.join(VERDICTS)}."
        )
    status = results.evidence.source_status
    lines = [
        _row(entry, status) for entry in results.ledger if entry.verdict == verdict
    ]
    head = ("Statement", "Published", "Recomputed", "Convention, reason", "Source")
    rule = "|:" + "-" * 30 + "|:" + "-" * 18 + "|:" + "-" * 18 + "|:" + "-" * 30
    rows = [_line(head), f"{rule}|:{'-' * 14}|", *lines]
    return Markdown("\n".join(rows) if lines else "None.")


def anchor(verdict: str) -> str:
    """Return the name of the section of a verdict.

    Examples
    --------
    >>> anchor("consistent, not reproduced")
    'consistent-not-reproduced'
    """
    return verdict.replace(",", "").replace(" ", "-")


def _row(entry: Entry, status: dict[str, str]) -> str:
    now = entry.recomputed
    published = [f"{_name(p.quantity)} {p.text}" for p in entry.printed]
    computed = [
        f"{_name(p.quantity)} {p.beside(value)}"
        for p in entry.printed
        if (value := now.get(p.quantity)) is not None
    ]
    attempt = entry.finding.attempt
    told = entry.finding.why or ("" if attempt is None else attempt.words)
    told = named(told, _codes(entry))
    cells = (entry.claim["statement"], ", ".join(published), ", ".join(computed), told)
    first, *others, told = (markdown(typeset(text)) for text in cells)
    marked = f"[{first}]{{#{entry.id}}} {_link(entry)}"
    return _line((marked, *others, f"{told} {_rows(entry)}", _sources(entry, status)))


def _link(entry: Entry) -> str:
    """Name of a statement, as a link to its place that says how to trace it."""
    title = f"mdmameta trace claim:{entry.id}"
    return f'[{markdown(entry.id)}](#{entry.id}){{.claim-id title="{title}"}}'


def _rows(entry: Entry) -> str:
    """Raw rows that a statement was computed from; the first few by name."""
    rows = split(entry.claim["rows"])
    if not rows:
        return ""
    named = ", ".join(f"`{row}`" for row in rows[:SHOWN])
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"From {named}{more}."


def _codes(entry: Entry) -> dict[str, str]:
    """Names of quantities that are no words, and what the words for them are."""
    coded = [*_NAMES, *(p.quantity for p in entry.printed)]
    return {
        "First divergent step": "First number that differs,",
        **{code: _name(code) for code in coded if "_" in code},
    }


def _name(quantity: str) -> str:
    """Name a quantity; of one that is numbered or qualified, each part.

    Examples
    --------
    >>> _name("ci_low"), _name("se_1"), _name("n_active")
    ('lower limit', 'standard error 1', 'n active')
    """
    if quantity in _NAMES:
        return _NAMES[quantity]
    return " ".join(_NAMES.get(part, part) for part in quantity.split("_"))


def _sources(entry: Entry, status: dict[str, str]) -> str:
    shown = []
    for source in split(entry.claim["source_id"]):
        known = status.get(source, "current")
        shown.append(f"[@{source}]" + ("" if known == "current" else f" ({known})"))
    return ", ".join(shown)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
