"""What is done to a site that Quarto wrote, before it replaces the last one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting.quarto_pages import finish_pages

PAGE = """\
<!DOCTYPE html>
<html><head><title>A</title>
<script src="{up}site_libs/q.js" type="module"></script>
<script src="https://cdn.jsdelivr.net/npm/jquery@3.5.1/dist/jquery.min.js"></script>
</head><body><a href="{up}./">Home</a><h2 id="a">A</h2>{body}</body></html>
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a site of two pages, one of them in a folder, that share a module."""
    (tmp_path / "site_libs").mkdir()
    (tmp_path / "site_libs/q.js").write_text("run();\n")
    (tmp_path / "site_libs/frame.html").write_text("not a page")
    (tmp_path / "b").mkdir()
    (tmp_path / "index.html").write_text(PAGE.format(up="", body=""))
    (tmp_path / "b/c.html").write_text(PAGE.format(up="../", body=""))
    return tmp_path


def same(name: str, html: str) -> str:
    return html


def test_each_page_is_finished_under_its_name_and_loads_nothing(site: Path) -> None:
    seen: dict[str, str] = {}
    finish_pages(site, lambda name, html: seen.setdefault(name, html) + "<!-- -->")
    assert sorted(seen) == ["b/c.html", "index.html"]
    text = (site / "b/c.html").read_text()
    assert text.endswith("<!-- -->")
    assert "https:" not in text
    assert ".mm-table" in text.partition("</head>")[0]


def test_a_shared_module_is_rewritten_once(site: Path) -> None:
    finish_pages(site, same)
    assert (site / "site_libs/q.js").read_text().count("=>") == 1
    for page, up in (("index.html", ""), ("b/c.html", "../")):
        link = f'<script src="{up}site_libs/q.js" defer></script>'
        assert link in (site / page).read_text()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<img src="gone.png">', "dead link to 'gone.png'"),
        ('<a href="#gone">x</a>', "has no '#gone'"),
        ('<a href="b/c.html#gone">x</a>', "has no '#gone'"),
        ('<a href="index.pdf">x</a>', "dead link to 'index.pdf'"),
        (
            "<pre><code>&lt;Figure size 640x480 with 1 Axes&gt;</code></pre>",
            "words in place of a figure, '<Figure size 640x480 with 1 Axes>'",
        ),
        ('<script src="https://cdn.org/m.js"></script>', "loads 'https://cdn.org/m.js"),
    ],
)
def test_what_quarto_passes_over_in_silence_is_a_fault(
    site: Path, body: str, told: str
) -> None:
    (site / "index.html").write_text(PAGE.format(up="", body=body))
    with pytest.raises(ReportError, match="index") as caught:
        finish_pages(site, same)
    assert told in str(caught.value)


def test_links_to_folders_name_the_page_that_a_server_would_give(site: Path) -> None:
    finish_pages(site, same)
    assert '<a href="./index.html">' in (site / "index.html").read_text()
    assert '<a href=".././index.html">' in (site / "b/c.html").read_text()


def test_what_may_scroll_is_reached_by_the_keyboard(site: Path) -> None:
    table = '<div class="cell-output cell-output-display column-page" id="c">\n<table>'
    figure = '<div aria-describedby="fig-a-caption-0ceaefa1">\n<img src="a.svg">'
    (site / "a.svg").touch()
    told = '<div class="cell-output cell-output-display cell-output-markdown">'
    (site / "index.html").write_text(PAGE.format(up="", body=table + figure + told))
    finish_pages(site, same)
    text = (site / "index.html").read_text()
    assert 'column-page" id="c" tabindex="0">' in text
    assert 'caption-0ceaefa1" tabindex="0">' in text
    assert 'output-markdown" tabindex="0">' in text


def test_a_table_with_a_number_is_one_stop_of_the_keyboard(site: Path) -> None:
    inner = '<div class="cell-output cell-output-display" data-execution_count="2">'
    outer = '<div aria-describedby="tbl-a-caption-0ceaefa1">'
    body = f"{outer}\n{inner}\n<table></table></div></div>"
    (site / "index.html").write_text(PAGE.format(up="", body=body))
    finish_pages(site, same)
    text = (site / "index.html").read_text()
    assert text.count('tabindex="0"') == 1
    assert f'{outer[:-1]} tabindex="0">\n{inner}' in text


def test_living_links_are_no_faults(site: Path) -> None:
    body = '<a href="./b/c.html#a">x</a> <a href="https://doi.org/10.1/x">y</a>'
    (site / "index.html").write_text(PAGE.format(up="", body=body))
    finish_pages(site, same)
