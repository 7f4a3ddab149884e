"""Pages rendered again when they change, in a kernel that keeps what it computed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.execute import run_page
from mdmameta.reporting.embedded.faults import raise_faults
from mdmameta.reporting.embedded.kernel import Kernel
from mdmameta.reporting.embedded.site import (
    Advance,
    build_all,
    opened,
    write_site,
)
from mdmameta.reporting.embedded.work import Finish, Work, read_pages

__all__ = ["Round", "watch_site"]

#: Seconds between two looks at the files: short for a person, nothing for a disk.
PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class Round:
    """One rendering: of which pages, how long it took, and what went wrong.

    Parameters
    ----------
    pages
        Names of the pages that were rendered, or should have been.
    seconds
        Wall time.
    index
        First page of the site, or None where nothing was written.
    error
        Why the site stays as it was, or None.
    """

    pages: tuple[str, ...]
    seconds: float
    index: Path | None
    error: ReportError | None = None


def watch_site(
    root: Path,
    *,
    environment: Mapping[str, str],
    progress: Advance,
    finish: Callable[[], Finish],
    formats: Sequence[str] = ("html",),
    data: Path | None = None,
) -> Iterator[Round]:
    """Render a site, then single pages whenever they change, without end.

    The kernel keeps what pages computed, so that one page takes seconds. A
    change of the project file, of the bibliography or of the data begins anew,
    in a fresh kernel. A page at fault leaves the site as it was.

    Parameters
    ----------
    root, environment, progress, formats
        As for `mdmameta.reporting.embedded.site.render_site`.
    finish
        Makes the function that finishes pages, anew for each kernel.
    data
        Directory of the tables, or None.

    Yields
    ------
    Round
        After each rendering; stop by not asking for the next, or by an
        interrupt.
    """
    while True:
        before = _common(root, data)
        yield from _session(
            root, environment, progress, finish(), formats, _unless(root, data, before)
        )


def _unless(
    root: Path, data: Path | None, before: Mapping[Path, int]
) -> Callable[[], bool]:
    """Give a question: is everything that all pages rest on as it was."""
    return lambda: _common(root, data) == before


def _session(
    root: Path,
    environment: Mapping[str, str],
    progress: Advance,
    finish: Finish,
    formats: Sequence[str],
    same: Callable[[], bool],
) -> Iterator[Round]:
    begin, pages = time.perf_counter(), _stamps(root.rglob("*.qmd"))
    try:
        with opened(root, environment, finish, formats) as (work, kernel):
            build_all(work, partial(run_page, kernel), progress)
            index = write_site(work)[0]
            yield Round(tuple(work.pages), time.perf_counter() - begin, index)
            yield from _pages(work, kernel, pages, same)
            return
    except ReportError as error:
        yield Round((), time.perf_counter() - begin, None, error)
    while same() and _stamps(root.rglob("*.qmd")) == pages:
        time.sleep(PAUSE)


def _pages(
    work: Work, kernel: Kernel, before: Mapping[Path, int], same: Callable[[], bool]
) -> Iterator[Round]:
    paths = [work.site.root / name for name in work.pages]
    seen = {path: before.get(path, 0) for path in paths}
    while same():
        time.sleep(PAUSE)
        now = {**seen, **_stamps(paths)}
        changed = [path for path, stamp in now.items() if seen[path] != stamp]
        if changed:
            yield _again(work, kernel, changed)
        seen = now


def _again(work: Work, kernel: Kernel, changed: Sequence[Path]) -> Round:
    begin = time.perf_counter()
    names = tuple(path.relative_to(work.site.root).as_posix() for path in changed)
    try:
        new = read_pages(work.site, names)
        faults = [fault for page in new.values() for fault in work.check(page)]
        raise_faults(faults, "The pages hold what would not render rightly")
        work.pages.update(new)
        for name in names:
            work.build(kernel, name, lambda: None)
        index = write_site(work)[0]
    except ReportError as error:
        return Round(names, time.perf_counter() - begin, None, error)
    return Round(names, time.perf_counter() - begin, index)


def _common(root: Path, data: Path | None) -> Mapping[Path, int]:
    """Stamps of files that all pages rest on."""
    shared = [root / "_quarto.yml", *root.glob("*.bib"), *root.glob("*.csl")]
    tables = [] if data is None else [p for p in data.glob("*") if p.is_file()]
    return _stamps([*shared, *tables])


def _stamps(paths: Iterable[Path]) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in paths if path.is_file()}
