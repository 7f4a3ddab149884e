"""Pages that Quarto wrote: dressed, fit to be opened as files, and looked over."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path

from mdmameta.reporting.embedded.faults import PageFault, raise_faults
from mdmameta.reporting.embedded.guard import Links, check_links, read_links
from mdmameta.reporting.quarto_scripts import (
    make_plain,
    modules_of,
    with_plain,
    without_loaders,
)
from mdmameta.reporting.scripts import style_of

__all__ = ["finish_pages"]

#: What holds a numbered figure or table, with what it holds, a table without a
#: number, or Markdown.
_WIDE = re.compile(
    r'(?P<wide><div aria-describedby="(?:fig|tbl)-[^"]+-caption-[^"]+")'
    r'(?P<inner>[^>]*>\s*<div class="cell-output[^>]*)?'
    r'|<div class="cell-output cell-output-display[^>]*"(?=[^>]*>\s*<table)'
    r'|<div class="cell-output cell-output-display cell-output-markdown[^>]*"(?=>)'
)
#: What a cell prints that ends in a figure which nobody draws.
_NAME_OF_FIGURE = re.compile(r"<code>(&lt;Figure size [^<]+&gt;)</code>")
#: A link to the folder of the page or to one above it.
_FOLDER = re.compile(r'\bhref="(?:\.{1,2}/)+(?=")')


def finish_pages(site: Path, finish: Callable[[str, str], str]) -> None:
    """Finish all HTML pages of a site that Quarto wrote, and check their links.

    Quarto says nothing of an image that is not there or was not drawn, of a link
    to an anchor that is not there and of what a page loads from a server.

    Parameters
    ----------
    site
        Directory of the site.
    finish
        Called with the path of each page in the site and its text; what it
        returns is written.

    Raises
    ------
    ReportError
        When a page loads from the network, has a dead link or image, or words in
        place of a figure.
    """
    files = {path.relative_to(site).as_posix() for path in site.rglob("*.*")}
    texts = {
        name: without_loaders((site / name).read_text(encoding="utf-8"))
        for name in sorted(files)
        if name.endswith(".html") and not name.startswith("site_libs/")
    }
    links: dict[str, Links] = {}
    for name, text in _with_plain_scripts(texts, site).items():
        finished = finish(name, _dressed(text))
        (site / name).write_text(finished, encoding="utf-8")
        links[f"{name.removesuffix('.html')}.qmd"] = _own(read_links(finished))
    _, faults = check_links(links, site, files)
    faults += [fault for name, text in texts.items() for fault in _undrawn(name, text)]
    raise_faults(faults, "The pages that Quarto wrote have faults")


def _with_plain_scripts(texts: Mapping[str, str], site: Path) -> dict[str, str]:
    linked = {
        name: {one: _from_root(name, one) for one in modules_of(text)}
        for name, text in texts.items()
    }
    wanted = {path for paths in linked.values() for path in paths.values()}
    plain = {path for path in sorted(wanted) if make_plain(site / path)}
    return {
        name: with_plain(text, {one for one, at in linked[name].items() if at in plain})
        for name, text in texts.items()
    }


def _from_root(page: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def _dressed(html: str) -> str:
    """Add our style; name pages in links to folders, which a file browser lists.

    What may be wider than a phone scrolls, and so the keyboard must reach it, once.
    """
    style = f"<style>\n{style_of('quarto')}</style>\n"
    html = _FOLDER.sub(r"\g<0>index.html", html)
    html = _WIDE.sub(_reached, html)
    return html.replace("</head>", f"{style}</head>", 1)


def _reached(found: re.Match[str]) -> str:
    return f'{found["wide"] or found[0]} tabindex="0"{found["inner"] or ""}'


def _undrawn(name: str, html: str) -> Iterator[PageFault]:
    """Figures of which the page shows the name alone."""
    page = f"{name.removesuffix('.html')}.qmd"
    for one in _NAME_OF_FIGURE.findall(html):
        found = f"words in place of a figure, {unescape(one)!r}"
        yield PageFault(page, None, found, "This Quarto cannot draw it; take another.")


def _own(links: Links) -> Links:
    """Leave out identifiers that stand twice, which are Quarto's affair."""
    links.twice.clear()
    return links
