"""Write the Word styles of the reports: pandoc's own, on A4, with tables set small.

``python reports/word_styles.py`` writes the document that `_quarto.yml` and the
embedded renderer give to pandoc as its reference.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pypandoc import get_pandoc_path

MADE = Path(__file__).parents[1] / "src/mdmameta/reporting/assets/reference.docx"

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
FONT = "Calibri"

#: Sizes of letters, in halves of a point: by style; of text, tables and their notes.
STYLES = {"Title": 40, "Heading1": 32, "Heading2": 26, "Heading3": 23, "Caption": 20}
TEXT, CELL, NOTE = 21, 16, 17

#: In twentieths of a point: A4, its margins, those beside and above a cell's text, and
#: the spaces around a paragraph and between a table and the caption of the next.
PAPER = {"w": 11906, "h": 16838}
MARGIN, BESIDE, ABOVE, AROUND, BEFORE = 1080, 60, 24, 80, 240


def reference() -> bytes:
    """Make the document from pandoc's own."""
    asked = [get_pandoc_path(), "--print-default-data-file=reference.docx"]
    own = ZipFile(io.BytesIO(run(asked, capture_output=True, check=True).stdout))
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as document:
        for name in own.namelist():
            content = own.read(name)
            if change := CHANGED.get(name):
                content = _changed(content, change)
            # Without a time of its own, the same styles are the same bytes.
            document.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return made.getvalue()


def _changed(content: bytes, change: Callable[[Element], None]) -> bytes:
    for _, (prefix, place) in ElementTree.iterparse(io.BytesIO(content), ["start-ns"]):
        ElementTree.register_namespace(prefix, place)
    root = ElementTree.fromstring(content)
    change(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def set_styles(root: Element) -> None:
    """Give sizes to letters, and to tables their margins and lines."""
    defaults = _inner(root, "docDefaults", "rPrDefault", "rPr")
    _size(defaults, TEXT)
    _inner(defaults, "lang").set(f"{WORD}val", "en-GB")
    styles = {style.get(f"{WORD}styleId"): style for style in root.iter(f"{WORD}style")}
    for name, size in STYLES.items():
        _size(_inner(styles[name], "rPr"), size)
    around = _inner(styles["BodyText"], "pPr", "spacing")
    around.attrib.update(_named({"before": AROUND, "after": AROUND}))
    _inner(styles["Title"], "pPr", "jc").set(f"{WORD}val", "left")
    above = Element(f"{WORD}spacing", _named({"before": BEFORE, "after": 120}))
    _inner(styles["TableCaption"], "pPr").append(above)
    root.append(_note())
    table = styles["Table"]
    run_of_table = Element(f"{WORD}rPr")
    _size(run_of_table, CELL)
    table.insert(list(table).index(_inner(table, "tblPr")), run_of_table)
    _table(_inner(table, "tblPr"))


def _note() -> Element:
    """Make the style of what is said below a table."""
    style = Element(f"{WORD}style", _named({"type": "paragraph", "customStyle": 1}))
    style.set(f"{WORD}styleId", "TableNote")
    for name, value in {"name": "Table Note", "basedOn": "Normal"}.items():
        _inner(style, name).set(f"{WORD}val", value)
    around = _named({"before": 2 * ABOVE, "after": 2 * ABOVE})
    _inner(style, "pPr", "spacing").attrib.update(around)
    _size(_inner(style, "rPr"), NOTE)
    return style


def _table(of: Element) -> None:
    line = {"val": "single", "sz": "4", "space": "0", "color": "BFBFBF"}
    borders = Element(f"{WORD}tblBorders")
    borders.append(Element(f"{WORD}insideH", _named(line)))
    of.insert(list(of).index(_inner(of, "tblCellMar")), borders)
    for side in _inner(of, "tblCellMar"):
        beside = side.tag in (f"{WORD}left", f"{WORD}right")
        side.set(f"{WORD}w", str(BESIDE if beside else ABOVE))


def set_paper(root: Element) -> None:
    """Give the pages their size and margins."""
    section = next(root.iter(f"{WORD}sectPr"))
    _inner(section, "pgSz").attrib.update(_named(PAPER))
    sides = dict.fromkeys(("top", "right", "bottom", "left"), MARGIN)
    rest = {"header": MARGIN // 2, "footer": MARGIN // 2, "gutter": 0}
    _inner(section, "pgMar").attrib.update(_named({**sides, **rest}))


def set_fonts(root: Element) -> None:
    """Ask for a font that every Word has, and other programs a like one."""
    for font in root.iter(f"{DRAWING}latin"):
        font.attrib = {"typeface": FONT}


#: Parts of the document that differ from pandoc's.
CHANGED = {
    "word/styles.xml": set_styles,
    "word/document.xml": set_paper,
    "word/theme/theme1.xml": set_fonts,
}


def _inner(of: Element, *names: str) -> Element:
    """Find an element, or make it at the end of its parent's."""
    for name in names:
        found = of.find(f"{WORD}{name}")
        if found is None:
            found = Element(f"{WORD}{name}")
            of.append(found)
        of = found
    return of


def _size(of: Element, halves: int) -> None:
    for name in ("sz", "szCs"):
        _inner(of, name).set(f"{WORD}val", str(halves))


def _named(values: Mapping[str, object]) -> dict[str, str]:
    return {f"{WORD}{name}": str(value) for name, value in values.items()}


if __name__ == "__main__":
    MADE.write_bytes(reference())
