"""Loads from the network and dead links in finished pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.embedded.guard import check_links, read_links


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        '<link rel="stylesheet" href="http://example.org/a.css">',
        '<img src="//example.org/a.png">',
        '<svg><image xlink:href="https://example.org/a.png"/></svg>',
        "<style>@import 'https://example.org/a.css';</style>",
        '<p style="background: url(https://example.org/a.png)">a</p>',
    ],
)
def test_anything_a_browser_would_fetch_is_found(html: str) -> None:
    assert len(read_links(html).remote) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org">a link is not a load</a>',
        '<img src="a.png">',
        '<img src="data:image/png;base64,AA==">',
        "<style>p { color: red }</style><p>url(https://example.org)</p>",
    ],
)
def test_links_and_local_files_are_not_loads(html: str) -> None:
    assert read_links(html).remote == []


def faults(root: Path, **pages: str) -> list[str]:
    """Check pages of a site without other files."""
    links = {f"{name}.qmd": read_links(html) for name, html in pages.items()}
    return [str(fault) for fault in check_links(links, root, set())[1]]


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="b.html#gone">x</a>', "b.qmd has no '#gone'"),
        ('<a href="#gone">x</a>', "a.qmd has no '#gone'"),
        ('<a href="c.html">x</a>', "no such file"),
        ('<a href="../secret.csv">x</a>', "no such file"),
        ('<i id="x"></i><i id="x"></i>', "two elements"),
    ],
)
def test_a_dead_link_is_a_fault(tmp_path: Path, html: str, said: str) -> None:
    [fault] = faults(tmp_path, a=html, b='<p id="here">b</p>')
    assert said in fault


def test_links_between_pages_hold_and_files_are_copied(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("1")
    html = (
        '<a href="b.html#here">b</a><a href="n.csv">n</a><p id="p"><a href="#p">p</a>'
    )
    pages = {"a.qmd": read_links(html), "b.qmd": read_links('<p id="here">')}
    copies, wrong = check_links(pages, tmp_path, set())
    assert (copies, wrong) == ({"n.csv": tmp_path / "n.csv"}, [])
