"""What stands on finished pages, and what keeps a page from being finished."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import RenderResult, render_report
from mdmameta.reporting.embedded.guard import read_links

Project = Callable[..., Path]


def figure(html: str, label: str) -> str:
    """Cut out the element of a figure or table."""
    found = re.search(rf'<figure id="{label}".*?</figure>', html, re.S)
    assert found, label
    return found[0]


def text(html: str) -> str:
    """Strip tags and join white space."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def test_every_page_of_the_project_is_written_and_the_index_comes_first(
    rendered: RenderResult,
) -> None:
    assert [path.name for path in rendered.outputs] == ["index.html", "second.html"]
    assert rendered.renderer == "embedded"
    assert rendered.index.parent.name == "_site"


def test_a_table_shows_its_html_body_and_its_caption_once(index: str) -> None:
    table = figure(index, "tbl-own")
    assert "<td>Alpha</td><td>0.713</td>" in table
    assert "wrong" not in index
    assert index.count("Own table") == 1
    assert text(table).startswith("Table 1. Own table, see Figure 1 and Smith ( 2020 )")


def test_tables_and_figures_are_numbered_apart_in_the_order_of_the_page(
    index: str,
) -> None:
    assert "Table 2." in text(figure(index, "tbl-pipe"))
    assert "Figure 1." in text(figure(index, "fig-plot"))
    assert "Figure 2." in text(figure(index, "fig-file"))
    assert re.search(r"<td[^>]*>Beta</td>\s*<td[^>]*>12</td>", index)


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("tbl-own", "Table 1"),
        ("fig-plot", "Figure 1"),
        ("fig-file", "Figure 2"),
        ("tbl-pipe", "2"),
        ("eq-model", "Equation (1)"),
        ("sec-deep", "Section 1.1"),
    ],
)
def test_a_reference_is_a_link_with_the_right_number(
    index: str, label: str, shown: str
) -> None:
    links = re.findall(
        rf'<a href="#{label}"\s+class="xref"[^>]*>(.*?)</a>', index, re.S
    )
    assert shown in {text(link) for link in links}
    assert f'id="{label}"' in index


def test_a_figure_has_its_alternative_text_and_its_caption_once(index: str) -> None:
    plot = figure(index, "fig-plot")
    assert 'alt="Two points &quot;rising&quot; &amp; shining"' in plot
    assert "A plot of <em>things</em>" in plot
    assert index.count("A plot of") == 1
    assert 'alt="A blue square"' in figure(index, "fig-file")
    assert "fig-alt" not in index


def test_the_image_of_a_plot_is_an_svg_without_date(rendered: RenderResult) -> None:
    html = rendered.index.read_text(encoding="utf-8")
    source = re.search(r'<img class="plot" src="([^"]+)"', html)
    assert source
    svg = (rendered.index.parent / source[1]).read_text(encoding="utf-8")
    assert "<svg" in svg
    assert "<dc:date>" not in svg


def test_inline_values_are_printed_as_text_numbers_and_markdown(index: str) -> None:
    assert "Of 6 trials, -0.5* and <strong>bold</strong> words" in index
    assert "{python}" not in index


def test_a_citation_stands_in_the_bibliography_and_others_do_not(index: str) -> None:
    assert 'id="ref-smith2020"' in index
    assert "On Contrasts" in index
    assert "Never cited" not in index
    assert index.count("<h2") >= 2
    assert index.index(">References<") < index.index('id="ref-smith2020"')


def test_mathematics_is_mathml_with_a_numbered_equation(index: str) -> None:
    assert '<math display="block"' in index
    assert '<span class="equation-number">(1)</span>' in index
    assert "{#eq-" not in index


def test_callouts_have_kind_title_and_body(index: str) -> None:
    assert 'class="callout callout-warning"' in index
    assert "Take <em>care</em>" in index
    assert "Body of the callout." in index
    folded = re.search(
        r'<details class="callout callout-note">.*?</details>', index, re.S
    )
    assert folded
    assert text(folded[0]) == "Folded Hidden at first."


def test_tabs_are_radio_buttons_with_panels(index: str) -> None:
    names = re.findall(r'<input type="radio" name="([^"]+)" id="([^"]+)"', index)
    assert [name for name, _ in names] == ["tabset-1", "tabset-1"]
    assert index.count('<div class="tab-panel">') == 2
    assert "In tab two." in index


def test_layouts_and_columns_keep_their_classes(index: str) -> None:
    assert re.search(r'class="layout"\s+style="--columns:2"', index)
    assert 'class="column-margin"' in index


def test_content_for_another_format_is_left_out(index: str) -> None:
    assert "For HTML." in index
    assert "For Word." not in index


def test_shown_code_is_folded_and_printed_text_is_escaped(index: str) -> None:
    assert '<details class="code-fold"><summary>Code</summary>' in index
    assert "printed &lt;text&gt;" in index
    assert "echo: true" not in index
    assert "matplotlib.pyplot" not in index


def test_printed_markdown_is_rendered_with_its_references(index: str) -> None:
    assert "Printed <em>as is</em>, see <a" in index


def test_the_page_loads_nothing_from_the_network(rendered: RenderResult) -> None:
    for path in rendered.outputs:
        html = path.read_text(encoding="utf-8")
        assert read_links(html).remote == []
        assert not re.search(r"<(?:script|img)[^>]+src=[\"']?(?:https?:)?//", html)
        assert not re.search(r"<link[^>]+href", html)


