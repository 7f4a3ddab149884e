"""The one function that renders reports, with Quarto or without it."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mdmameta.errors import ReportError
from mdmameta.options import Renderer

if TYPE_CHECKING:
    from mdmameta.reporting.embedded.watch import Round

__all__ = [
    "Progress",
    "RenderResult",
    "render_report",
    "watch_report",
]

#: Called with the page at work, the steps done and the steps in all.
Progress: TypeAlias = Callable[[str, int, int], None]

#: Names of formats that may be asked for.
FORMATS = ("html", "pdf", "docx")

#: Beginning of the environment variables that hand parameters to cells.
PREFIX = "MDMAMETA_"

_GET_QUARTO = (
    "Get it with: python -m pip install 'mdmameta[quarto]', or from Quarto's own "
    "installer (quarto.org), and see that 'quarto' is on the PATH"
)


@dataclass(frozen=True, slots=True)
class RenderResult:
    """A finished report.

    Parameters
    ----------
    renderer
        Which one ran.
    index
        The page to open first.
    outputs
        All documents that were written, `index` first.
    seconds
        Wall time.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mdmameta.reporting import RenderResult
    >>> page = Path("_site/index.html")
    >>> RenderResult("embedded", page, (page,), 2.5).index.name
    'index.html'
    """

    renderer: Renderer
    index: Path
    outputs: tuple[Path, ...]
    seconds: float


def render_report(
    project: Path,
    *,
    renderer: Renderer | None = None,
    formats: Sequence[str] = ("html",),
    parameters: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> RenderResult:
    """Render a Quarto project, completely or not at all.

    Parameters
    ----------
    project
        Directory that holds ``_quarto.yml``.
    renderer
        ``"quarto"``, ``"embedded"``, or None: Quarto where it is on the PATH,
        else the embedded renderer.
    formats
        Of ``"html"``, ``"pdf"`` (through Typst) and ``"docx"``.
    parameters
        Handed to cells as environment variables ``MDMAMETA_<NAME>``; a hyphen
        in a name becomes an underscore.
    progress
        Called with the page at work, steps done and steps in all.

    Returns
    -------
    RenderResult
        Which renderer ran, and what it wrote.

    Raises
    ------
    ReportError
        When Quarto is asked for and absent, a cell fails, a cross-reference or
        citation key is unknown, or a page holds syntax that is not allowed. The
        previous site is then untouched.

    Examples
    --------
    >>> render_report(Path("nowhere"), renderer="embedded")
    Traceback (most recent call last):
    mdmameta.errors.ReportError: nowhere has no _quarto.yml. Name the directory ...
    """
    from mdmameta.reporting.origins import finisher

    begin = time.perf_counter()
    chosen = _choose(renderer)
    _check_formats(formats)
    root = _root(project)
    environment = _environment(parameters or {})
    report, finish = progress or _silent, finisher(root, environment)
    if chosen == "quarto":
        from mdmameta.reporting.quarto import render_with_quarto

        outputs = render_with_quarto(root, formats, environment, report, finish)
    else:
        from mdmameta.reporting.embedded.site import render_site

        outputs = render_site(
            root,
            environment=environment,
            progress=report,
            finish=finish,
            formats=formats,
        )
    return RenderResult(chosen, outputs[0], outputs, time.perf_counter() - begin)


def watch_report(
    project: Path,
    *,
    formats: Sequence[str] = ("html",),
    parameters: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Round]:
    r"""Render a project, then single pages whenever their file changes.

    The embedded renderer does it in one kernel that keeps what was computed,
    so that one page takes seconds. A change of the tables, of the project file
    or of the bibliography begins anew.

    Parameters
    ----------
    project, formats, parameters, progress
        As for `render_report`.

    Yields
    ------
    Round
        What was rendered, in which time, or why not; an error leaves the site
        as it was.

    Raises
    ------
    ReportError
        When the directory holds no report.

    Examples
    --------
    It waits for the next change until its loop is left, here after the first round:

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "_quarto.yml").write_text("project: {type: website}")
    >>> _ = (folder / "index.qmd").write_text("---\ntitle: T\n---\n\nSix trials.")
    >>> for done in watch_report(folder):
    ...     print(done.pages, done.error)
    ...     break
    ('index.qmd',) None
    """
    from mdmameta.reporting.embedded.watch import watch_site
    from mdmameta.reporting.origins import finisher

    _check_formats(formats)
    root = _root(project)
    environment = _environment(parameters or {})
    data = environment.get("MDMAMETA_DATA")
    yield from watch_site(
        root,
        environment=environment,
        progress=progress or _silent,
        finish=lambda: finisher(root, environment),
        formats=formats,
        data=Path(data) if data else None,
    )


def _root(project: Path) -> Path:
    root = Path(project)
    if not (root / "_quarto.yml").is_file():
        raise ReportError(
            f"{root} has no _quarto.yml. Name the directory of a report, or run this "
            "in a clone of the repository, which has it."
        )
    return root.resolve()


def _choose(renderer: str | None) -> Renderer:
    found = shutil.which("quarto") is not None
    if renderer is None:
        return "quarto" if found else "embedded"
    if renderer not in {"quarto", "embedded"}:
        raise ReportError(
            f"Renderer {renderer!r}. Allowed: 'quarto', 'embedded', None."
        )
    if renderer == "quarto" and not found:
        raise ReportError(
            f"Quarto is not on the PATH. {_GET_QUARTO}; or use the renderer 'embedded'."
        )
    return "quarto" if renderer == "quarto" else "embedded"


def _check_formats(formats: Sequence[str]) -> None:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats or isinstance(formats, str):
        allowed = ", ".join(FORMATS)
        raise ReportError(f"Formats {formats!r}. Allowed: some of {allowed}.")


def _environment(parameters: Mapping[str, str]) -> dict[str, str]:
    wrong = [name for name in parameters if not re.fullmatch(r"[A-Za-z][\w-]*", name)]
    if wrong:
        raise ReportError(
            f"Parameter {wrong[0]!r}. Allowed: a letter, then letters, digits, - and _."
        )
    return {
        PREFIX + name.upper().replace("-", "_"): str(value)
        for name, value in parameters.items()
    }


def _silent(page: str, step: int, total: int) -> None:
    """Report nothing."""
