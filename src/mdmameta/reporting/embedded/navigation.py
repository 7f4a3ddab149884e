"""Navigation of a page: relative links, the current page, its neighbours."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from mdmameta.reporting.embedded.page import Page
from mdmameta.reporting.embedded.project import NavItem, Site

__all__ = ["navigation"]


def navigation(page: Page, pages: Mapping[str, Page], site: Site) -> dict[str, Any]:
    """Variables of the template that tell where the reader is.

    Parameters
    ----------
    page
        The page that is written.
    pages
        All pages by name, in the order of the site.
    site
        Its title and navigation.

    Returns
    -------
    dict
        ``site-title``, ``home``, ``nav`` (text, href, current, children),
        ``previous``, ``next``.
    """
    names = list(pages)
    at = names.index(page.name)
    before = names[at - 1] if at else None
    after = names[at + 1] if at + 1 < len(names) else None
    around: dict[str, Any] = {}
    if site.page_navigation:
        for key, name in (("previous", before), ("next", after)):
            if name:
                around[key] = _entry(NavItem(None, name), page, pages)
    return {
        "site-title": site.title,
        "home": _href("index.qmd", page),
        "nav": [_entry(item, page, pages) for item in site.nav],
        **around,
    }


def _entry(item: NavItem, page: Page, pages: Mapping[str, Page]) -> dict[str, Any]:
    href = item.href or ""
    text = item.text or (str(pages[href].meta["title"]) if href in pages else href)
    entry: dict[str, Any] = {"text": _escaped(text)}
    if href:
        entry["href"] = _href(href, page)
    if href == page.name:
        entry["current"] = True
    if item.children:
        entry["children"] = [_entry(child, page, pages) for child in item.children]
    return entry


def _href(name: str, page: Page) -> str:
    if not name.endswith(".qmd"):
        return name
    start = posixpath.dirname(page.name) or "."
    return posixpath.relpath(name.removesuffix(".qmd") + ".html", start)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
