"""Bytes of a file to text: encodings, byte-order marks, conflicts of a merge."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator

from mdmameta.errors import Fault
from mdmameta.schema import Table

__all__ = ["text_of"]

#: Byte-order marks of encodings that spreadsheets call "Unicode"; UTF-32 first,
#: because its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

#: The mark of UTF-8, which belongs at the very start of a file or nowhere.
_BOM = "\ufeff"

#: What UTF-8 looks like when it was read as Latin-1 and saved again, and the
#: character that stands for one that was lost.
_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|\ufffd")

_SAVE = "Save the file as UTF-8; a spreadsheet calls it 'CSV UTF-8'."


def text_of(table: Table, content: bytes) -> tuple[str | None, list[Fault]]:
    r"""Decode a file, and set aside what a merge left in it.

    Parameters
    ----------
    table
        Whose file it is.
    content
        Its bytes. A byte-order mark of UTF-8 at the start is read over, and so
        are line ends of any system.

    Returns
    -------
    tuple
        The text, with as many lines as the file, or None when it is not UTF-8;
        and what is wrong with it. Of a conflict the first side stays, so that
        the rest of the table can still be checked.

    Examples
    --------
    >>> from mdmameta.schema import TABLES
    >>> text_of(TABLES["arms"], b"study_id\nMP1\n")
    ('study_id\nMP1\n', [])
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            found = f"a byte-order mark of {name}"
            return None, [_fault(table, 1, found, "text in UTF-8", _SAVE)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_undecodable(table, content, error)]
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    faults = [*_conflicts(table, lines), *_strange(table, lines)]
    return "".join(_first_side(lines)), faults


def _fault(
    table: Table, row: int, found: str, allowed: str, cure: str, column: str = ""
) -> Fault:
    return Fault(
        file=table.file,
        row=row,
        column=column or None,
        found=found,
        allowed=allowed,
        cure=cure,
    )


def _undecodable(table: Table, content: bytes, error: UnicodeDecodeError) -> Fault:
    row = content.count(b"\n", 0, error.start) + 1
    byte = content[error.start]
    guess = bytes([byte]).decode("cp1252", errors="replace")
    meant = "" if guess == "\ufffd" else f", {guess!r} in Windows-1252"
    return _fault(
        table,
        row,
        f"a byte that is not UTF-8 (0x{byte:02x}{meant})",
        "text in UTF-8",
        _SAVE,
        _column_at(content, error.start),
    )


def _column_at(content: bytes, at: int) -> str:
    """Name the column that a byte stands in, or nothing when it is not plain."""
    header = content.split(b"\n", 1)[0].decode("latin-1").lstrip("\u00ef\u00bb\u00bf")
    before = content[content.rfind(b"\n", 0, at) + 1 : at].decode("latin-1")
    names = next(csv.reader([header]), [])
    place = len(next(csv.reader([f"{before}x"]), [""])) - 1
    return names[place].strip() if place < len(names) and at > len(header) else ""


def _marker(line: str) -> str:
    r"""Return the mark of a merge that a line is, or nothing.

    Examples
    --------
    >>> _marker("<<<<<<< HEAD\n"), _marker("=======\n"), _marker("<<< a")
    ('<', '=', '')
    """
    found = re.match(r"(<{7}|>{7}|\|{7})(?= |\r|\n|$)|={7}(?=\r|\n|$)", line)
    return found.group()[0] if found else ""


def _conflicts(table: Table, lines: list[str]) -> Iterator[Fault]:
    start, ours = 0, ""
    for row, line in enumerate(lines, start=1):
        mark = _marker(line)
        if mark == "<":
            start, ours = row, line[7:].strip() or "one side"
        elif mark == ">":
            theirs = line[7:].strip() or "the other"
            yield _conflict(table, start or row, row, f"{ours!r} against {theirs!r}")
            start = 0
    if start:
        yield _conflict(table, start, len(lines), f"{ours!r}, which has no end")


def _conflict(table: Table, start: int, end: int, sides: str) -> Fault:
    return _fault(
        table,
        start,
        f"a conflict of a merge in lines {start} to {end}: {sides}",
        "one version of every row",
        "Keep the right rows between the marks <<<<<<< and >>>>>>>, and take out the "
        "other rows and the marks.",
    )


def _first_side(lines: list[str]) -> Iterator[str]:
    """Blank the marks, and every side of a conflict but the first."""
    kept, inside = True, False
    for line in lines:
        mark = _marker(line)
        is_mark = mark == "<" or (mark != "" and inside)
        if mark == "<":
            kept, inside = True, True
        elif is_mark:
            kept, inside = mark == ">", mark != ">"
        yield (
            line.replace(_BOM, "").replace("\0", "")
            if kept and not is_mark
            else "\n" * line.endswith(("\n", "\r"))
        )


def _strange(table: Table, lines: list[str]) -> Iterator[Fault]:
    for row, line in enumerate(lines, start=1):
        if "\0" in line:
            found, cure = "a NUL character", "Save the file as text anew."
        elif _BOM in line:
            found = "a byte-order mark inside the file"
            cure = "Take out the invisible character; two files were joined here."
        elif bad := _TWICE.search(line):
            found = f"{bad.group()!r}, a character that was decoded wrongly"
            cure = "Type the character that was meant, and save the file as UTF-8."
        else:
            continue
        yield _fault(table, row, found, "text in UTF-8", cure)
