"""What cells gave, put back into the page as Markdown for pandoc."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.alt import alt_in
from mdmameta.reporting.embedded.execute import Results
from mdmameta.reporting.embedded.inline import INLINE
from mdmameta.reporting.embedded.outputs import (
    EXTENSIONS,
    best_form,
    is_figure,
    is_table,
    shown_outputs,
)
from mdmameta.reporting.embedded.page import Cell, Page, Prose

__all__ = ["Composed", "compose", "stub_results"]

_QUARTO_DEFAULTS = {"echo": True, "output": True, "warning": True}


@dataclass(slots=True)
class Composed:
    """A page on its way to pandoc.

    Attributes
    ----------
    lines, places
        Markdown, and the line of the page that each of its lines comes from.
    inserts
        HTML and images that pandoc must not read; the filter puts them in.
    media
        Files to write beside the page: path -> content.
    target
        ``html``, ``pdf`` or ``docx``.
    """

    lines: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    inserts: list[Mapping[str, Any]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    target: str = "html"

    def add(self, text: str, place: int) -> None:
        """Append text whose lines all come from one line of the page."""
        new = text.split("\n")
        self.lines += new
        self.places += [place] * len(new)

    def insert(self, what: Mapping[str, Any], place: int) -> None:
        """Append a mark that the filter replaces by `what`."""
        self.inserts.append(what)
        self.add(f'\n::: {{.mdm-insert n="{len(self.inserts)}"}}\n:::\n', place)


def compose(
    page: Page, results: Results, defaults: Mapping[str, Any], target: str = "html"
) -> Composed:
    """Put the results of a page into its Markdown.

    Parameters
    ----------
    page, results
        The page, and what its blocks gave, aligned.
    defaults
        Options of cells where a cell says nothing: ``echo`` and so on.
    target
        ``html``, ``pdf`` or ``docx``.

    Returns
    -------
    Composed
        Markdown with marks where HTML and images go.

    Raises
    ------
    ReportError
        When a cell labelled as a figure or table did not give exactly one.
    """
    out = Composed(target=target)
    for block, result in zip(page.blocks, results, strict=True):
        if isinstance(block, Cell):
            _cell(out, page, block, result, defaults)
        elif isinstance(block, Prose):
            _prose(out, block, result)
        else:
            for i, line in enumerate(block.lines):
                out.add(line, block.line + i)
    return out


def stub_results(page: Page) -> Results:
    """Results that stand in for real ones, to check a page before it runs."""
    return tuple(
        tuple("0" for text in block.lines for _ in INLINE.finditer(text))
        if isinstance(block, Prose)
        else _stub(block)
        if isinstance(block, Cell)
        else ()
        for block in page.blocks
    )


def _stub(cell: Cell) -> tuple[Any, ...]:
    kind = (cell.label or "").split("-")[0]
    data = {"fig": {"image/svg+xml": "<svg/>"}, "tbl": {"text/html": "<table></table>"}}
    shown = cell.options.get("include", True) and cell.options.get("output", True)
    if kind not in data or not shown:
        return ()
    return ({"output_type": "display_data", "data": data[kind], "metadata": {}},)


def _prose(out: Composed, prose: Prose, values: Sequence[str]) -> None:
    left = iter(values)

    def value(_: re.Match[str]) -> str:
        return next(left)

    for i, line in enumerate(prose.lines):
        out.add(INLINE.sub(value, line), prose.line + i)


def _cell(
    out: Composed,
    page: Page,
    cell: Cell,
    result: Sequence[Any],
    defaults: Mapping[str, Any],
) -> None:
    options = {**_QUARTO_DEFAULTS, **defaults, **cell.options}
    if not options.get("include", True):
        return
    if options["echo"]:
        _source(out, cell, options)
    if options["output"] is False:
        return
    kept = shown_outputs(result, warning=bool(options["warning"]))
    column = options.get("column", "body")
    out.add(f"\n::: {{.mdm-cell .column-{column}}}\n", cell.line)
    kind = (cell.label or "").split("-")[0]
    if kind in {"fig", "tbl"}:
        _float(out, page, cell, kept, kind)
    else:
        for output in kept:
            _output(out, page, cell, output, asis=options["output"] == "asis")
    out.add("\n:::\n", cell.line)


def _source(out: Composed, cell: Cell, options: Mapping[str, Any]) -> None:
    runs = [len(m) for m in re.findall(r"`+", cell.code)]
    fence = "`" * max(3, *(n + 1 for n in runs), 3)
    fold = ""
    if options.get("code-fold"):
        summary = json.dumps(options.get("code-summary", "Code"), ensure_ascii=False)
        fold = f" summary={summary}"
    out.add(f"\n{fence}{{.python .mdm-code{fold}}}\n{cell.code}\n{fence}\n", cell.line)


def _float(
    out: Composed, page: Page, cell: Cell, outputs: list[Any], kind: str
) -> None:
    test = is_figure if kind == "fig" else is_table
    wanted = [o for o in outputs if test(o)]
    where = f"{page.name}:{cell.line}: the cell {cell.label!r} gave"
    noun = {"fig": "figure", "tbl": "table"}[kind]
    if len(wanted) != 1 or len(outputs) != 1:
        raise ReportError(
            f"{where} {len(wanted)} {noun}s and {len(outputs) - len(wanted)} other "
            f"outputs. Allowed: exactly one {noun} under one caption. A figure that "
            "is both shown and returned counts twice: end the last line with ';'."
        )
    if kind == "tbl" and "<caption" in str(best_form(wanted[0])[1]):
        cure = "Leave it to tbl-cap, or it is printed twice."
        raise ReportError(f"{where} a table with its own <caption>. {cure}")
    out.add(f"\n::: {{#{cell.label} .mdm-float}}\n", cell.line)
    _output(out, page, cell, wanted[0], asis=True)
    caption = cell.options[f"{kind}-cap"]
    out.add(f"\n::: {{.mdm-caption}}\n{caption}\n:::\n\n:::\n", cell.line)


def _output(out: Composed, page: Page, cell: Cell, output: Any, *, asis: bool) -> None:
    mime, value = best_form(output, out.target)
    if mime in EXTENSIONS:
        _image(out, page, cell, output, mime, value)
    elif mime == "text/html":
        out.insert({"html": value}, cell.line)
    elif mime == "text/markdown" or (mime == "stream" and asis):
        out.add(f"\n{value}\n", cell.line)
    elif value:
        kind = "stderr" if output.get("name") == "stderr" else "text"
        _printed(out, cell, value.rstrip("\n"), kind)
    else:
        raise ReportError(
            f"{page.name}:{cell.line}: the cell gives only {sorted(output['data'])}, "
            f"which a page cannot show as {out.target.upper()}. Allowed: SVG, PNG, "
            "Markdown, text, and in HTML pages HTML."
        )


def _printed(out: Composed, cell: Cell, text: str, kind: str) -> None:
    if out.target == "html":
        escaped = html.escape(text)
        shown = f'<pre class="output {kind}"><code>{escaped}</code></pre>'
        out.insert({"html": shown}, cell.line)
    else:
        fence = "`" * max(3, *(len(m) + 1 for m in re.findall(r"`+", text)), 3)
        out.add(f"\n{fence}\n{text}\n{fence}\n", cell.line)


def _image(
    out: Composed, page: Page, cell: Cell, output: Any, mime: str, value: str
) -> None:
    stem = page.name.removesuffix(".qmd")
    label = cell.label or f"cell-{cell.line}"
    name = f"{label}-{len(out.media) + 1}.{EXTENSIONS[mime]}"
    content = base64.b64decode(value) if mime == "image/png" else value.encode()
    out.media[f"{stem}_files/{name}"] = content
    size = output.get("metadata", {}).get(mime, {})
    out.insert(
        {
            "image": f"{stem.rsplit('/', 1)[-1]}_files/{name}",
            "file": f"{stem}_files/{name}",
            "alt": alt_in(content) or cell.options.get("fig-alt", ""),
            "width": size.get("width"),
            "height": size.get("height"),
            "line": cell.line,
        },
        cell.line,
    )
