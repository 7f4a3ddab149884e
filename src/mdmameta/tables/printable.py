"""A table ready to print: every cell a string, in HTML and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.tables.numbers import GAP, count, number, typeset

#: Widest column, in characters, that still shapes the widths of a Markdown
#: table: longer cells wrap, and would starve their neighbours otherwise.
WIDEST = 32

#: Longest word, in characters, that is kept whole.
WORD = 16

#: Characters that the margins of a cell, and capitals and digits, take besides.
PADDING = 2

#: Characters of a table's line on a page of paper.
PAGE = 118

#: Longest line after which pandoc takes the widths of columns from their dashes.
LINE = 72

_DASHES = {"l": (":", ""), "r": ("", ":"), "c": (":", ":")}
_SIDES = {"l": "left", "r": "right", "c": "center"}
_NUMERIC = re.compile(r"^[\[(p]?[ <>=]*[−–∞0-9]")
#: What Markdown would read as markup. Square brackets stay bare: intervals are
#: full of them, alone they mean nothing, and ``\[`` may start a formula.
_MARKUP = re.compile(r"([\\`*{}<>|$@^~#])|((?<!\w)_|_(?!\w))")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Table:
    """A printable table; the caption belongs to the page that shows it.

    A notebook asks for its MIME bundle and gets two complete forms of it, of
    which the renderer takes the one that its format can show. ``text/html``
    has scoped headers and is for screens; ``text/markdown`` is a pandoc pipe
    table, from which DOCX and Typst make tables of their own, where raw HTML
    would vanish without a word.

    Parameters
    ----------
    frame
        Strings; the first column names the rows.
    align
        A letter a column: l, r or c for left, right or centre.
    notes
        Sentences printed below the table.

    Examples
    --------
    >>> import pandas as pd
    >>> table = as_table(pd.DataFrame({"trial": ["A"], "n": [12]}))
    >>> print(table.to_markdown())
    | trial |   n |
    | :---- | --: |
    | A     |  12 |
    """

    frame: pd.DataFrame
    align: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the strings."""
        return self.frame.copy()

    def to_html(self) -> str:
        """Return an accessible HTML table of class ``mm-table``."""
        rows = self.frame.to_numpy().tolist()
        head = "".join(
            f'<th scope="col"{_style(side)}>{escape(name)}</th>'
            for name, side in zip(self._names(), self.align, strict=True)
        )
        body = "\n".join(f"<tr>{self._html_row(row)}</tr>" for row in rows)
        return (
            '<table class="mm-table">\n'
            f"<thead>\n<tr>{head}</tr>\n</thead>\n"
            f"<tbody>\n{body}\n</tbody>\n{self._html_notes()}</table>"
        )

    def to_markdown(self) -> str:
        """Return a pandoc pipe table with every cell, then the notes."""
        rows = [[markdown(cell) for cell in row] for row in self.frame.to_numpy()]
        names = [markdown(name) for name in self._names()]
        widths = [
            max(3, *map(len, column)) for column in zip(names, *rows, strict=True)
        ]
        shares = _shares(
            widths, [_longest_word(c) for c in zip(names, *rows, strict=True)]
        )
        rule = [_rule(*one) for one in zip(self.align, shares, strict=True)]
        lines = [_pipe(_padded(row, widths, self.align)) for row in (names, *rows)]
        lines.insert(1, _pipe(rule))
        return "\n".join([*lines, *(f"\n{markdown(note)}" for note in self.notes)])

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        return {
            "text/html": self.to_html(),
            "text/markdown": self.to_markdown(),
            "text/plain": self.frame.to_string(index=False),
        }

    def _names(self) -> list[str]:
        return [str(name) for name in self.frame.columns]

    def _html_row(self, row: Sequence[str]) -> str:
        first, *rest = (
            f"{_style(side)}>{escape(cell)}"
            for cell, side in zip(row, self.align, strict=True)
        )
        return f'<th scope="row"{first}</th>' + "".join(
            f"<td{cell}</td>" for cell in rest
        )

    def _html_notes(self) -> str:
        if not self.notes:
            return ""
        rows = "\n".join(
            f'<tr><td colspan="{len(self.align)}">'
            f'<div class="mm-note">{escape(note)}</div></td></tr>'
            for note in self.notes
        )
        return f'<tfoot class="mm-notes">\n{rows}\n</tfoot>\n'


