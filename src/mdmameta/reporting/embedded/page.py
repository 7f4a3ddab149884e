"""A .qmd page cut into front matter, prose, verbatim blocks and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from mdmameta.reporting.embedded.faults import PageFault
from mdmameta.reporting.embedded.keys import CELL_OPTIONS, FRONT_MATTER
from mdmameta.reporting.embedded.yamlcheck import read_yaml

__all__ = ["Block", "Cell", "Page", "Prose", "Verbatim", "read_page"]

_FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_OPTION = re.compile(r"^#\|\s?(.*)$")
_LANGUAGE = re.compile(r"^(?:[\w+#.-]*|\{\.[\w-]+\})$")


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between cells; `line` is where its first line stands."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A fenced block of code that is shown and not run."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A Python cell; `source` starts one line below the fence at `line`."""

    line: int
    source: str
    options: Mapping[str, Any]

    @property
    def label(self) -> str | None:
        """Label of the cell, or None."""
        return self.options.get("label")

    @property
    def code(self) -> str:
        """Source without its option lines, as readers see it."""
        lines = self.source.splitlines()
        return "\n".join(line for line in lines if not _OPTION.match(line)).strip("\n")


Block: TypeAlias = Prose | Verbatim | Cell


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the site.

    Attributes
    ----------
    name
        Path relative to the project directory, with forward slashes.
    meta
        Front matter.
    blocks
        In the order of the file.
    lines
        Every line of the file, for finding where something stands.
    """

    name: str
    meta: Mapping[str, Any]
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]

    def line_of(self, pattern: str) -> int | None:
        """Line of the first match of a regular expression, or None."""
        places = (i for i, text in enumerate(self.lines, 1) if re.search(pattern, text))
        return next(places, None)


def read_page(root: Path, name: str) -> tuple[Page, list[PageFault]]:
    """Read one page and list what is wrong with its frame.

    Parameters
    ----------
    root
        The project directory.
    name
        Path of the page in it.

    Returns
    -------
    tuple
        The page, and faults of its front matter, fences and cell options.
        Prose is checked by `mdmameta.reporting.embedded.allowed`.
    """
    lines = tuple((root / name).read_text(encoding="utf-8").splitlines())
    start, meta, faults = _front_matter(lines, name)
    blocks: list[Block] = []
    for block in _blocks(lines, start):
        if isinstance(block, PageFault):
            faults.append(PageFault(name, block.line, block.found, block.cure))
        elif isinstance(block, Cell):
            options, wrong = _options(block, name)
            blocks.append(Cell(block.line, block.source, options))
            faults += wrong
        else:
            blocks.append(block)
    return Page(name, meta, tuple(blocks), lines), faults


def _front_matter(
    lines: tuple[str, ...], name: str
) -> tuple[int, Mapping[str, Any], list[PageFault]]:
    ends = [i for i, text in enumerate(lines) if i and text.strip() in {"---", "..."}]
    if not lines or lines[0].strip() != "---" or not ends:
        cure = "Begin the page with '---', 'title: …', '---'."
        return 0, {}, [PageFault(name, 1, "no front matter", cure)]
    text = "\n".join(lines[1 : ends[0]])
    meta, faults = read_yaml(text, FRONT_MATTER, file=name, first_line=2)
    meta = meta if isinstance(meta, dict) else {}
    if not meta.get("title"):
        faults.append(PageFault(name, 1, "no title", "Add 'title: …' to the top."))
    if "{python}" in text:
        cure = "Neither renderer evaluates it there; write it in the body."
        faults.append(PageFault(name, 1, "inline code in the front matter", cure))
    return ends[0] + 1, meta, faults


def _blocks(lines: tuple[str, ...], start: int) -> Iterator[Block | PageFault]:
    prose, i = start, start
    while i < len(lines):
        fence = _FENCE.match(lines[i])
        if fence is None:
            i += 1
            continue
        if prose < i:
            yield Prose(prose + 1, lines[prose:i])
        end = _closing(lines, i, fence["mark"])
        if end is None:
            cure = f"Close it with {fence['mark']!r} on a line of its own."
            found = f"the block {lines[i].strip()!r} never ends"
            yield PageFault("", i + 1, found, cure)
            return
        yield from _fenced(lines, i, end, fence)
        prose = i = end + 1
    if prose < len(lines):
        yield Prose(prose + 1, lines[prose:])


def _closing(lines: tuple[str, ...], start: int, mark: str) -> int | None:
    close = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    below = range(start + 1, len(lines))
    return next((i for i in below if close.match(lines[i])), None)


def _fenced(
    lines: tuple[str, ...], start: int, end: int, fence: re.Match[str]
) -> Iterator[Block | PageFault]:
    info, body = fence["info"].strip(), lines[start + 1 : end]
    if info == "{python}":
        if fence["indent"]:
            cure = "Begin its fence at the margin, outside lists and quotations."
            yield PageFault("", start + 1, "an indented cell", cure)
        yield Cell(start + 1, "\n".join(body), {})
    elif _LANGUAGE.match(info):
        yield Verbatim(start + 1, lines[start : end + 1])
        for i, text in enumerate(body, start + 2):
            if re.search(r"`\{python\}[ \t]", text):
                cure = "Quarto would evaluate it; show the code in another way."
                yield PageFault("", i, "inline code inside a verbatim block", cure)
    else:
        cure = "Cells begin with ```{python}; verbatim blocks with ``` and a language."
        yield PageFault("", start + 1, f"a block of kind {info!r}", cure)


def _options(cell: Cell, name: str) -> tuple[Mapping[str, Any], list[PageFault]]:
    lines = cell.source.splitlines()
    matches = [_OPTION.match(line) for line in lines]
    count = next((i for i, m in enumerate(matches) if m is None), len(lines))
    faults = [
        PageFault(name, cell.line + 1 + i, "a cell option below code", "Move it up.")
        for i, match in enumerate(matches)
        if match and i > count
    ]
    text = "\n".join(m[1] for m in matches[:count] if m)
    first = cell.line + 1
    options, wrong = read_yaml(text, CELL_OPTIONS, file=name, first_line=first)
    if "{python}" in text:
        cure = "Quarto evaluates none there; keep numbers in the prose or table."
        faults.append(PageFault(name, first, "inline code in a cell option", cure))
    return (options if isinstance(options, dict) else {}), faults + wrong
