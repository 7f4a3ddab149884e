"""Whether a page needs to be computed: what is kept of it, and what may be kept."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import source_from_cache
from itertools import islice
from pathlib import Path
from typing import Any

from mdmameta.reporting.embedded import kept
from mdmameta.reporting.embedded.basis import Basis, file_hash
from mdmameta.reporting.embedded.execute import Results
from mdmameta.reporting.embedded.inline import INLINE
from mdmameta.reporting.embedded.page import Cell, Page, Prose

__all__ = ["Memory"]

#: Names in code after which an answer may differ where every file is the same.
CLOCK = {"datetime", "now", "perf_counter", "time", "today"}
CHANCE = {"default_rng", "random", "secrets", "urandom", "uuid", "uuid1", "uuid4"}
SURROUNDINGS = {
    "concurrent",
    "environ",
    "getenv",
    "gethostname",
    "getpid",
    "input",
    "multiprocessing",
    "socket",
    "subprocess",
}

#: Names of readers that open files without Python's knowledge.
UNSEEN = {
    "ctypes",
    "from_netcdf",
    "h5py",
    "load_fit",
    "open_dataset",
    "read_feather",
    "read_hdf",
    "read_orc",
    "read_parquet",
    "sqlite3",
}

UNSURE = CLOCK | CHANCE | SURROUNDINGS | UNSEEN

#: Folder of compiled modules.
COMPILED = "__pycache__"

#: Places whose content is the machine's, or this run's, and no part of a report.
MACHINE = (Path("/dev"), Path("/proc"), Path("/sys"))


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What is kept of the pages of one report, and what may be added.

    Parameters
    ----------
    basis
        What all pages rest on.
    apart
        Folders whose files are no reason to compute a page again: that of the
        kernel itself, and what libraries keep for themselves.
    passing
        Folders in which a cell may write and the page is kept all the same: nothing
        that stays there is part of a report.
    begun
        Seconds since the epoch: a file changed later may have been read before.
    """

    basis: Basis
    apart: tuple[Path, ...] = ()
    passing: tuple[Path, ...] = ()
    begun: float = field(default_factory=time.time)

    def known(self, page: Page) -> Results | None:
        """Results of a page, if everything that they rest on is as it was."""
        if not _may_be_kept(page) or (entry := kept.get(self._key(page))) is None:
            return None
        if any(file_hash(Path(at)) != was for at, was in entry.rests_on.items()):
            return None
        return _aligned(page, entry.results)

    def keep(
        self, page: Page, results: Results, reached: Mapping[str, Sequence[str]]
    ) -> None:
        """Keep what a page gave, unless it rests on what cannot be looked up again.

        Parameters
        ----------
        page, results
            The page, and what its blocks gave.
        reached
            What the kernel reached for since its start, as `Reached.said` has it.
        """
        if not _may_be_kept(page) or reached["elsewhere"]:
            return
        if any(self._stays(Path(path)) for path in reached["written"]):
            return
        rests_on = self._rests_on([*reached["opened"], *reached["listed"]])
        late = any(_changed_since(self.begun, Path(path)) for path in rests_on)
        if not late and self.basis.stands():
            kept.put(self._key(page), kept.Entry(rests_on, _items(page, results)))

    def _key(self, page: Page) -> str:
        evaluated = [b.options.get("eval") for b in page.blocks if isinstance(b, Cell)]
        text = json.dumps([self.basis.digest, page.name, _code(page), evaluated])
        return hashlib.sha256(text.encode()).hexdigest()

    def _rests_on(self, paths: Sequence[str]) -> dict[str, str | None]:
        sources = {_source(Path(path)) for path in paths}
        return {str(path): file_hash(path) for path in sources if self._matters(path)}

    def _matters(self, path: Path) -> bool:
        """Tell whether a file is in no folder that is looked at otherwise."""
        return not self._aside(path, self.basis.folders)

    def _stays(self, path: Path) -> bool:
        """Tell whether a file was written that a reader or another cell could want."""
        return path.exists() and not self._aside(path, self.passing)

    def _aside(self, path: Path, more: Sequence[Path] = ()) -> bool:
        folders = (*MACHINE, *self.apart, *_installed(), *more)
        return COMPILED in path.parts or any(map(path.is_relative_to, folders))


@cache
def _installed() -> tuple[Path, ...]:
    """Folders of Python and of installed packages, whose versions are in the basis."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [Path(sysconfig.get_paths()[name]) for name in names]
    folders += [Path(one) for one in sys.path if one.endswith(("-packages", ".zip"))]
    both = [each for one in folders for each in (one, one.resolve())]
    return tuple(dict.fromkeys(both))


def _source(path: Path) -> Path:
    """Give the module behind a compiled file, and any other path as it is."""
    if path.suffix != ".pyc":
        return path
    try:
        return Path(source_from_cache(str(path)))
    except ValueError:
        return path


def _changed_since(begun: float, path: Path) -> bool:
    # A second more: some file systems count no finer.
    return path.is_file() and path.stat().st_mtime > begun - 1


def _may_be_kept(page: Page) -> bool:
    """Tell whether nothing says that a page differs from run to run."""
    if (page.meta.get("execute") or {}).get("cache") is False:
        return False
    return not any(UNSURE & _names(code) for code in _code(page))


def _names(code: str) -> set[str]:
    """Names that code uses; all words where it is not Python alone."""
    try:
        nodes = list(ast.walk(ast.parse(code.strip())))
    except SyntaxError:
        return set(re.findall(r"\w+", code))
    kinds = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name"}
    used = [getattr(node, kinds[type(node)]) for node in nodes if type(node) in kinds]
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {part for name in (*used, *modules) for part in name.split(".")}


def _code(page: Page) -> list[str]:
    """List the code of cells, without their options, and inline expressions."""
    found: list[str] = []
    for block in page.blocks:
        if isinstance(block, Cell):
            found.append(block.code)
        elif isinstance(block, Prose):
            found += [one for line in block.lines for one in INLINE.findall(line)]
    return found


def _items(page: Page, results: Results) -> list[Any]:
    """List outputs of each cell and each inline value, in the order of the page."""
    found: list[Any] = []
    for block, result in zip(page.blocks, results, strict=True):
        if isinstance(block, Cell):
            found.append(list(result))
        else:
            found += result
    return found


def _aligned(page: Page, items: Sequence[Any]) -> Results:
    """Give each block of a page what is kept of it; words between code may differ."""
    left = iter(items)
    results: list[tuple[Any, ...]] = []
    for block in page.blocks:
        if isinstance(block, Cell):
            results.append(tuple(next(left)))
        else:
            lines = block.lines if isinstance(block, Prose) else ()
            count = sum(len(INLINE.findall(line)) for line in lines)
            results.append(tuple(islice(left, count)))
    return tuple(results)
