"""Tables of the report about how well numbers were read, and what retractions touch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from mdmameta.analyses.catalogue import MAIN_MODEL, MODELS, SETS
from mdmameta.lineage import Graph, impact, levels
from mdmameta.lineage.affected import Impact
from mdmameta.models.fit import Fit
from mdmameta.reporting.results import Results
from mdmameta.reporting.sentences import zero_words
from mdmameta.schema.column import VERIFICATION
from mdmameta.sensitivity import deciding_fit
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION as WORDS
from mdmameta.tables.numbers import GAP, count, percent, pooled

__all__ = ["levels_table", "retractions_table"]


def levels_table(results: Results) -> Table:
    """Each contrast set's weight by verification, and the refit to rows from texts.

    Parameters
    ----------
    results
        Analyses of the report.

    Returns
    -------
    Table
        One row a set; a set without a refit says why in the notes.
    """
    found = levels(results.lineage)
    rows = []
    reasons: dict[str, list[str]] = {}
    for name, one in SETS.items():
        standing = found[f"{name}/{MAIN_MODEL}"]
        shown = [level for level in VERIFICATION if standing.shares.get(level)]
        rows.append(
            {
                "contrast set": one.title,
                "weight by level": ", ".join(
                    f"{percent(standing.shares[level])} {WORDS[level]}"
                    for level in shown
                ),
                "k": count(standing.fit.k),
                "all rows": pooled(results.deciding(name)),
                "k from texts": count(standing.alone.k if standing.alone else 0),
                "rows read in a text": _alone(standing.alone),
            }
        )
        if standing.reason is not None:
            why, counted = _parted(str(standing.reason))
            reasons.setdefault(why, []).append(f"{one.title}{counted}")
    notes = [f"{why}: {'; '.join(sets)}." for why, sets in reasons.items()]
    return as_table(pd.DataFrame(rows), align="llrrrr", notes=notes)


def retractions_table(results: Results) -> Table:
    """List what documents that are not current touch, and what is left without.

    Parameters
    ----------
    results
        Analyses of the report.

    Returns
    -------
    Table
        A row for each document and contrast set that rests on it, or one row
        for a document on which none does.
    """
    library = results.lineage.library
    flagged = dict.fromkeys(
        one.ids[0] for one in library.by_id.values() if one.status != "current"
    )
    rows = [row for source in flagged for row in _rows(results.lineage, source)]
    return as_table(pd.DataFrame(rows), align="lllrlrrl")


def _parted(reason: str) -> tuple[str, str]:
    """Part a reason into what sets share and how many rows each of them has.

    Examples
    --------
    >>> _parted("No refit: none of the 9 rows behind it was read (9 derived).")
    ('No refit: none of the rows behind it was read', ' (9 derived by a formula)')
    """
    counted = re.search(r" [(][^)]*[)]", reason)
    brackets = counted[0] if counted else ""
    told = re.sub(r"[a-z_]+", lambda at: WORDS.get(at[0], at[0]), brackets)
    shared = re.sub(r"[0-9]+ (?=rows)", "", reason.replace(brackets, "")).rstrip(".")
    return shared, told


def _alone(fit: Fit | None) -> str:
    if fit is None:
        return GAP
    return pooled(deciding_fit(fit.effects, MODELS[MAIN_MODEL]))


def _rows(graph: Graph, source: str) -> Iterator[dict[str, Any]]:
    found, document = impact(graph, source), graph.library[source]
    shared = {
        "source": source,
        "status": f"{document.status} {document.date}".strip(),
        "people of": "; ".join(document.trials) or GAP,
        "raw rows": count(len(found.rows)),
    }
    yield from ({**shared, **one} for one in _sets(found))


def _sets(found: Impact) -> Iterator[dict[str, str]]:
    for one in found.sets:
        left = one.decided.after
        yield {
            "contrast set": SETS[one.name].title,
            "with it": pooled(one.decided.before),
            "without it": pooled(left) if left else "nothing is left",
            "verdict": _change(one.decided.before, left),
        }
    if not found.sets:
        gaps = dict.fromkeys(("with it", "without it", "verdict"), GAP)
        yield {"contrast set": "none rests on it", **gaps}


def _change(before: Fit, after: Fit | None) -> str:
    words = zero_words(before), zero_words(after) if after else "no estimate"
    return f"{words[0]}, {'unchanged' if words[0] == words[1] else f'then {words[1]}'}"
