"""Tables of the evidence: trials, arms, sources, and how well it is verified."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.records import Evidence
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import GAP, count
from mdmameta.tables.printable import Table, as_table

#: Tables of facts that have a level of verification on every row.
VERIFIED_TABLES = ("studies", "arms", "continuous", "binary", "blinding", "prior_use")

#: Codes of the raw tables in words.
CODES = {
    "low_dose": "low dose",
    "single_arm": "single arm",
    "double_blind": "double-blind",
    "open_label": "open label",
}


def trials_table(evidence: Evidence, studies: Sequence[str] | None = None) -> Table:
    """Print what characterises each trial.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of trials, in the order wanted; all by default.

    Returns
    -------
    Table
        Recorded concerns about a trial are its notes.

    Raises
    ------
    OptionError
        For an unknown trial.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = trials_table(load_evidence("data/raw"), ["MAPP1"])
    >>> table.frame.loc[0, ["trial", "year", "randomised"]].tolist()
    ['MAPP1: Mitchell 2021', '2021', '90']
    """
    rows = picked(evidence.studies, studies)
    outcome = rows["primary_instrument"] + ", " + rows["primary_timepoint"]
    frame = pd.DataFrame(
        {
            "trial": list(map(_trial, rows["study_id"], rows["label"])),
            "registry": rows["registry_id"],
            "phase": rows["phase"],
            "year": [_year(year) for year in rows["year"]],
            "design": _words(rows["design"]),
            "control": rows["control"],
            "randomised": [count(n) for n in rows["n_randomised"]],
            "primary outcome": outcome.str.strip(", "),
            "status": rows["status"],
        }
    )
    concerns = [
        f"{trial}: {concern}"
        for trial, concern in zip(frame["trial"], rows["concern"], strict=True)
        if concern
    ]
    return as_table(frame, align="lllrllrll", notes=concerns)


def arms_table(evidence: Evidence, studies: Sequence[str] | None = None) -> Table:
    """Print the arms of trials: doses and numbers of people.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of trials, in the order wanted; all by default.

    Returns
    -------
    Table
        One row an arm, in the order of the file within each trial; arms that
        rest on a source that is not current are named in the notes. Doses are left
        out where no arm has one.

    Raises
    ------
    OptionError
        For an unknown trial.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = arms_table(load_evidence("data/raw"), ["MAPP1"])
    >>> table.frame.loc[0, ["arm", "role", "randomised", "assessed"]].tolist()
    ['MAPP1-MDMA', 'active', '46', '42']
    """
    rows = picked(evidence.arms, studies)
    standing = evidence.status_of(rows["row_id"]).set_index("row_id")
    levels = rows["row_id"].map(standing["verification"])
    frame = pd.DataFrame(
        {
            "arm": rows["arm_id"],
            "role": rows["role"],
            "dose, mg": [_dose(*dose) for dose in _pairs(rows, "dose_mg", "dose_text")],
            "randomised": [count(n) for n in rows["n_randomised"]],
            "treated": [count(n) for n in rows["n_treated"]],
            "assessed": [count(n) for n in rows["n_primary_assessed"]],
            "verification": [VERIFICATION.get(v, v) for v in levels],
            "sources": rows["source_id"].str.replace(";", "; "),
        }
    )
    flagged = [
        f"{arm} rests on a {state} source: {ids}."
        for arm, state, ids in zip(
            rows["arm_id"],
            rows["row_id"].map(standing["status"]),
            rows["row_id"].map(standing["flagged"]),
            strict=True,
        )
        if ids
    ]
    notes = ("Assessed: primary outcome.", *flagged)
    if frame["dose, mg"].eq(GAP).all():  # nothing that has a dose was given
        return as_table(frame.drop(columns="dose, mg"), align="llrrrll", notes=notes)
    return as_table(frame, align="lllrrrll", notes=notes)


def sources_table(evidence: Evidence, *, only_flagged: bool = False) -> Table:
    """Print the documents and their standing.

    Parameters
    ----------
    evidence
        Checked tables.
    only_flagged
        Whether documents that are current are left out.

    Returns
    -------
    Table
        One row a document, with the reason for a standing that is not current.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = sources_table(load_evidence("data/raw"), only_flagged=True)
    >>> table.frame.loc[0, ["source", "status", "DOI"]].tolist()
    ['POOL2019', 'retracted', '10.1007/s00213-019-05249-5']
    """
    rows = evidence.sources
    if only_flagged:
        rows = rows[rows["status"] != "current"]
    frame = pd.DataFrame(
        {
            "source": rows["source_id"],
            "citation": rows["citation"],
            "DOI": rows["doi"],
            "kind": rows["kind"],
            "status": rows["status"],
            "reason": rows["status_reason"],
        }
    )
    return as_table(frame, align="llllll")


def study_flow_table(evidence: Evidence) -> Table:
    """Print the boxes of the PRISMA 2020 flow diagram; a gap is seen as a gap.

    Parameters
    ----------
    evidence
        Checked tables.

    Returns
    -------
    Table
        One row a box, in the order of the diagram. A box without a count has its
        reason in the last column.

    References
    ----------
    Page and others 2021, doi:10.1136/bmj.n71.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = study_flow_table(load_evidence("data/raw"))
    >>> table.frame.iloc[0]["why there is no count"]
    'no source'
    """
    rows = evidence.study_flow
    frame = pd.DataFrame(
        {
            "stage": rows["stage"],
            "by way of": rows["stream"],
            "box": rows["label"],
            "n": rows["n"].map(count),
            "why there is no count": rows["gap"],
        }
    )
    return as_table(frame, align="lllrl")


def verification_table(evidence: Evidence) -> Table:
    """Count the rows of each table by their level of verification.

    Parameters
    ----------
    evidence
        Checked tables.

    Returns
    -------
    Table
        Levels from strongest to weakest, with a row of totals.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = verification_table(load_evidence("data/raw"))
    >>> table.frame.iloc[-1, 0]
    'all'
    """
    levels = evidence.status_of().groupby("table")["verification"].value_counts()
    counts = levels.unstack(fill_value=0).reindex(list(VERIFIED_TABLES), fill_value=0)  # noqa: PD010
    counts = counts.reindex(columns=list(VERIFICATION), fill_value=0)
    counts = pd.concat([counts, counts.sum().to_frame("all").T])
    frame = counts.rename(columns=dict(VERIFICATION)).map(count)
    frame.insert(0, "table", [str(name).replace("_", " ") for name in counts.index])
    note = "A row with a computed column is at best derived."
    return as_table(frame, align="l" + "r" * len(VERIFICATION), notes=(note,))


def picked(frame: pd.DataFrame, studies: Sequence[str] | None) -> pd.DataFrame:
    """Keep the rows of some trials, in the order of their ids; all for None.

    Raises
    ------
    OptionError
        For a trial that the table has not, with those it has.
    """
    if studies is None:
        return frame
    known = set(frame["study_id"])
    if unknown := [study for study in studies if study not in known]:
        raise OptionError(
            f"study {unknown[0]!r} is not in the tables; "
            f"allowed: {', '.join(sorted(known))}."
        )
    parts = [frame[frame["study_id"] == study] for study in studies]
    return pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0]


def _trial(study: str, label: str) -> str:
    """Name a trial by its id and its label, which alone is enough if it has the id.

    Examples
    --------
    >>> _trial("MP1", "Mithoefer 2011"), _trial("MP4", "MP-4, Canada")
    ('MP1: Mithoefer 2011', 'MP-4, Canada')
    """
    known = re.sub(r"\W", "", label).casefold()
    return label if study.casefold() in known else f"{study}: {label}"


def _words(codes: pd.Series[str]) -> pd.Series[str]:
    return codes.map(lambda code: CODES.get(code, code))


def _pairs(rows: pd.DataFrame, one: str, other: str) -> list[tuple[float, str]]:
    return list(zip(rows[one], rows[other], strict=True))


def _dose(mg: float, text: str) -> str:
    if text:
        return text
    return GAP if np.isnan(mg) else f"{mg:g}"


def _year(year: float) -> str:
    return GAP if np.isnan(year) else f"{year:.0f}"
