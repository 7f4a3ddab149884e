"""The checks of prose: anything outside the allow-list is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mdmameta.reporting.embedded import keys
from mdmameta.reporting.embedded.attributes import (
    attribute_faults,
    div_faults,
    labels_in,
)
from mdmameta.reporting.embedded.faults import PageFault
from mdmameta.reporting.embedded.page import Cell, Page, Prose

__all__ = ["check_page"]

_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>]+>|<[^\s<>@]+@[^\s<>]+>")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MATH = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<![\\$])\$(?=\S)[^$]*?(?<=\S)\$(?!\d)")
_INLINE = re.compile(r"(?<!`)`\{python\}[ \t]+[^`]+`(?!`)")
_REFERENCE = re.compile(r"(?<![\w\\])-?@\{?(?P<kind>[A-Za-z]+)-")

#: Pattern, what it is, what to do; each is searched in a line of prose from
#: which code, mathematics, comments and escaped characters are removed.
_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\{\{[<%]"), "a shortcode", "Shortcodes are not allowed."),
    (re.compile(r"</?[A-Za-z][^<>]*>"), "raw HTML", "Write it in Markdown."),
    (
        re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+)?\(?@[\w-]*[.)](?:\s|$)"),
        "a paragraph that begins like a numbered example",
        "Pandoc and Quarto lose its first word; begin with another word.",
    ),
    (
        re.compile(r"^#\s"),
        "a heading of level 1",
        "The title is the only one; begin with '##'.",
    ),
    (
        re.compile(r"(?<![\w.])@(?:Fig|Tbl|Sec|Eq)-"),
        "a capitalised cross-reference",
        "Write it in lower case.",
    ),
    (
        re.compile(r"(?<!\\)\\(?:begin|end|newpage|pagebreak|ref|cite)\b"),
        "raw LaTeX",
        "Put mathematics between dollar signs; nothing else is rendered.",
    ),
)


def check_page(page: Page) -> list[PageFault]:
    """List every construct of a page that is not on the allow-list.

    Parameters
    ----------
    page
        A page as read from its file.

    Returns
    -------
    list of PageFault
        In the order of lines; empty when the page may be rendered.
    """
    faults = [*_prose_faults(page), *_cell_faults(page), *_label_faults(page)]
    faults += _footnote_faults(page)
    return sorted(faults, key=lambda fault: fault.line or 0)


def _masked(block: Prose) -> list[str]:
    # The count of lines stays, so that index i is still line block.line + i.
    text = "\n".join(block.lines)
    for pattern in (re.compile(r"<!--.*?-->", re.S), re.compile(r"\$\$.*?\$\$", re.S)):
        text = pattern.sub(lambda m: "\n" * m[0].count("\n"), text)
    return [_mask_line(line) for line in text.split("\n")]


def _mask_line(line: str) -> str:
    for pattern in (_CODE_SPAN, _MATH, _AUTOLINK):
        line = pattern.sub(" ", line)
    return re.sub(r"\\[^\w\s]", " ", line)


def _prose_faults(page: Page) -> Iterator[PageFault]:
    open_divs: list[int] = []
    for block in (b for b in page.blocks if isinstance(b, Prose)):
        for i, (raw, text) in enumerate(zip(block.lines, _masked(block), strict=True)):
            line = block.line + i
            for found, cure in _line_faults(raw, text):
                yield PageFault(page.name, line, found, cure)
            for found, cure in div_faults(text, open_divs, line):
                yield PageFault(page.name, line, found, cure)
            follows = block.lines[i + 1].strip() if i + 1 < len(block.lines) else ""
            if raw.strip() == "---" and follows:
                cure = "Put an empty line below it; else it begins a YAML block."
                yield PageFault(page.name, line, "'---' directly above text", cure)
    for line in open_divs:
        yield PageFault(page.name, line, "a ':::' that is never closed", "Close it.")


def _line_faults(raw: str, text: str) -> Iterator[tuple[str, str]]:
    for pattern, what, cure in _PATTERNS:
        match = pattern.search(text)
        if match:
            yield f"{what}: {match[0].strip()!r}", cure
    if "{=" in text or re.search(r"`\{=", raw):
        yield "a raw block or span {=…}", "Only Markdown renders in every format."
    yield from _inline_faults(raw)
    yield from _reference_faults(text)
    yield from attribute_faults(text)


def _inline_faults(raw: str) -> Iterator[tuple[str, str]]:
    rest = _INLINE.sub("", raw)
    match = re.search(r"`\{+\s*[A-Za-z]\w*\s*\}+", rest)
    if match:
        cure = "Inline code is `{python} expression`, on one line, with one backtick."
        yield f"inline code {match[0]!r}", cure


def _reference_faults(text: str) -> Iterator[tuple[str, str]]:
    for match in _REFERENCE.finditer(text):
        if match["kind"] in keys.OTHER_REFERENCES:
            cure = f"Allowed: {', '.join('@' + k + '-' for k in keys.REFERENCES)}."
            yield f"a reference '@{match['kind']}-…'", cure
    kinds = "|".join(keys.REFERENCES)
    for group in re.findall(r"(?<!\\)\[[^\[\]]*@[^\[\]]*\]", text):
        parts = group.split(";")
        ours = [part for part in parts if re.search(rf"@\{{?(?:{kinds})-", part)]
        if ours and len(ours) < len(parts):
            yield f"a citation mixed with a cross-reference: {group!r}", "Part them."


def _cell_faults(page: Page) -> Iterator[PageFault]:
    for cell in (b for b in page.blocks if isinstance(b, Cell)):
        kind = (cell.label or "").split("-")[0]
        faults = []
        if kind in {"sec", "eq"} or kind in keys.OTHER_REFERENCES:
            faults.append(f"a cell labelled {cell.label!r}")
        for k in ("fig", "tbl"):
            captioned = f"{k}-cap" in cell.options
            if captioned and k != kind:
                faults.append(f"{k}-cap without a label '{k}-…'")
            if not captioned and k == kind:
                faults.append(f"the label {cell.label!r} without {k}-cap")
        if "fig-alt" in cell.options and kind == "tbl":
            faults.append("fig-alt on a table")
        for found in faults:
            cure = "A label fig-… or tbl-… and its caption go together."
            yield PageFault(page.name, cell.line, found, cure)


def _label_faults(page: Page) -> Iterator[PageFault]:
    seen: dict[str, int] = {}
    for line, label in _labels(page):
        if label in seen:
            found = f"the label {label!r} stands twice, first in line {seen[label]}"
            yield PageFault(page.name, line, found, "Give each its own.")
        if not re.fullmatch(keys.LABEL, label):
            cure = "Use letters, digits and hyphens, lower case first."
            yield PageFault(page.name, line, f"the label {label!r}", cure)
        seen.setdefault(label, line)


def _labels(page: Page) -> Iterator[tuple[int, str]]:
    for block in page.blocks:
        if isinstance(block, Cell):
            if block.label is not None:
                yield block.line, block.label
        elif isinstance(block, Prose):
            for i, line in enumerate(block.lines):
                labels = labels_in(_CODE_SPAN.sub(" ", line))
                yield from ((block.line + i, label) for label in labels)


def _footnote_faults(page: Page) -> Iterator[PageFault]:
    texts = [
        (block.line + i, text)
        for block in page.blocks
        if isinstance(block, Prose)
        for i, text in enumerate(_masked(block))
    ]
    defined = {m[1] for _, t in texts if (m := re.match(r"\s{0,3}\[\^([^\]]+)\]:", t))}
    for line, text in texts:
        for name in re.findall(r"\[\^([^\]\s]+)\](?!:)", text):
            if name not in defined:
                found = f"the footnote [^{name}] has no text"
                yield PageFault(page.name, line, found, f"Add a line '[^{name}]: …'.")
