"""Pages whose results are kept, and a kernel for the others, started when needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mdmameta.models.bayesian.sampled import cache
from mdmameta.reporting.beside import beside
from mdmameta.reporting.embedded import kept
from mdmameta.reporting.embedded.basis import Basis
from mdmameta.reporting.embedded.execute import Results, run_page
from mdmameta.reporting.embedded.kernel import (
    Kernel,
    open_kernel,
    reached,
    setup_code,
)
from mdmameta.reporting.embedded.memory import Memory
from mdmameta.reporting.embedded.page import Page
from mdmameta.reporting.embedded.work import Work
from mdmameta.reporting.page import tables_near

__all__ = ["Run", "Running", "kernel_for"]

#: Runs the cells of a page, and calls something before each.
Run = Callable[[Page, Callable[[], None]], Results]

#: The folder of this package: whatever its modules say is part of every result.
PACKAGE = Path(__file__).parents[2]

#: Where programs keep what they can make again.
CACHES = Path.home() / ".cache"

#: Of these, the libraries whose files change no result: fonts that were found.
FONTS = (CACHES / "matplotlib", CACHES / "fontconfig")

#: Bytes of a project and its tables beyond which nothing is kept: reading them all to
#: know that they are the same would take longer than a page.
MOST = 500_000_000


@dataclass(eq=False)
class Running:
    """Runs the pages of one rendering.

    Parameters
    ----------
    work
        The pages.
    environment
        Variables that cells see besides those of this process.
    stack
        Ends the kernel.
    """

    work: Work
    environment: Mapping[str, str]
    stack: ExitStack

    @cached_property
    def known(self) -> dict[str, Results]:
        """Results that are kept from an earlier rendering, by name of the page."""
        if self.memory is None:
            return {}
        found = {name: self.memory.known(page) for name, page in self._pages.items()}
        return {name: one for name, one in found.items() if one is not None}

    def run(self, page: Page, step: Callable[[], None]) -> Results:
        """Run the cells of a page, and keep what they give.

        Raises
        ------
        ReportError
            As `run_page`.
        """
        results = run_page(self.kernel, page, step)
        if self.memory is not None:
            self.memory.keep(page, results, reached(self.kernel))
        return results

    @cached_property
    def kernel(self) -> Kernel:
        """Started with the first page that is not known."""
        names = [name for name in self._pages if name not in self.known]
        return self.stack.enter_context(kernel_for(self.work, self.environment, names))

    @cached_property
    def memory(self) -> Memory | None:
        """What is kept; None where nothing may be."""
        if kept.directory() is None or self.work.site.execute.get("cache") is False:
            return None
        folders = _folders(self.work.site.root, self.environment)
        basis = Basis(folders, self.environment, setup_code(_options(self.work)))
        if sum(size for _, size in basis.stamps.values()) > MOST:
            return None
        return Memory(basis, _apart(self.work.scratch), (CACHES,))

    @property
    def _pages(self) -> Mapping[str, Page]:
        return self.work.pages


def kernel_for(
    work: Work, environment: Mapping[str, str], names: Sequence[str]
) -> AbstractContextManager[Kernel]:
    """Give a kernel for some pages.

    Parameters
    ----------
    work
        A project.
    environment
        Variables that cells see besides those of this process.
    names
        Of the pages: where they are many, a second process may help.
    """
    return open_kernel(
        work.site.root,
        scratch=work.scratch,
        environment={**beside(names), **environment},
        options=_options(work),
    )


def _apart(scratch: Path) -> tuple[Path, ...]:
    """List folders that cells look into and that say nothing of a page."""
    own = (kept.directory(), cache.directory())
    return (scratch, *FONTS, *(one for one in own if one is not None))


def _options(work: Work) -> dict[str, object]:
    return {**work.site.options, "png": "docx" in work.formats}


def _folders(root: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """List the package, the project, its tables and what was derived of them."""
    data = Path(environment.get("MDMAMETA_DATA") or tables_near(root)).resolve()
    named = [Path(value) for value in environment.values()]
    others = [path.resolve() for path in named if path.is_dir()]
    return tuple(dict.fromkeys([PACKAGE, root, data, data.parent / "derived", *others]))
