"""One rendering at work: its pages, checked, run and converted one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mdmameta.reporting.embedded.allowed import check_page
from mdmameta.reporting.embedded.compose import Composed, compose, stub_results
from mdmameta.reporting.embedded.documents import to_document
from mdmameta.reporting.embedded.execute import Results, run_page
from mdmameta.reporting.embedded.faults import PageFault, raise_faults
from mdmameta.reporting.embedded.kernel import Kernel
from mdmameta.reporting.embedded.navigation import navigation
from mdmameta.reporting.embedded.page import Cell, Page, read_page
from mdmameta.reporting.embedded.pandoc import to_html
from mdmameta.reporting.embedded.project import Site

__all__ = ["Finish", "Work", "read_pages"]

#: Called with the path of a page in the site and its HTML, to change it.
Finish = Callable[[str, str], str]


@dataclass(slots=True, eq=False)
class Work:
    """What a rendering has read, and the files that it has made so far.

    Parameters
    ----------
    site
        The project file.
    pages
        All pages by name.
    scratch
        Temporary directory.
    formats
        Of ``html``, ``pdf`` and ``docx``.
    finish
        Called with the path of each page in the site and its HTML; what it
        returns is written.
    made
        Name of a page -> path in the site -> content.
    """

    site: Site
    pages: dict[str, Page]
    scratch: Path
    formats: Sequence[str]
    finish: Finish
    made: dict[str, Mapping[str, bytes]] = field(default_factory=dict)

    def check(self, page: Page) -> list[PageFault]:
        """List faults that stand-ins for results of cells bring out already."""
        composed = compose(page, stub_results(page), self._defaults(page))
        return self._converted(page, composed)[1]

    def steps(self, page: Page) -> int:
        """Count the steps of a page: its cells, and the conversion."""
        return 1 + sum(isinstance(block, Cell) for block in page.blocks)

    def build(self, kernel: Kernel, name: str, step: Callable[[], None]) -> None:
        """Run the cells of a page and keep its files.

        Raises
        ------
        ReportError
            When a cell fails, or what it printed would not render rightly.
        """
        results = run_page(kernel, self.pages[name], step)
        step()
        self.convert(name, results)

    def convert(self, name: str, results: Results) -> None:
        """Convert a page whose cells have run, and keep its files.

        Raises
        ------
        ReportError
            When what a cell printed would not render rightly.
        """
        faults = self.converted(name, results)
        raise_faults(faults, "What the cells print would not render rightly")

    def converted(self, name: str, results: Results) -> list[PageFault]:
        """Convert a page as `convert` does, and return its faults."""
        page, every = self.pages[name], []
        files: dict[str, bytes] = {}
        for target in self.formats:
            composed = compose(page, results, self._defaults(page), target)
            convert = self._html if target == "html" else self._document
            made, faults = convert(page, composed)
            every += faults
            media = composed.media if target == "html" else {}
            files |= {**media, self.path_of(name, target): made}
        self.made[name] = files
        return every

    def path_of(self, name: str, target: str) -> str:
        """Return the path in the site of a page in one format."""
        return f"{name.removesuffix('.qmd')}.{target}"

    def _html(self, page: Page, composed: Composed) -> tuple[bytes, list[PageFault]]:
        text, faults = self._converted(page, composed)
        return self.finish(self.path_of(page.name, "html"), text).encode(), faults

    def _converted(self, page: Page, composed: Composed) -> tuple[str, list[PageFault]]:
        variables = navigation(page, self.pages, self.site)
        return to_html(
            page, composed, self.site, scratch=self.scratch, variables=variables
        )

    def _document(
        self, page: Page, composed: Composed
    ) -> tuple[bytes, list[PageFault]]:
        return to_document(page, composed, self.site, scratch=self.scratch)

    def _defaults(self, page: Page) -> dict[str, Any]:
        options = {
            key: value
            for source in (self.site.options, page.meta)
            for key, value in source.items()
            if key in {"code-fold", "code-summary"}
        }
        return {**options, **self.site.execute, **page.meta.get("execute", {})}


def read_pages(site: Site, names: Sequence[str]) -> dict[str, Page]:
    """Read and check pages of a project.

    Parameters
    ----------
    site
        The project file.
    names
        Of pages, as the project file has them.

    Raises
    ------
    ReportError
        When one holds what is not on the allow-list; all faults are listed.
    """
    pages: dict[str, Page] = {}
    faults: list[PageFault] = []
    for name in names:
        page, wrong = read_page(site.root, name)
        pages[name] = page
        faults += sorted([*wrong, *check_page(page)], key=lambda f: f.line or 0)
    raise_faults(faults, "The pages hold what would not render rightly")
    return pages
