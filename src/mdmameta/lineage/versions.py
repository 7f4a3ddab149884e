"""Tables as they stood at a revision of git, or as they stand in a directory."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mdmameta.errors import Fault, RecordError
from mdmameta.raw import RawTable, parse_table, read_tables
from mdmameta.schema import REQUIRED, TABLES

__all__ = ["Version", "version_at", "version_in"]


@dataclass(frozen=True, eq=False, slots=True)
class Version:
    """One version of the tables.

    Parameters
    ----------
    name
        Revision or directory, as a reader knows it.
    tables
        Every table by name, as read; judged by nothing.
    """

    name: str
    tables: Mapping[str, RawTable]


def version_in(directory: str | Path) -> Version:
    """Read the tables of a directory.

    Raises
    ------
    RecordError
        When there is no such directory, or it lacks a required table.

    Examples
    --------
    >>> version_in("data/raw").tables["arms"].faults
    ()
    """
    path = Path(directory)
    if not path.is_dir():
        cure = "Correct the path."
        raise _wrong(str(path), "no such directory", "a directory of tables", cure)
    return _complete(Version(str(path), read_tables(path)))


def version_at(revision: str, data: str | Path) -> Version:
    """Read the tables as they stood at a revision of git, or in a directory.

    Parameters
    ----------
    revision
        Anything that ``git rev-parse`` knows, such as ``HEAD~3``, a tag or the
        beginning of a commit; or else an existing directory of tables.
    data
        Directory of the tables now, inside the work tree. Nothing in it is
        changed or checked out.

    Raises
    ------
    RecordError
        When git is not installed, ``data`` is in no repository, or there is no
        such revision, or it has no tables there.
    """
    place = Path(data)
    if Path(revision).is_dir() and not _commit(revision, place):
        return version_in(revision)
    commit = _commit(revision, place)
    if not commit:
        raise _unknown(revision, place)
    listed = _git(place, "ls-tree", "--name-only", commit, "./").stdout.decode()
    there = set(listed.splitlines())
    tables = {
        name: parse_table(table, _shown(place, commit, table.file))
        if table.file in there
        else parse_table(table, ",".join(table.names).encode())
        for name, table in TABLES.items()
    }
    if not there & {table.file for table in TABLES.values()}:
        allowed = f"a revision with tables in {place}"
        cure = "Name a later revision, or the directory where they were: --data."
        raise _wrong(revision, "no tables at this revision", allowed, cure)
    return Version(revision, tables)


def _shown(place: Path, commit: str, file: str) -> bytes:
    return _git(place, "show", f"{commit}:./{file}").stdout


def _commit(revision: str, place: Path) -> str:
    asked = f"{revision}^{{commit}}"
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    done = _git(place, *words)
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def _git(place: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ("git", "-C", str(place), *words), capture_output=True, check=False
        )
    except FileNotFoundError as error:
        allowed = "git, or a directory of tables instead of a revision"
        cure = "Install git, or give a directory."
        raise _wrong("git", "no such program", allowed, cure) from error


def _unknown(revision: str, place: Path) -> RecordError:
    if not place.is_dir():
        return _wrong(str(place), "no such directory", "a directory", "Correct --data.")
    if _git(place, "rev-parse", "--git-dir").returncode != 0:
        allowed = "a directory inside a git repository"
        cure = "Give a directory of older tables instead of a revision."
        return _wrong(str(place), "no git repository", allowed, cure)
    allowed = "a revision such as HEAD~1, a tag or a commit, or a directory"
    cure = "See what there is: git log --oneline -- " + place.name
    return _wrong(revision, "no such revision or directory", allowed, cure)


def _complete(version: Version) -> Version:
    faults = [
        fault
        for name in REQUIRED
        for fault in version.tables[name].faults
        if fault.found == "no such file"
    ]
    if faults:
        raise RecordError(faults)
    return version


def _wrong(file: str, found: str, allowed: str, cure: str) -> RecordError:
    return RecordError([Fault(file=file, found=found, allowed=allowed, cure=cure)])
