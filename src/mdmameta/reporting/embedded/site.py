"""The whole site: check every page, run the cells, convert, exchange."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.execute import Results
from mdmameta.reporting.embedded.faults import raise_faults
from mdmameta.reporting.embedded.guard import check_links, read_links
from mdmameta.reporting.embedded.kernel import Kernel
from mdmameta.reporting.embedded.project import read_site
from mdmameta.reporting.embedded.running import Run, Running, kernel_for
from mdmameta.reporting.embedded.swap import replacing, telling
from mdmameta.reporting.embedded.work import Finish, Work, read_pages

__all__ = ["Advance", "build_all", "opened", "render_site", "write_site"]

#: Called with the page at work, the steps done and the steps in all.
Advance = Callable[[str, int, int], None]


def render_site(
    root: Path,
    *,
    environment: Mapping[str, str],
    progress: Advance,
    finish: Finish,
    formats: Sequence[str] = ("html",),
) -> tuple[Path, ...]:
    """Render a Quarto website without Quarto.

    Every page is checked, with stand-ins for the results of its cells, before
    the first cell runs; all faults found so are reported together. Afterwards
    all pages run in one kernel, each with a fresh namespace.

    Parameters
    ----------
    root
        Directory that holds ``_quarto.yml``.
    environment
        Variables that cells see besides those of this process.
    progress
        Called with page, steps done and steps in all; a step is a cell, or
        the conversion of a page.
    finish
        Called with the path of each page in the site and its HTML; what it
        returns is written.
    formats
        Of ``html``, ``pdf`` and ``docx``; each page is a document of its own.

    Returns
    -------
    tuple of Path
        The documents of the finished site, the index first.

    Raises
    ------
    ReportError
        When anything would not render completely and rightly; the previous
        site is then untouched.
    """
    with prepared(root, finish, formats) as work, ExitStack() as stack:
        running = Running(work, environment, stack)
        check_all(work, running.known)
        build_all(work, running.run, progress, running.known)
        return write_site(work)


@contextmanager
def prepared(root: Path, finish: Finish, formats: Sequence[str]) -> Iterator[Work]:
    """Read a project and all its pages.

    Yields
    ------
    Work
        Nothing of it checked or built.

    Raises
    ------
    ReportError
        When the project file or a page holds what is not on the allow-list.
    """
    site = read_site(root)
    with tempfile.TemporaryDirectory(prefix="mdmameta-") as name:
        pages = read_pages(site, site.pages)
        yield Work(site, pages, Path(name), tuple(formats), finish)


@contextmanager
def opened(
    root: Path,
    environment: Mapping[str, str],
    finish: Finish,
    formats: Sequence[str],
) -> Iterator[tuple[Work, Kernel]]:
    """Read and check a project, and keep a kernel for it.

    Yields
    ------
    tuple
        The work, nothing of it built, and the kernel.

    Raises
    ------
    ReportError
        When a page would not render, before the kernel is started.
    """
    with prepared(root, finish, formats) as work:
        check_all(work, {})
        with kernel_for(work, environment, work.site.pages) as kernel:
            yield work, kernel


def check_all(work: Work, known: Mapping[str, Results]) -> None:
    """Check every page before a cell runs, and convert those whose results are known.

    Raises
    ------
    ReportError
        With all faults of all pages.
    """
    faults = [
        fault
        for name, page in work.pages.items()
        for fault in (
            work.converted(name, known[name]) if name in known else work.check(page)
        )
    ]
    raise_faults(faults, "The pages hold what would not render rightly")


def build_all(
    work: Work, run: Run, progress: Advance, built: Collection[str] = ()
) -> None:
    """Build every page, telling how far it is.

    While cells of a page run, the page before is converted; of two errors that of the
    earlier page is raised.

    Parameters
    ----------
    work
        The pages, checked.
    run
        Runs the cells of a page.
    progress
        As for `render_site`.
    built
        Names of pages that are there already.
    """
    total = sum(map(work.steps, work.pages.values()))
    done = sum(work.steps(work.pages[name]) for name in built)
    with ThreadPoolExecutor(1) as converter:
        converting: list[Future[None]] = []
        for name, page in work.pages.items():
            if name in built:
                continue

            def step(name: str = name) -> None:
                nonlocal done
                progress(name, done, total)
                done += 1

            try:
                results = run(page, step)
            except ReportError:
                _raise_of(converting)
                raise
            step()
            converting.append(converter.submit(work.convert, name, results))
            _raise_of(one for one in converting if one.done())
        _raise_of(converting)
    progress("", total, total)


def _raise_of(finished: Iterable[Future[None]]) -> None:
    """Raise the first error of pages that were converted."""
    for one in finished:
        one.result()


def write_site(work: Work) -> tuple[Path, ...]:
    """Check the links of all pages and put the new site in the place of the old.

    Returns
    -------
    tuple of Path
        The documents, the index first.

    Raises
    ------
    ReportError
        When links are dead or the files cannot be written; the previous site
        is then untouched.
    """
    site, files = work.site, _files(work)
    links = {
        name: read_links(made[work.path_of(name, "html")].decode())
        for name, made in work.made.items()
        if "html" in work.formats
    }
    copies, faults = check_links(links, site.root, set(files))
    raise_faults(faults, "The finished pages have faults")
    with telling(site.output), replacing(site.output) as new:
        for path, content in files.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content)
        for path, source in copies.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, new / path)
    first = sorted(work.pages, key=lambda name: name != "index.qmd")
    made = [work.path_of(name, target) for target in work.formats for name in first]
    return tuple(site.output / path for path in made)


def _files(work: Work) -> dict[str, bytes]:
    return {path: text for made in work.made.values() for path, text in made.items()}
