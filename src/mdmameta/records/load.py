"""The door: a directory of tables to Evidence, or one error with every fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdmameta.errors import Fault, RecordError
from mdmameta.raw import RawTable, digest, read_tables
from mdmameta.records.columns import column_faults
from mdmameta.records.derivations import derivation_faults
from mdmameta.records.evidence import Evidence
from mdmameta.records.links import link_faults
from mdmameta.records.numbers import number_faults
from mdmameta.records.primary import primary_faults
from mdmameta.records.times import time_faults
from mdmameta.schema import REQUIRED, TABLES, disagreements

__all__ = ["check_tables", "load_evidence"]

#: Rules between rows and tables.
_CHECKS = (link_faults, time_faults, derivation_faults, number_faults, primary_faults)


def _package_faults(path: Path, tables: Mapping[str, RawTable]) -> list[Fault]:
    file = path / "datapackage.json"
    if not file.is_file():
        return []
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        return [
            Fault(
                file=file.name,
                found=str(error),
                allowed="a Data Package in JSON",
                cure="Correct the file, or take it out.",
            )
        ]
    headers = {name: raw.header for name, raw in tables.items() if raw.header}
    found = disagreements(package, headers)
    if (described := _described(package)) <= headers.keys():
        return found
    # Vocabularies are columns of many tables: without one of them all would differ.
    found = [one for one in found if not (one.column or "").startswith("vocabularies")]
    absent = (TABLES[name].file for name in TABLES if name in described - set(REQUIRED))
    return [*found, *(_missing(one) for one in absent if not (path / one).is_file())]


def _missing(file: str) -> Fault:
    return Fault(
        file=file,
        found="no such file",
        allowed="every table that datapackage.json describes",
        cure="Put the file back, or take its description out.",
    )


def _described(package: Any) -> set[str]:
    resources = package.get("resources", ()) if isinstance(package, dict) else ()
    return {str(one.get("name")) for one in resources if isinstance(one, dict)}


def check_tables(path: str | Path) -> list[Fault]:
    """List every fault of a directory of tables.

    Parameters
    ----------
    path
        Directory with ``sources.csv``, ``studies.csv`` and ``arms.csv``; the
        other tables are read where they exist. A ``datapackage.json`` beside
        them must describe them as they are; it may be missing.

    Returns
    -------
    list of Fault
        In the order of tables and lines; empty if all is well.

    Examples
    --------
    >>> check_tables("data/raw")
    []
    >>> check_tables("nowhere")[0].found
    'no such directory'
    """
    return _read_and_check(Path(path))[1]


def _read_and_check(path: Path) -> tuple[Mapping[str, RawTable], list[Fault]]:
    if not path.is_dir():
        allowed = "a directory with sources.csv, studies.csv and arms.csv"
        cure = "Correct the path."
        found = "no such directory"
        return {}, [Fault(file=str(path), found=found, allowed=allowed, cure=cure)]
    tables = read_tables(path)
    faults = [fault for raw in tables.values() for fault in raw.faults]
    for raw in tables.values():
        faults.extend(column_faults(raw))
    waiting = {raw.table.file for raw in tables.values() if _lacks_columns(raw)}
    for check in _CHECKS:
        faults.extend(f for f in check(tables) if f.file not in waiting)
    faults.extend(_package_faults(path, tables))
    files = [table.file for table in TABLES.values()]
    return tables, sorted(faults, key=lambda fault: _order(fault, files))


def _lacks_columns(raw: RawTable) -> bool:
    required = {column.name for column in raw.table.columns if column.required}
    return bool(raw.header) and not required <= set(raw.header)


def _order(fault: Fault, files: list[str]) -> tuple[int, int]:
    position = files.index(fault.file) if fault.file in files else len(files)
    return position, fault.row or 0


def load_evidence(path: str | Path = "data/raw") -> Evidence:
    """Read a directory of tables, check them, and return them as evidence.

    Parameters
    ----------
    path
        Directory of the tables; ``data/raw`` is where a clone keeps them.

    Returns
    -------
    Evidence
        Linked and checked. That a row rests on a retracted document is no
        fault; :meth:`Evidence.status_of` says so for every row.

    Raises
    ------
    RecordError
        Once, with every fault found: file, row, column, what was found, what
        is allowed, and what to do.

    Examples
    --------
    >>> evidence = load_evidence("data/raw")
    >>> evidence.studies["label"].iloc[0]
    'Mithoefer 2011'
    """
    place = Path(path)
    tables, faults = _read_and_check(place)
    if faults:
        raise RecordError(faults)
    frames = {name: raw.frame for name, raw in tables.items()}
    lines = {name: raw.lines for name, raw in tables.items()}
    return Evidence.from_frames(frames, path=place, digest=digest(place), lines=lines)
