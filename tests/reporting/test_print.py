"""What paper from Quarto looks like, compiled by Typst as Quarto hands it over."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pypdf
import pytest
import typst

ROOT = Path(__file__).parents[2]

#: A title of two lines and a table, as Quarto's template and filters write them.
BODY = """\
#let mark = context metadata(here().position().x.pt())
#let words = [wide#mark #mark;words #box(width: 100%)]
#show: it => { set par(justify: true); it }
#align(center)[#block(inset: 2em)[#text(weight: "bold", size: 15pt)[#words]]]
#words

#figure([
#table(columns: (50%, 50%), align: (left, right),
  table.header([trial], [number],), table.hline(), [first], [12],)
Some notes.
], caption: figure.caption(position: top, [Trials on record]),
  kind: "quarto-float-tbl", supplement: "Table")
"""


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "a.typ"
    style = (ROOT / "reports/print.typ").read_text("utf-8")
    path.write_text(f"#set page(width: 13cm)\n{style}\n{BODY}", "utf-8")
    return path


@pytest.fixture(scope="module")
def fonts(paper: Path) -> dict[str, set[str]]:
    """Give the fonts in which each word is set."""
    typst.compile(str(paper), output=str(paper.with_suffix(".pdf")))
    (page,) = pypdf.PdfReader(paper.with_suffix(".pdf")).pages
    found: dict[str, set[str]] = defaultdict(set)

    def keep(text: str, _: object, __: object, font: dict, ___: float) -> None:
        for word in text.split():
            found[word].add(font["/BaseFont"])

    page.extract_text(visitor_text=keep)
    return found


def test_the_head_of_a_table_is_bold_and_its_rows_are_not(fonts) -> None:
    assert all("Bold" in font for word in ("trial", "number") for font in fonts[word])
    assert not any("Bold" in font for word in ("first", "12") for font in fonts[word])


def test_a_caption_ends_its_number_with_a_full_stop_as_on_screen(fonts) -> None:
    assert "1." in fonts
    assert "1:" not in fonts


def test_words_of_a_title_stand_as_near_as_words_do(paper: Path) -> None:
    read = json.loads(typst.query(str(paper), "metadata", field="value"))
    title, text = read[1] - read[0], read[3] - read[2]
    assert text > 100  # its line is filled
    assert title < 5


@pytest.mark.parametrize("newest", [True, False], ids=["newest", "0.11"])
@pytest.mark.parametrize("above", [12.5, 12.8, 13.1, 13.4, 13.7, 14])
def test_a_caption_is_on_the_page_of_the_first_row(
    tmp_path: Path, above: float, newest: bool
) -> None:
    style = (ROOT / "reports/print.typ").read_text("utf-8")
    test = "sys.version >= version(0, 12, 0)"
    assert test in style
    style = style.replace(test, str(newest).lower())
    page = "#set page(width: 13cm, height: 22cm, margin: 2cm)"
    path = tmp_path / "a.typ"
    path.write_text(f"{page}\n{style}\n#v({above}cm)\n{BODY}", "utf-8")
    typst.compile(str(path), output=str(path.with_suffix(".pdf")))
    texts = [
        one.extract_text()
        for one in pypdf.PdfReader(f"{path.with_suffix('.pdf')}").pages
    ]
    (at,) = [text for text in texts if "Trials on record" in text]
    assert "first" in at
