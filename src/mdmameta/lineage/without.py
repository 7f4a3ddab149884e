"""The evidence as it would be without some rows."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np

from mdmameta.lineage.graph import Graph
from mdmameta.lineage.up import rows_of_document, rows_of_trial
from mdmameta.records import Evidence
from mdmameta.schema import TABLES

__all__ = ["rows_resting_on", "without"]

#: Tables that name things and say how trials were designed, with the numbers of
#: people in them: a trial exists whoever reported it, its counts are data.
_COUNTS = {
    "arms": ("n_randomised", "n_treated", "n_primary_assessed"),
    "studies": ("n_enrolled", "n_randomised"),
    "instruments": (),
}

#: Statements of others: they are judged by rows, and no estimate rests on them.
_STATEMENTS = ("claims", "claim_numbers", "sources")


def without(evidence: Evidence, rows: Collection[str]) -> Evidence:
    """Return the evidence without some rows.

    Rows of results go. Rows that name trials, arms and instruments stay, without
    their numbers of people; statements of others stay as they are. A row that
    was set aside does not step in for one that goes.

    Parameters
    ----------
    evidence
        Checked tables; they are not changed.
    rows
        Names of rows.

    Returns
    -------
    Evidence

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> less = without(load_evidence("data/raw"), ["arm-MP2-25", "pri-MP2"])
    >>> float(less.arms.set_index("row_id")["n_randomised"]["arm-MP2-25"])
    nan
    >>> "pri-MP2" in set(less.prior_use["row_id"])
    False
    """
    gone, frames = set(rows), {}
    for name in TABLES:
        frame = evidence.to_frame(name)
        if name in _STATEMENTS or "row_id" not in frame:
            frames[name] = frame
            continue
        struck = frame["row_id"].isin(gone)
        if name in _COUNTS:
            frame.loc[struck, list(_COUNTS[name])] = np.nan
            frames[name] = frame
        else:
            frames[name] = frame[~struck]
    mark = "\n".join([evidence.digest, *sorted(gone)])
    changed = hashlib.sha256(mark.encode()).hexdigest()
    return Evidence.from_frames(frames, path=evidence.path, digest=changed)


def rows_resting_on(
    graph: Graph, kind: str, key: str, *, keep_corroborated: bool = False
) -> list[str]:
    """Names of the rows that rest on a document, or speak of a trial.

    Parameters
    ----------
    graph
        The graph of some evidence.
    kind, key
        "document" and a source id, or "trial" and its id.
    keep_corroborated
        Leave out rows that another document gives too, unless a column of
        theirs was computed: what it was computed from is not known by column.
    """
    if kind == "trial":
        return _with_derived(graph, rows_of_trial(graph, key))
    rows = rows_of_document(graph, key)
    if keep_corroborated:
        own = set(graph.library[key].ids)
        rows = [
            row
            for row in rows
            if set(graph.rows.sources(row)) <= own
            or "derived_columns" in graph.rows.cells(row)
        ]
    return _with_derived(graph, rows)


def _with_derived(graph: Graph, rows: list[str]) -> list[str]:
    """Add the rows that were computed from some rows, and so on."""
    found = dict.fromkeys(rows)
    waiting = list(rows)
    while waiting:
        made = graph.rows.made_into.get(waiting.pop(), ())
        new = [row for row in made if row not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)
