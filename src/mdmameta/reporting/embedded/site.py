"""The whole site: check every page, run the cells, convert, exchange."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdmameta.reporting.embedded.allowed import check_page
from mdmameta.reporting.embedded.compose import Composed, compose, stub_results
from mdmameta.reporting.embedded.execute import open_kernel, run_page
from mdmameta.reporting.embedded.faults import PageFault, raise_faults
from mdmameta.reporting.embedded.guard import check_links, read_links
from mdmameta.reporting.embedded.navigation import navigation
from mdmameta.reporting.embedded.page import Cell, Page, read_page
from mdmameta.reporting.embedded.pandoc import to_html
from mdmameta.reporting.embedded.project import Site, read_site
from mdmameta.reporting.embedded.swap import replacing

__all__ = ["render_site"]


@dataclass(frozen=True, slots=True)
class _Work:
    site: Site
    pages: Mapping[str, Page]
    scratch: Path

    def convert(self, page: Page, composed: Composed) -> tuple[str, list[PageFault]]:
        variables = navigation(page, self.pages, self.site)
        return to_html(
            page, composed, self.site, scratch=self.scratch, variables=variables
        )

    def defaults(self, page: Page) -> dict[str, Any]:
        options = {
            key: value
            for source in (self.site.options, page.meta)
            for key, value in source.items()
            if key in {"code-fold", "code-summary"}
        }
        return {**options, **self.site.execute, **page.meta.get("execute", {})}


def render_site(
    root: Path,
    *,
    environment: Mapping[str, str],
    progress: Callable[[str, int, int], None],
    finish: Callable[[str, str], str],
) -> tuple[Path, ...]:
    """Render a Quarto website to HTML without Quarto.

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

    Returns
    -------
    tuple of Path
        The pages of the finished site, ``index.html`` first.

    Raises
    ------
    ReportError
        When anything would not render completely and rightly; the previous
        site is then untouched.
    """
    site = read_site(root)
    with tempfile.TemporaryDirectory(prefix="mdmameta-") as name:
        work = _Work(site, _read_pages(site), Path(name))
        _check(work)
        html, media = _run(work, environment, progress)
        done = {name: finish(_html_name(name), text) for name, text in html.items()}
        _write(work, done, media)
    first = ["index.qmd", *(name for name in work.pages if name != "index.qmd")]
    return tuple(site.output / _html_name(name) for name in first)


def _html_name(page: str) -> str:
    return page.removesuffix(".qmd") + ".html"


def _read_pages(site: Site) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    faults: list[PageFault] = []
    for name in site.pages:
        page, wrong = read_page(site.root, name)
        pages[name] = page
        faults += sorted([*wrong, *check_page(page)], key=lambda f: f.line or 0)
    raise_faults(faults, "The pages hold what would not render rightly")
    return pages


def _check(work: _Work) -> None:
    faults: list[PageFault] = []
    for page in work.pages.values():
        composed = compose(page, stub_results(page), work.defaults(page))
        faults += work.convert(page, composed)[1]
    raise_faults(faults, "The pages hold what would not render rightly")


def _run(
    work: _Work,
    environment: Mapping[str, str],
    progress: Callable[[str, int, int], None],
) -> tuple[dict[str, str], dict[str, bytes]]:
    cells = [b for p in work.pages.values() for b in p.blocks if isinstance(b, Cell)]
    total, done = len(cells) + len(work.pages), 0
    html: dict[str, str] = {}
    media: dict[str, bytes] = {}
    opened = open_kernel(
        work.site.root,
        scratch=work.scratch,
        environment=environment,
        options=work.site.options,
    )
    with opened as kernel:
        for name, page in work.pages.items():

            def step(name: str = name) -> None:
                nonlocal done
                progress(name, done, total)
                done += 1

            results = run_page(kernel, page, step)
            step()
            composed = compose(page, results, work.defaults(page))
            html[name], faults = work.convert(page, composed)
            raise_faults(faults, "What the cells print would not render rightly")
            media |= composed.media
    progress("", total, total)
    return html, media


def _write(work: _Work, html: Mapping[str, str], media: Mapping[str, bytes]) -> None:
    links = {name: read_links(text) for name, text in html.items()}
    copies, faults = check_links(links, work.site.root, set(media))
    raise_faults(faults, "The finished pages have faults")
    files = dict(media)
    files.update({_html_name(name): text.encode() for name, text in html.items()})
    with replacing(work.site.output) as new:
        for name, content in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
        for name, source in copies.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, new / name)
