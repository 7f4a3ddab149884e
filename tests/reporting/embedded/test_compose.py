"""Results of cells put back into the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.compose import Composed, compose, stub_results
from mdmameta.reporting.embedded.page import Page, read_page

PLOT = {"image/svg+xml": "<svg/>", "text/plain": "<Figure size 1x1>"}
TABLE = {"text/html": "<table><tr><td>1</td></tr></table>", "text/markdown": "| a |"}


def page_of(folder: Path, body: str) -> Page:
    """Write and read a page."""
    (folder / "a.qmd").write_text(f"---\ntitle: T\n---\n{body}")
    return read_page(folder, "a.qmd")[0]


def shown(data: dict[str, str], kind: str = "display_data") -> dict[str, Any]:
    """Make an output of a cell."""
    return {"output_type": kind, "data": data, "metadata": {}}


def composed(folder: Path, options: str, *outputs: Any, **defaults: Any) -> Composed:
    """Compose a page of one cell."""
    page = page_of(folder, f"```{{python}}\n{options}\nx = 1\n```\n")
    return compose(page, (outputs,), {"echo": False, **defaults})


FIG = "#| label: fig-a\n#| fig-cap: A caption"
TBL = "#| label: tbl-a\n#| tbl-cap: A caption"


def test_html_never_passes_through_markdown(tmp_path: Path) -> None:
    result = composed(tmp_path, TBL, shown(TABLE))
    assert result.inserts == [{"html": TABLE["text/html"]}]
    assert "<table" not in "\n".join(result.lines)


def test_what_a_plotting_call_returns_is_not_shown(tmp_path: Path) -> None:
    artist = shown(
        {"text/plain": "[<matplotlib.lines.Line2D at 0x1>]"}, "execute_result"
    )
    result = composed(tmp_path, FIG, artist, shown(PLOT))
    assert list(result.media.values()) == [b"<svg/>"]


@pytest.mark.parametrize(
    ("options", "outputs", "said"),
    [
        (FIG, (shown(PLOT), shown(PLOT)), "gave 2 figures"),
        (FIG, (), "gave 0 figures"),
        (FIG, (shown(PLOT), shown({"text/plain": "12"})), "gave 1 figures and 1 other"),
        (TBL, (shown(PLOT),), "gave 0 tables and 1 other"),
        (
            TBL,
            (shown({"text/html": "<table><caption>A</caption></table>"}),),
            "<caption>",
        ),
        ("1", (shown({"application/json": "{}"}),), "which a page cannot show"),
    ],
)
def test_a_label_promises_exactly_one_figure_or_table(
    tmp_path: Path, options: str, outputs: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(ReportError, match=said) as caught:
        composed(tmp_path, options, *outputs)
    assert "a.qmd:4: " in str(caught.value)


def test_warnings_are_shown_unless_they_are_unwanted(tmp_path: Path) -> None:
    stream = {"output_type": "stream", "name": "stderr", "text": "Beware <x>\n"}
    [insert] = composed(tmp_path, "#| echo: false", stream).inserts
    assert "Beware &lt;x&gt;" in insert["html"]
    assert composed(tmp_path, "#| warning: false", stream).inserts == []


@pytest.mark.parametrize("option", ["include: false", "output: false"])
def test_output_that_is_not_wanted_is_left_out(tmp_path: Path, option: str) -> None:
    result = composed(tmp_path, f"#| {option}", shown(TABLE))
    assert result.inserts == []


def test_shown_code_has_no_option_lines_and_a_fence_long_enough(tmp_path: Path) -> None:
    page = page_of(tmp_path, "````{python}\n#| echo: true\ns = '```'\n````\n")
    text = "\n".join(compose(page, ((),), {}).lines)
    assert "````{.python .mdm-code}\ns = '```'\n````" in text
    assert "#|" not in text


def test_every_composed_line_knows_its_line_in_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, "One\n\n`{python} a` b `{python} c`\n")
    result = compose(page, (("two\nlines", "3"),), {})
    assert result.lines == ["One", "", "two", "lines b 3"]
    assert result.places == [4, 5, 6, 6]


def test_stand_ins_have_the_shape_of_results(tmp_path: Path) -> None:
    body = f"`{{python}} a`\n\n```{{python}}\n{FIG}\n1\n```\n\n```\n`x`\n```\n"
    page = page_of(tmp_path, body)
    stubs = stub_results(page)
    assert [len(stub) for stub in stubs] == [1, 1, 0, 0]
    assert compose(page, stubs, {}).inserts[0]["image"] == "a_files/fig-a-1.svg"


def test_text_that_is_printed_stands_in_a_fence_on_paper(tmp_path: Path) -> None:
    page = page_of(tmp_path, "```{python}\nx = 1\n```\n")
    printed = {"output_type": "stream", "name": "stdout", "text": "a ``` b <c>\n"}
    on_paper = compose(page, ((printed,),), {"echo": False}, target="pdf")
    assert "````\na ``` b <c>\n````" in "\n".join(on_paper.lines)
    on_screen = compose(page, ((printed,),), {"echo": False})
    assert "a ``` b &lt;c&gt;" in on_screen.inserts[0]["html"]
