"""Relative links and neighbours."""

from __future__ import annotations

from mdmameta.reporting.embedded.navigation import navigation
from mdmameta.reporting.embedded.page import Page
from mdmameta.reporting.embedded.project import NavItem, Site


def site(root: object, *items: NavItem, neighbours: bool = True) -> Site:
    """Make a site with this navigation."""
    return Site(
        root=root,  # type: ignore[arg-type]
        output=root,  # type: ignore[arg-type]
        title="S",
        description="",
        lang="en",
        footer="",
        pages=(),
        nav=items,
        bibliography=(),
        csl=None,
        options={},
        execute={},
        page_navigation=neighbours,
    )


PAGES = {
    name: Page(name, {"title": title}, (), ())
    for name, title in (("index.qmd", "Home"), ("sub/a.qmd", "A & <B>"), ("z.qmd", "Z"))
}


def test_links_are_relative_to_the_page_and_titles_are_escaped() -> None:
    items = (NavItem(None, "index.qmd"), NavItem(None, "sub/a.qmd"))
    shown = navigation(PAGES["sub/a.qmd"], PAGES, site(None, *items))
    assert shown["home"] == "../index.html"
    assert shown["nav"][0] == {"text": "Home", "href": "../index.html"}
    assert shown["nav"][1]["text"] == "A &amp; &lt;B>"
    assert shown["nav"][1]["current"] is True


def test_a_page_has_neighbours_when_the_site_wants_them() -> None:
    shown = navigation(PAGES["sub/a.qmd"], PAGES, site(None))
    assert shown["previous"]["href"] == "../index.html"
    assert shown["next"]["href"] == "../z.html"
    plain = navigation(PAGES["sub/a.qmd"], PAGES, site(None, neighbours=False))
    assert "next" not in plain


def test_the_first_page_has_no_page_before_it() -> None:
    shown = navigation(PAGES["index.qmd"], PAGES, site(None))
    assert "previous" not in shown
    assert shown["next"]["href"] == "sub/a.html"


def test_a_section_has_its_pages_under_it() -> None:
    section = NavItem("Part", None, (NavItem("Zed", "z.qmd"),))
    [entry] = navigation(PAGES["index.qmd"], PAGES, site(None, section))["nav"]
    assert entry == {"text": "Part", "children": [{"text": "Zed", "href": "z.html"}]}


def test_a_link_out_of_the_site_stays_as_it_is() -> None:
    out = "https://example.org/x"
    shown = navigation(PAGES["sub/a.qmd"], PAGES, site(None, NavItem("Out", out)))
    assert shown["nav"] == [{"text": "Out", "href": out}]
