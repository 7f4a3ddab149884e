"""Results of pages kept between renderings, each under the hash of what made it."""

from __future__ import annotations

import gzip
import json
import os
import re
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdmameta.errors import DoubtfulResultWarning
from mdmameta.models.bayesian.sampled import cache

__all__ = ["Entry", "KeptPages", "clear", "directory", "get", "info", "put"]

#: Names that this module gives to files: no other file is counted or removed.
OWN = re.compile(r"[0-9a-f]{64}\.page\.gz|mdmameta-\w+\.page-part")

#: Bytes of all pages together; beyond it those that were used longest ago go. A site
#: of fifteen pages takes about 2 MB.
MOST = 100_000_000

#: Bytes of one page, unpacked: far more than a page that a browser would show.
LONGEST = 200_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cells and inline code of a page gave.

    Parameters
    ----------
    rests_on
        Path of a file that was opened, or of a folder that was listed -> its hash;
        None where there was none.
    results
        Outputs of each cell and each inline value, in order.
    """

    rests_on: dict[str, str | None]
    results: list[Any]


@dataclass(frozen=True, slots=True)
class KeptPages:
    """What is kept.

    Parameters
    ----------
    directory
        Where; None when it is off.
    pages, bytes
        How many pages, and how large they are together.
    """

    directory: Path | None
    pages: int
    bytes: int


def directory() -> Path | None:
    """Directory of kept pages; None when nothing is kept.

    It stands beside the sampled fits, and in a folder that ``MDMAMETA_CACHE`` names.
    """
    fits = cache.directory()
    if fits is None:
        return None
    return fits / "pages" if os.environ.get(cache.VARIABLE) else fits.parent / "pages"


def get(key: str) -> Entry | None:
    """Return what is kept under a key; None when there is nothing to be believed.

    Warns
    -----
    DoubtfulResultWarning
        When the file is damaged: it is removed, and the page computed again.
    """
    path = _path(key)
    if path is None or not path.is_file():
        return None
    try:
        with gzip.open(path) as file:
            held = json.loads(file.read(LONGEST))
        entry = Entry(dict(held["rests_on"]), list(held["results"]))
        os.utime(path)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        path.unlink(missing_ok=True)
        _warn(f"the kept page {path} was thrown away ({type(error).__name__})")
        return None
    return entry if held.get("key") == key else None


def put(key: str, entry: Entry) -> None:
    """Keep a page; readers see the whole file or none.

    Warns
    -----
    DoubtfulResultWarning
        When it cannot be written; nothing is kept then.
    """
    path = _path(key)
    if path is None:
        return
    held = {"key": key, "rests_on": entry.rests_on, "results": entry.results}
    content = gzip.compress(json.dumps(held).encode(), 6, mtime=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, content)
        _limit()
    except OSError as error:
        _warn(f"a page cannot be kept in {path.parent} ({error.strerror})")


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(".page-part", "mdmameta-", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _limit() -> None:
    """Remove what was used longest ago, until the rest is within the limit."""
    sizes = [(path.stat().st_mtime, path.stat().st_size, path) for path in _stored()]
    total = 0
    for _, size, path in sorted(sizes, reverse=True):
        total += size
        if total > MOST:
            path.unlink(missing_ok=True)


def info() -> KeptPages:
    """Count what is kept."""
    sizes = [path.stat().st_size for path in _stored() if path.suffix == ".gz"]
    return KeptPages(directory(), len(sizes), sum(sizes))


def clear() -> KeptPages:
    """Remove every kept page, and no other file; return what there was."""
    held = info()
    for path in _stored():
        path.unlink(missing_ok=True)
    return held


def _stored() -> Iterator[Path]:
    where = directory()
    if where is None or not where.is_dir():
        return
    for path in sorted(where.iterdir()):
        if OWN.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            yield path


def _path(key: str) -> Path | None:
    where = directory()
    return None if where is None else where / f"{key}.page.gz"


def _warn(what: str) -> None:
    cure = f"it is computed again; {cache.VARIABLE} names another place, or 'off'."
    warnings.warn(f"{what}: {cure}", DoubtfulResultWarning, stacklevel=3)