def test_the_navigation_marks_the_page_and_is_accessible(index: str) -> None:
    assert '<html lang="en-GB">' in index
    assert '<a class="skip" href="#content">' in index
    assert '<a href="index.html" aria-current="page">First page</a>' in index
    assert '<a href="second.html">Second</a>' in index
    assert "<title>First page · A small site</title>" in index


def test_links_to_pages_become_html_and_linked_files_are_copied(
    rendered: RenderResult, index: str
) -> None:
    assert 'href="second.html#there"' in index
    assert (rendered.index.parent / "data/numbers.csv").read_text() == "n\n1\n"
    assert (rendered.index.parent / "square.svg").is_file()


def test_the_provenance_is_the_last_thing_said(index: str) -> None:
    provenance = index.index('class="provenance"')
    assert "version 1" in index[provenance:]
    assert provenance > index.index('id="ref-smith2020"')
    assert provenance > index.index("The note.")


def test_one_kernel_runs_all_pages_and_each_has_a_fresh_namespace(
    rendered: RenderResult,
) -> None:
    second = rendered.outputs[1].read_text(encoding="utf-8")
    words = re.search(r"<p>(False),\s*(\d+),\s*data/raw,\s*project.</p>", second)
    assert words, second[-2000:]


def test_a_page_may_have_no_table_of_contents(rendered: RenderResult) -> None:
    first, second = (path.read_text(encoding="utf-8") for path in rendered.outputs)
    assert '<aside class="toc">' in first
    assert '<aside class="toc">' not in second


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("See @fig-none.", 5, "unresolved cross-reference '@fig-none'"),
        ("As in @nobody1999.", 5, "unknown citation key '@nobody1999'"),
        ("See @sec-a.\n\n## A {#sec-a .unnumbered}", 5, "a section without number"),
        ("![Words](square.svg)", 5, "an image with caption and no label"),
        ("| a |\n|---|\n| 1 |\n\n: Caption", 9, "a table with caption and no label"),
        ("Text {#fig-lost}", 5, "'fig-lost' is attached to nothing"),
        ("$x$ {#eq-lost}", 5, "'eq-lost' follows no equation"),
        ("::: {.panel-tabset}\nText\n:::", 5, "does not begin with a heading"),
        ("$$\\foo{$$", 5, "pandoc warns"),
    ],
)
def test_what_pandoc_alone_can_see_is_refused_before_any_cell_runs(
    project: Project, body: str, line: int, said: str
) -> None:
    cell = "\n\n```{python}\nopen('ran', 'w')\n```\n"
    root = project(index=body + cell)
    with pytest.raises(ReportError) as caught:
        render_report(root, renderer="embedded")
    assert f"index.qmd:{line}: " in str(caught.value)
    assert said in str(caught.value)
    assert not (root / "ran").exists()


def test_faults_of_all_pages_are_told_at_once(project: Project) -> None:
    root = project(index="A <br> b.", second="{{< video a >}}")
    with pytest.raises(ReportError) as caught:
        render_report(root, renderer="embedded")
    assert "index.qmd:5: raw HTML: '<br>'" in str(caught.value)
    assert "second.qmd:5: a shortcode" in str(caught.value)
    assert "0002-embedded-renderer.md" in str(caught.value)


def test_a_failing_cell_names_its_line_and_leaves_the_old_site(
    project: Project,
) -> None:
    root = project(index="Text.\n\n```{python}\n#| label: bad\nx = 0\n1 / x\n```\n")
    (root / "_site").mkdir()
    (root / "_site" / "index.html").write_text("old")
    with pytest.raises(ReportError) as caught:
        render_report(root, renderer="embedded")
    assert "index.qmd:10: the cell 'bad' that begins in line 7" in str(caught.value)
    assert "ZeroDivisionError: division by zero" in str(caught.value)
    assert (root / "_site" / "index.html").read_text() == "old"
    assert not (root / "_site-new").exists()


def test_what_a_cell_prints_is_checked_too_and_progress_is_told(
    project: Project,
) -> None:
    body = "```{python}\n#| output: asis\nprint('See @fig-gone and <b>raw</b>.')\n```\n"
    root, steps = project(index=body), []
    with pytest.raises(ReportError) as caught:
        render_report(root, renderer="embedded", progress=lambda *s: steps.append(s))
    assert "index.qmd:7: unresolved cross-reference '@fig-gone'" in str(caught.value)
    assert "raw html" in str(caught.value)
    assert steps == [("index.qmd", 0, 3), ("index.qmd", 1, 3)]


def test_a_cell_that_is_not_run_is_shown_and_gives_nothing(project: Project) -> None:
    root = project(
        index="```{python}\n#| eval: false\n#| echo: true\nraise ValueError\n```\n\n"
        "```python\nraise KeyError\n```\n\nIt is `{python} 1 + 1`.\n",
        second="Nothing.",
    )
    render_report(root, renderer="embedded")
    shown = (root / "_site/index.html").read_text("utf-8")
    words = re.sub(r"<[^>]+>", "", shown)
    assert "raise ValueError" in words
    assert "raise KeyError" in words
    assert "It is 2." in words
