"""Rendering by Quarto, whose log is read because its exit code says too little."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.swap import replacing, telling
from mdmameta.reporting.quarto_pages import finish_pages
from mdmameta.reporting.quarto_process import run_quarto, tidied

__all__ = ["failures_in", "render_with_quarto"]

#: Our formats by Quarto's names: PDF goes through Typst, which Quarto contains.
_TO = {"html": "html", "pdf": "typst", "docx": "docx"}
_SUFFIX = {"html": ".html", "pdf": ".pdf", "docx": ".docx"}

#: Called with the page at work, the pages done and the pages in all.
Advance: TypeAlias = Callable[[str, int, int], None]

_PAGE = re.compile(r"^\[\s*(\d+)/(\d+)\]\s+(\S.*?\.qmd)")
#: Sign of the page in a project of one page, which Quarto does not count.
_ONLY = re.compile(r"^Executing '(.+)\.quarto_ipynb'")
#: Lines of Quarto's log that mean an incomplete report although it exits 0:
#: its filters write "WARNING (file:line) …", pandoc "[WARNING] …", Typst
#: "warning: …", Quarto itself "WARN: …" or "ERROR: …".
_FAILURES = re.compile(
    r"Unable to resolve (?:crossref|link target)"
    r"|Citeproc: citation .+ not found"
    r"|^ERROR\b|^\[ERROR\]|^FATAL\b"
    r"|CellExecutionError|^Traceback \(most recent call last\)"
    r"|^\[WARNING\]|^WARN(?:ING)?\b.*(?:crossref|citation|duplicate)"
    r"|\bwarning: unknown font family",
    re.I,
)
#: Lines of the log that are quoted when Quarto itself stops.
_TAIL = 25


def render_with_quarto(
    root: Path,
    formats: Sequence[str],
    environment: Mapping[str, str],
    progress: Advance,
    finish: Callable[[str, str], str],
) -> tuple[Path, ...]:
    """Run ``quarto render`` in a process of its own and judge its log.

    Parameters
    ----------
    root
        The project directory.
    formats
        Of ``html``, ``pdf``, ``docx``.
    environment
        Variables that cells see besides those of this process.
    progress
        Called with page, pages done and pages in all.
    finish
        Called with the path of each HTML page in the site and its text; what
        it returns is kept.

    Returns
    -------
    tuple of Path
        Documents written, the index first.

    Raises
    ------
    ReportError
        When Quarto fails, or exits 0 although its log tells of an unresolved
        cross-reference, an unknown citation key or a failing cell; when the site
        cannot be written. The previous site is then untouched.
    """
    output = root / _output_name(root)
    with telling(output), replacing(output) as new, tidied(root):
        # A project takes one format a run: Quarto knows no format "html,typst".
        for done, name in enumerate(formats):
            step = _share(progress, done, len(formats))
            _judge(*_run(_command(name, new), root, environment, step))
        names = _written(new, formats)
        if "html" not in formats:
            _without_html(new, root)
        finish_pages(new, finish)
    return tuple(output / path for path in names)


def failures_in(log: Sequence[str]) -> Iterator[str]:
    """Lines of a Quarto log that mean an incomplete report, with their page.

    Examples
    --------
    >>> log = ["[1/2] index.qmd", "[WARNING] Citeproc: citation foo not found"]
    >>> list(failures_in(log))
    ['index.qmd: [WARNING] Citeproc: citation foo not found']
    """
    page = ""
    for line in log:
        begun = _begun(line)
        page = f"{begun[0]}: " if begun else page
        if _FAILURES.search(line):
            yield f"{page}{line.strip()}"


def _begun(line: str) -> tuple[str, int, int] | None:
    """Page that a line begins, pages done before it, pages in all."""
    if at := _PAGE.search(line):
        return at[3], int(at[1]) - 1, int(at[2])
    only = _ONLY.search(line)
    return (f"{only[1]}.qmd", 0, 1) if only else None


def _judge(code: int, log: Sequence[str]) -> None:
    """Raise when Quarto stopped, or ended well and tells of what is incomplete."""
    if code:
        tail = "\n  ".join(log[-_TAIL:])
        raise ReportError(f"Quarto stopped with exit code {code}:\n  {tail}")
    if failures := list(failures_in(log)):
        listed = "\n  ".join(failures)
        raise ReportError(f"Quarto exited 0, but its log says:\n  {listed}")


def _share(progress: Advance, run: int, runs: int) -> Advance:
    """Count the pages of one run among those of all runs."""
    return lambda page, done, total: progress(page, run * total + done, runs * total)


def _command(name: str, output: Path) -> list[str]:
    quarto = shutil.which("quarto")
    if quarto is None:
        raise ReportError("Quarto is not on the PATH.")
    # No cache and no kernel kept alive: both would show results of older code.
    # Not cleaned: the directory is ours and holds the formats of earlier runs.
    fresh = ["--no-cache", "--no-execute-daemon", "--no-clean"]
    to = ["--to", _TO[name], "--output-dir", output.name]
    return [quarto, "render", ".", *to, *fresh]


def _run(
    command: Sequence[str],
    root: Path,
    environment: Mapping[str, str],
    progress: Advance,
) -> tuple[int, list[str]]:
    total = 0

    def follow(line: str) -> None:
        nonlocal total
        begun = _begun(line)
        if begun and begun[2] >= total:
            total = begun[2]
            progress(*begun)

    ended = run_quarto(command, root, environment, follow)
    progress("", total, total)
    return ended


def _output_name(root: Path) -> str:
    text = (root / "_quarto.yml").read_text(encoding="utf-8")
    pattern = r"^\s+output-dir:\s*[\"']?([\w.-]+)[\"']?\s*(?:#.*)?$"
    found = re.search(pattern, text, re.M)
    return found[1] if found else "_site"


def _without_html(new: Path, root: Path) -> None:
    """Remove the page that leads to itself, which Quarto adds to a site of papers."""
    for path in new.rglob("*.html"):
        if (root / path.relative_to(new)).with_suffix(".qmd").is_file():
            path.unlink()


def _written(new: Path, formats: Sequence[str]) -> list[Path]:
    suffixes = {_SUFFIX[name] for name in formats}
    found = sorted(p for p in new.rglob("*") if p.suffix in suffixes)
    found = [p for p in found if "site_libs" not in p.parts]
    index = new / f"index{_SUFFIX[formats[0]]}"
    if index not in found:
        raise ReportError(f"Quarto exited 0 and wrote no {index.name}.")
    ordered = [index, *(path for path in found if path != index)]
    return [path.relative_to(new) for path in ordered]
