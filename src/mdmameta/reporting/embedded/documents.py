"""One page as a document: DOCX by pandoc, PDF by pandoc and Typst."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from mdmameta.errors import MissingExtraError, ReportError
from mdmameta.reporting.embedded.compose import Composed
from mdmameta.reporting.embedded.faults import PageFault
from mdmameta.reporting.embedded.page import Page
from mdmameta.reporting.embedded.pandoc import run_pandoc
from mdmameta.reporting.embedded.project import Site

__all__ = ["to_document"]

#: Typeface of PDFs: it comes with Typst, so that no machine lacks it.
FONT = "Libertinus Serif"

_IMAGE = re.compile(r'\bimage\("((?:[^"\\]|\\.)+)"')


def to_document(
    page: Page, composed: Composed, site: Site, *, scratch: Path
) -> tuple[bytes, list[PageFault]]:
    """Convert one composed page to a document.

    Parameters
    ----------
    page, composed
        The page, and its Markdown with the results of its cells, for ``pdf``
        or ``docx``.
    site
        Options, bibliography and language.
    scratch
        Temporary directory.

    Returns
    -------
    tuple
        The document, and faults as those of HTML pages.

    Raises
    ------
    ReportError
        When pandoc or Typst stops, or Typst warns, of a missing font, say.
    MissingExtraError
        When pypandoc or typst is not installed.
    """
    folder = scratch / "document"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _write(folder, composed.media)
    if composed.target == "docx":
        return _docx(page, composed, site, scratch, folder)
    return _pdf(page, composed, site, scratch, folder)


def _write(folder: Path, media: Mapping[str, bytes]) -> None:
    for name, content in media.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _docx(
    page: Page, composed: Composed, site: Site, scratch: Path, folder: Path
) -> tuple[bytes, list[PageFault]]:
    made = folder / "page.docx"
    with as_file(files("mdmameta.reporting") / "assets" / "reference.docx") as styles:
        settings = {
            "to": "docx",
            "output-file": str(made),
            "resource-path": [str(folder), str(site.root)],
            "reference-doc": str(styles),
        }
        _, faults = run_pandoc(page, composed, site, scratch=scratch, settings=settings)
    return made.read_bytes(), faults


def _pdf(
    page: Page, composed: Composed, site: Site, scratch: Path, folder: Path
) -> tuple[bytes, list[PageFault]]:
    with as_file(files("mdmameta.reporting.embedded") / "assets") as assets:
        settings: dict[str, Any] = {
            "to": "typst",
            "template": str(assets / "document.typ"),
        }
        settings |= {"variables": {"font": FONT}}
        text, faults = run_pandoc(
            page, composed, site, scratch=scratch, settings=settings
        )
    if faults:
        return b"", faults
    _fetch(text, site.root, folder)
    source = folder / "page.typ"
    source.write_text(text, encoding="utf-8")
    return _compiled(page, source, folder), []


def _fetch(text: str, root: Path, folder: Path) -> None:
    """Lay images of the project beside the document: Typst reads no other place."""
    for name in _IMAGE.findall(text):
        path = (root / name).resolve()
        if not (folder / name).exists() and path.is_relative_to(root.resolve()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)


def _compiled(page: Page, source: Path, folder: Path) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError("typst", "report") from error
    try:
        made, warnings = typst.compile_with_warnings(str(source), root=str(folder))
    except typst.TypstError as error:
        raise ReportError(f"{page.name}: Typst stopped: {error}") from error
    if warnings:
        told = "; ".join(str(one.message) for one in warnings)
        raise ReportError(f"{page.name}: Typst warns: {told}. Mend it, or it shows.")
    return bytes(made)
