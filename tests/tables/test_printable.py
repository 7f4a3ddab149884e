from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pypandoc
import pytest

from mdmameta.tables.printable import PAGE, as_table, cell, markdown

FRAME = pd.DataFrame(
    {
        "trial": ["A & B <1>", "pipe | star *", "@fig-x $y$ `z`"],
        "n": [12, np.nan, 1042],
        "g": ["−0.71 [−0.95, −0.47]", None, "0.10"],
    }
)


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.cells, self.open = [], False

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.open = True
            self.cells.append("")

    def handle_endtag(self, tag):
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, data):
        if self.open:
            self.cells[-1] += data


def cells_of(html):
    parser = Cells()
    parser.feed(html)
    return parser.cells


EXPECTED = ["trial", "n", "g", "A & B <1>", "12", "−0.71 [−0.95, −0.47]"]
EXPECTED += ["pipe | star *", "–", "–", "@fig-x $y$ `z`", "1,042", "0.10"]


def bundle(table):
    return table._repr_mimebundle_()


def test_the_html_form_holds_every_cell():
    assert cells_of(bundle(as_table(FRAME))["text/html"]) == EXPECTED


def test_the_markdown_form_holds_every_cell_as_pandoc_reads_it():
    source = bundle(as_table(FRAME))["text/markdown"]
    html = pypandoc.convert_text(source, "html", format="markdown-smart")
    assert cells_of(html) == EXPECTED


@pytest.mark.parametrize("target", ["typst", "rst"])
def test_other_formats_get_every_cell_from_the_markdown_form(target):
    source = as_table(FRAME.iloc[:1]).to_markdown()
    text = pypandoc.convert_text(source, target, format="markdown")
    assert "−0.95, −0.47" in text
    assert "12" in text


def test_headers_have_a_scope_and_numbers_stand_right_in_tabular_figures():
    html = as_table(FRAME).to_html()
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 3
    assert html.startswith('<table class="mm-table">')
    assert html.count("text-align:right;font-variant-numeric:tabular-nums") == 8


def test_notes_follow_the_table_in_both_forms():
    table = as_table(FRAME, notes=("Not a <cure>.", ""))
    assert "Not a <cure>." in cells_of(table.to_html())
    assert table.to_html().count("<tfoot") == 1
    assert table.to_markdown().endswith("\n\nNot a \\<cure\\>.")


def test_a_table_without_rows_says_so():
    table = as_table(pd.DataFrame({"a": [], "b": []}))
    assert table.notes == ("No rows.",)
    assert "No rows." in table.to_html()
    assert "No rows." in table.to_markdown()


def test_columns_of_one_name_stay_apart():
    twice = pd.DataFrame([["x", "y"]], columns=["n", "n"])
    assert cells_of(as_table(twice).to_html()) == ["n", "n", "x", "y"]


def test_the_frame_given_is_not_changed_and_the_copy_is_free():
    before = FRAME.copy()
    table = as_table(FRAME)
    copy = table.to_frame()
    copy.iloc[0, 0] = "changed"
    pd.testing.assert_frame_equal(FRAME, before)
    assert table.frame.iloc[0, 0] == "A & B <1>"


def test_cells_of_every_kind_become_text():
    assert [cell(x) for x in (np.True_, np.int64(1200), np.float64(-0.5), pd.NA)] == [
        "yes",
        "1,200",
        "−0.50",
        "–",
    ]
    assert cell(("a", "b")) == "('a', 'b')"


def test_markdown_of_a_line_break_stays_on_one_line():
    assert markdown("one\ntwo") == "one two"


def test_a_line_break_does_not_break_the_pipe_table():
    table = as_table(pd.DataFrame({"a": ["one\ntwo"]}))
    assert table.to_markdown().splitlines()[2] == "| one two |"


def test_no_cell_header_or_note_can_bring_markup_into_the_page():
    frame = pd.DataFrame({"<i>h</i>": ["<b>x</b>"], "n": ["<u>1</u>"]})
    html = as_table(frame, notes=("<em>note</em>",)).to_html()
    assert not any(tag in html for tag in ("<i>", "<b>", "<u>", "<em>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_short_columns_beside_long_ones_have_room_on_paper():
    row = {"registry": ["NCT00000000"], "phase": ["2"], "control": ["inactive " * 20]}
    rule = as_table(pd.DataFrame(row)).to_markdown().splitlines()[1]
    registry, phase, control = (len(part) for part in rule.strip("| ").split(" | "))
    assert registry >= len("NCT00000000")
    assert phase >= len("phase")
    assert control > 2 * registry


def test_a_page_full_of_columns_keeps_every_word_whole_and_shares_the_rest():
    row = {f"column {i}": [f"NCT0000000{i} of some trial"] for i in range(6)}
    row["long"] = ["words " * 40]
    rule = as_table(pd.DataFrame(row)).to_markdown().splitlines()[1]
    *narrow, long = (len(part) for part in rule.strip("| ").split(" | "))
    assert min(narrow) > len("NCT00000000")
    assert sum([*narrow, long]) <= PAGE + len(row)
    assert long > len("words")
