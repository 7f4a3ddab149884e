"""Rows against rows: references, duplicates, and what a row speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from mdmameta.errors import Fault
from mdmameta.raw import RawTable
from mdmameta.schema import Column

__all__ = ["link_faults", "split"]


def split(cell: str) -> tuple[str, ...]:
    """Return the values of a cell that may hold several.

    Examples
    --------
    >>> split("MP1_2011; LUOMA2020")
    ('MP1_2011', 'LUOMA2020')
    """
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _unknown(raw: RawTable, column: Column, target: RawTable) -> Iterator[Fault]:
    field = column.refers.split(".")[1]
    known = {name for name in target.frame[field].tolist() if name}
    if not known:
        yield from _unanswered(raw, column, target)
        return
    for line, cell in raw.rows(column.name):
        for name in split(cell) if column.many else (cell,):
            if name and name not in known:
                close = get_close_matches(name, sorted(known), n=1)
                hint = f"Did you mean {close[0]}? " if close else ""
                yield Fault(
                    file=raw.table.file,
                    row=line,
                    column=column.name,
                    found=repr(name),
                    allowed=f"what {target.table.file} has in {field}",
                    cure=f"{hint}Correct it, or add it to {target.table.file}.",
                )


def _unanswered(raw: RawTable, column: Column, target: RawTable) -> Iterator[Fault]:
    filled = int((raw.frame[column.name] != "").sum())
    if filled:
        yield Fault(
            file=raw.table.file,
            column=column.name,
            found=f"{filled} cells filled in, and {target.table.file} has no rows",
            allowed=f"what {target.table.file} has in {column.refers.split('.')[1]}",
            cure=f"Add rows to {target.table.file}.",
        )


def _references(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    for raw in tables.values():
        for column in raw.table.columns:
            if column.refers:
                name, field = column.refers.split(".")
                target = tables[name]
                if field in target.header:
                    yield from _unknown(raw, column, target)
        if "derived_columns" in raw.table.names:
            yield from _unknown_columns(raw)


def _unknown_columns(raw: RawTable) -> Iterator[Fault]:
    for line, cell in raw.rows("derived_columns"):
        for name in split(cell):
            if name not in raw.table.names:
                yield Fault(
                    file=raw.table.file,
                    row=line,
                    column="derived_columns",
                    found=repr(name),
                    allowed="columns of this table",
                    cure="Name the columns that were computed.",
                )


def _foreign_arms(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    arms = tables["arms"].frame
    owner = dict(zip(arms["arm_id"], arms["study_id"], strict=True))
    for raw in tables.values():
        if raw.table.name == "arms" or "arm_id" not in raw.table.names:
            continue
        for line, study, arm in raw.rows("study_id", "arm_id"):
            if arm and owner.get(arm, study) != study:
                yield Fault(
                    file=raw.table.file,
                    row=line,
                    column="arm_id",
                    found=f"{arm!r}, an arm of {owner[arm]!r}",
                    allowed=f"an arm of {study!r}, the trial of the row",
                    cure="Correct study_id or arm_id.",
                )


def _duplicate_ids(tables: Mapping[str, RawTable]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for raw in tables.values():
        if "row_id" not in raw.table.names:
            continue
        for line, row_id in raw.rows("row_id"):
            place = f"{raw.table.file}, row {line}"
            if row_id and row_id in seen:
                yield Fault(
                    file=raw.table.file,
                    row=line,
                    column="row_id",
                    found=f"{row_id!r}, as in {seen[row_id]}",
                    allowed="a name that no other row of any table has",
                    cure="Rename the newer row.",
                )
            seen.setdefault(row_id, place)


def _duplicate_rows(raw: RawTable) -> Iterator[Fault]:
    identity = list(raw.table.identity)
    if len(identity) == 1:
        return
    judged = "preferred" in raw.table.names
    kept = raw.frame["preferred"].tolist() if judged else ["yes"] * len(raw.lines)
    first: dict[tuple[str, ...], int] = {}
    for (line, *cells), preferred in zip(raw.rows(*identity), kept, strict=True):
        key = tuple(cells)
        if preferred == "no":
            continue
        if key in first:
            cure = "Take one out"
            if judged:
                cure += ", or keep both and set preferred to no in one"
            yield Fault(
                file=raw.table.file,
                row=line,
                found=f"the same {', '.join(identity)} as in row {first[key]}",
                allowed="one row for each",
                cure=f"{cure}.",
            )
        first.setdefault(key, line)


def _scope(raw: RawTable) -> Iterator[Fault]:
    wanted = {
        "arm": (True, True, "a study_id and an arm_id"),
        "study": (True, False, "a study_id and no arm_id"),
        "pooled": (False, False, "neither study_id nor arm_id"),
    }
    for line, scope, study, arm in raw.rows("scope", "study_id", "arm_id"):
        has_study, has_arm, words = wanted.get(scope, (bool(study), bool(arm), ""))
        if (has_study, has_arm) != (bool(study), bool(arm)):
            yield Fault(
                file=raw.table.file,
                row=line,
                column="scope",
                found=f"{scope!r} with study_id {study!r} and arm_id {arm!r}",
                allowed=f"for {scope!r}: {words}",
                cure="Correct scope, or fill in what it speaks of.",
            )


def _documents(raw: RawTable) -> Iterator[Fault]:
    known: dict[str, tuple[str, int]] = {}
    for line, doi, document in raw.rows("doi", "document_id"):
        name = doi.lower()
        if (
            name
            and document
            and known.setdefault(name, (document, line))[0] != document
        ):
            yield Fault(
                file=raw.table.file,
                row=line,
                column="document_id",
                found=f"{document!r} for a DOI that is {known[name][0]!r} elsewhere",
                allowed="one document_id for one DOI",
                cure=f"Compare with row {known[name][1]}.",
            )


def link_faults(tables: Mapping[str, RawTable]) -> list[Fault]:
    """List broken references, duplicates, and rows that speak of nothing.

    References are not checked into a table that the directory does not have, or
    whose column of names is missing.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.raw import read_tables
    >>> link_faults(read_tables(Path("data/raw")))
    []
    """
    faults = [*_references(tables), *_foreign_arms(tables), *_duplicate_ids(tables)]
    for raw in tables.values():
        faults.extend(_duplicate_rows(raw))
        if "scope" in raw.table.names:
            faults.extend(_scope(raw))
    return [*faults, *_documents(tables["sources"])]
