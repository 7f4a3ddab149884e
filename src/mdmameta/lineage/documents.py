"""Documents: source ids that are one text, their standing, whose people they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.schema import TABLES

__all__ = ["Document", "Library", "library", "overlap"]

#: Tables whose rows hold no data of participants, only what others said or
#: judged of trials.
_NO_PEOPLE = frozenset({"claims", "regulators", "risk_of_bias", "sources"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text, which may have several source ids.

    Parameters
    ----------
    ids
        Source ids that are this text, in the order of the table.
    citation, doi
        How it is cited.
    status, date, reason
        Its standing, since when, and why: current, corrected or retracted.
    trials
        Ids of the trials whose participants it reports on.
    pools
        Whether it reports on several of them together.
    concerns
        Concerns about the document itself, and about the conduct of those trials,
        each with its date.

    Examples
    --------
    >>> from mdmameta.lineage import Document
    >>> text = Document(
    ...     ids=("A2019",), citation="A (2019)", status="retracted", date="2024-08")
    >>> text.marks
    ('RETRACTED 2024-08',)
    """

    ids: tuple[str, ...]
    citation: str
    doi: str = ""
    status: str = "current"
    date: str = ""
    reason: str = ""
    trials: tuple[str, ...] = ()
    pools: bool = False
    concerns: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What a reader must know before trusting it, with dates."""
        since = f" {self.date}" if self.date else ""
        own = () if self.status == "current" else (f"{self.status.upper()}{since}",)
        return (*own, *self.concerns)


@dataclass(frozen=True, slots=True)
class Library:
    """All documents, found by any of their source ids.

    Parameters
    ----------
    by_id
        Source id -> document; ids that are one text share it.
    """

    by_id: Mapping[str, Document]

    def __getitem__(self, source_id: str) -> Document:
        """Return the document behind a source id."""
        return self.by_id[source_id]

    def find(self, name: str) -> Document | None:
        """Return the document with a source id or DOI, or None.

        A DOI may be given as an address or with ``doi:`` before it.
        """
        if name in self.by_id:
            return self.by_id[name]
        bare = name.lower().removeprefix("doi:")
        bare = bare.removeprefix("https://doi.org/").removeprefix("http://doi.org/")
        with_doi = (one for one in self.by_id.values() if one.doi)
        return next((one for one in with_doi if one.doi.lower() == bare), None)


def library(evidence: Evidence) -> Library:
    """Join source ids into documents, with their standing and their people.

    Ids are one document when they share a ``document_id`` or a DOI. A document
    holds the people of a trial when it is registered under the number of that
    trial, or when a row with data of the trial was read in it (what a
    document merely claims about a trial does not count).

    Parameters
    ----------
    evidence
        Checked tables.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> pooled = library(load_evidence("data/raw"))["POOL2019"]
    >>> pooled.status, pooled.date, "MP4" in pooled.trials
    ('retracted', '2024-08-10', True)
    """
    status, worries = evidence.source_status, concerns(evidence)
    people: dict[str, dict[str, bool]] = {}
    for source, trial, pooled, _ in overlap(evidence).itertuples(index=False):
        people.setdefault(source, {})[trial] = pooled
    found: dict[str, Document] = {}
    for table in _joined(evidence.sources.to_dict("records")):
        ids = tuple(str(row["source_id"]) for row in table)
        trials = {name: x for one in ids for name, x in people.get(one, {}).items()}
        worst = next((r for r in table if r["status"] == status[ids[0]]), table[0])
        one = Document(
            ids=ids,
            citation=str(table[0]["citation"]),
            doi=next((str(row["doi"]) for row in table if row["doi"]), ""),
            status=status[ids[0]],
            date=str(worst["status_date"]),
            reason=str(worst["status_reason"]),
            trials=tuple(trials),
            pools=any(trials.values()),
            concerns=(
                *(_concern(row) for row in table if row.get("concern")),
                *(
                    f"holds people of {name}: {worries[name]}"
                    for name in trials
                    if name in worries
                ),
            ),
        )
        found.update(dict.fromkeys(ids, one))
    return Library(found)


def overlap(evidence: Evidence) -> pd.DataFrame:
    """Say of which trials' participants each document reports.

    Parameters
    ----------
    evidence
        Checked tables.

    Returns
    -------
    DataFrame
        One row a source id and trial: ``source_id``, ``study_id``, ``pooled``
        (the document has numbers of this trial and others together), ``how``
        ("row" or "registry number").

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> shared = overlap(load_evidence("data/raw"))
    >>> sorted(shared.query("source_id == 'POOL2019' and pooled")["study_id"])
    ['MP1', 'MP12', 'MP2', 'MP4', 'MP8', 'MP9']
    """
    pairs: dict[tuple[str, str], tuple[bool, str]] = {}
    for name in TABLES:
        frame = evidence.to_frame(name)
        if name in _NO_PEOPLE or not {"study_id", "source_id"} <= set(frame):
            continue
        for studies, cited in zip(frame["study_id"], frame["source_id"], strict=True):
            trials = split(studies)
            for source in split(cited):
                for trial in trials:
                    pooled = pairs.get((source, trial), (False, ""))[0]
                    pairs[source, trial] = (pooled or len(trials) > 1, "row")
    studies, sources = evidence.studies, evidence.sources
    trial_of = dict(zip(studies["registry_id"], studies["study_id"], strict=True))
    for source, number in zip(sources["source_id"], sources["nct"], strict=True):
        if number and number in trial_of:
            pairs.setdefault((source, trial_of[number]), (False, "registry number"))
    rows = [(*pair, *facts) for pair, facts in pairs.items()]
    return pd.DataFrame(rows, columns=["source_id", "study_id", "pooled", "how"])


def concerns(evidence: Evidence) -> dict[str, str]:
    """Return the concerns about the conduct of trials, by trial, with their dates."""
    return {
        str(row["study_id"]): _concern(row)
        for row in evidence.studies.to_dict("records")
        if row["concern"]
    }


def _concern(row: Mapping[Any, Any]) -> str:
    since = f" {row['concern_date']}" if row.get("concern_date") else ""
    return f"CONCERN{since}: {row['concern']}"


def _joined(sources: Sequence[Mapping[Any, Any]]) -> list[list[Mapping[Any, Any]]]:
    """Group the rows of the table that are one document, in its order."""
    group = list(range(len(sources)))
    for key in ("document_id", "doi"):
        first: dict[str, int] = {}
        for i, row in enumerate(sources):
            name = str(row[key]).lower()
            if name and (other := first.setdefault(name, i)) != i:
                old, new = group[i], group[other]
                group = [new if one == old else one for one in group]
    rows: dict[int, list[Mapping[Any, Any]]] = {}
    for row, number in zip(sources, group, strict=True):
        rows.setdefault(number, []).append(row)
    return list(rows.values())
