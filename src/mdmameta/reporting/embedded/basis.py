"""What the results of pages rest on: one hash of all that can be named beforehand."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path

__all__ = ["Basis", "file_hash"]

#: To be raised when the kept form changes.
FORMAT = 1

#: Beginnings of the names of variables that can change what a cell computes or prints.
VARIABLES = ("LANG", "LC_", "MDMAMETA_", "MPL", "PYTHON", "SOURCE_DATE_EPOCH", "TZ")

#: Variables that say how fast, and where results are kept, and not what they are.
WITHOUT_EFFECT = {"MDMAMETA_AHEAD", "MDMAMETA_CACHE", "PYTHONDONTWRITEBYTECODE"}

#: Ends of the names of variables that change the order in which sums are taken.
THREADS = "_NUM_THREADS"

#: Folders whose names begin so hold what was made, not what it was made of.
MADE = ("_", ".")


@dataclass(frozen=True, eq=False)
class Basis:
    """Folders, versions and variables that every page of a report may use.

    Parameters
    ----------
    folders
        Each with all its files: the package, the project, the tables. A folder that
        does not exist is told from an empty one.
    environment
        Variables that cells see besides those of this process.
    setup
        Code that readies the kernel for a page.
    """

    folders: tuple[Path, ...]
    environment: Mapping[str, str]
    setup: str

    @cached_property
    def stamps(self) -> dict[str, tuple[int, int]]:
        """Time and size of every file when they were first asked for."""
        return self._stamps()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything, as it was when it was first asked for."""
        hashes = {name: file_hash(Path(name)) for name in self.stamps}
        parts = {
            "format": FORMAT,
            "python": [sys.version, sys.executable, platform.machine()],
            "libraries": sorted(f"{d.name} {d.version}" for d in distributions()),
            "files": hashes,
            "folders": [[str(one), one.is_dir()] for one in self.folders],
            "variables": _variables({**os.environ, **self.environment}),
            "setup": self.setup,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def stands(self) -> bool:
        """Tell whether all files are still as they were."""
        return self._stamps() == self.stamps

    def _stamps(self) -> dict[str, tuple[int, int]]:
        found = {}
        for path in (each for folder in self.folders for each in _files(folder)):
            stat = path.stat()
            found[str(path)] = (stat.st_mtime_ns, stat.st_size)
        return found


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, except pages, which are told apart by their code."""
    for where, names, files in os.walk(folder):
        names[:] = sorted(n for n in names if n == "__init__" or not _made(n))
        yield from (Path(where, n) for n in sorted(files) if not n.endswith(".qmd"))


def _made(name: str) -> bool:
    return name.startswith(MADE)


def _variables(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in variables.items()
        if name.startswith(VARIABLES) or name.endswith(THREADS)
        if name not in WITHOUT_EFFECT
    }


def file_hash(path: Path) -> str | None:
    """SHA-256 of a file, or of the names in a directory; None where there is neither.

    Examples
    --------
    >>> file_hash(Path("nowhere")) is None
    True
    """
    try:
        if path.is_dir():
            content = "\n".join(sorted(one.name for one in path.iterdir())).encode()
        else:
            content = path.read_bytes()
    except OSError:
        return None
    return hashlib.sha256(content).hexdigest()