def as_table(
    frame: pd.DataFrame,
    *,
    align: str | None = None,
    notes: Sequence[str] = (),
) -> Table:
    """Turn a frame into a printable table.

    Parameters
    ----------
    frame
        Strings stay as they are; other cells go through `cell`. Whole numbers
        that pandas keeps as floats beside a gap are counts again.
    align
        A letter a column; by default columns of numbers stand right.
    notes
        Sentences printed below, typeset; empty ones are left out.

    Returns
    -------
    Table
        With a note instead of a body when the frame has no rows.

    Examples
    --------
    >>> print(as_table(pd.DataFrame({"trial": ["A", "B"], "n": [12, 8]})).to_markdown())
    | trial |   n |
    | :---- | --: |
    | A     |  12 |
    | B     |   8 |
    """
    columns = [column_texts(frame.iloc[:, at]) for at in range(frame.shape[1])]
    text = pd.DataFrame(dict(enumerate(columns)), dtype=object)
    text.columns = pd.Index([str(name) for name in frame.columns])
    sides = "".join(map(_guess, columns)) if align is None else align
    empty = () if len(frame) else ("No rows.",)
    said = tuple(typeset(note) for note in notes if note)
    return Table(frame=text, align=sides, notes=(*empty, *said))


def cell(x: Any) -> str:
    """Print one cell: text as it is, whole numbers as counts, gaps visible.

    Examples
    --------
    >>> cell("MP-8"), cell(26), cell(-0.5), cell(True), cell(None)
    ('MP-8', '26', '−0.50', 'yes', '–')
    """
    if isinstance(x, str):
        return x or GAP
    if isinstance(x, (bool, np.bool_)):
        return "yes" if x else "no"
    if pd.api.types.is_scalar(x) and pd.isna(x):
        return GAP
    if isinstance(x, (int, np.integer)):
        return count(int(x))
    return number(float(x)) if isinstance(x, (float, np.floating)) else str(x)


def markdown(text: str) -> str:
    r"""Protect a text from being read as Markdown, on one line.

    Examples
    --------
    >>> print(markdown("a|b *c* @x [−1, 1] SYPRES_REL"))
    a\|b \*c\* \@x [−1, 1] SYPRES_REL
    """
    line = " ".join(str(text).split())
    return _MARKUP.sub(r"\\\g<0>", line).replace("](", "] (")


def column_texts(column: pd.Series[Any]) -> list[str]:
    """Print the cells of a column; floats that are all whole are counts.

    Examples
    --------
    >>> column_texts(pd.Series([12.0, None])), column_texts(pd.Series([0.5, 1.0]))
    (['12', '–'], ['0.50', '1.00'])
    """
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        return [count(x) for x in column]
    return [cell(x) for x in column]


def _guess(column: Sequence[str]) -> str:
    shown = [text for text in column if text != GAP]
    numeric = [text for text in shown if _NUMERIC.match(text)]
    return "r" if shown and len(numeric) == len(shown) else "l"


def _style(side: str) -> str:
    if side == "l":
        return ""
    figures = ";font-variant-numeric:tabular-nums" if side == "r" else ""
    return f' class="mm-{_SIDES[side]}" style="text-align:{_SIDES[side]}{figures}"'


def _shares(widths: Sequence[int], words: Sequence[int]) -> list[int]:
    """Dashes of columns; in a wide table they are the shares of the page.

    Each column has room for its longest word, and what is left of the page goes to
    columns in proportion to what they lack.
    """
    if sum(width + len(" | ") for width in widths) + 1 <= LINE:
        return [min(width, WIDEST) for width in widths]
    least = [min(word, WORD) + PADDING for word in words]
    lacks = [
        max(min(width, WIDEST) + PADDING - low, 0)
        for width, low in zip(widths, least, strict=True)
    ]
    part = min(1.0, max(PAGE - sum(least), 0) / max(sum(lacks), 1))
    return [low + round(part * lack) for low, lack in zip(least, lacks, strict=True)]


def _longest_word(column: Sequence[str]) -> int:
    return max(len(word) for cell in column for word in [*cell.split(), ""])


def _rule(side: str, width: int) -> str:
    before, after = _DASHES[side]
    return before + "-" * (width - len(before) - len(after)) + after


def _padded(row: Sequence[str], widths: Sequence[int], align: str) -> Iterable[str]:
    pads = {"l": str.ljust, "r": str.rjust, "c": str.center}
    for text, width, side in zip(row, widths, align, strict=True):
        yield pads[side](text, width)


def _pipe(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
