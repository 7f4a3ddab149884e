"""The last look at finished pages: nothing from the network, no dead links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from mdmameta.reporting.embedded.faults import PageFault

__all__ = ["Links", "check_links", "read_links"]

#: Elements that make a browser load something, and the attribute that says what.
_LOADS = {
    ("script", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("image", "href"),
    ("use", "href"),
}
_REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
_CSS_REMOTE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//", re.I)


@dataclass(slots=True)
class Links:
    """What one finished page points to.

    Attributes
    ----------
    identifiers
        Targets on the page.
    twice
        Identifiers that stand more than once.
    local
        Relative targets of links and images.
    remote
        What a browser would load from the network.
    """

    identifiers: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    local: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links = Links()
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for key, value in attrs:
            text = value or ""
            if key == "id":
                seen = self.links.identifiers
                (self.links.twice if text in seen else seen).add(text)
            elif _is_remote(tag, key.removeprefix("xlink:"), text):
                self.links.remote.append(text)
            elif key in {"href", "src"} and text and not _SCHEME.match(text):
                self.links.local.append(text)

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._style and _CSS_REMOTE.search(data):
            self.links.remote.append("a style sheet")


def _is_remote(tag: str, key: str, text: str) -> bool:
    if key == "style":
        return bool(_CSS_REMOTE.search(text))
    return (tag, key) in _LOADS and bool(_REMOTE.match(text))


def read_links(html: str) -> Links:
    """Collect identifiers, links and loads of one HTML page.

    Examples
    --------
    >>> read_links('<img src="https://example.org/a.png">').remote
    ['https://example.org/a.png']
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.links


def check_links(
    pages: Mapping[str, Links], root: Path, written: set[str]
) -> tuple[dict[str, Path], list[PageFault]]:
    """Find files that pages link to, and faults in their links.

    Parameters
    ----------
    pages
        Path of the source page -> what its HTML points to.
    root
        The project directory.
    written
        Paths in the site that are written anyway.

    Returns
    -------
    tuple
        Files of the project to copy into the site (path in the site -> file),
        and faults: loads from the network, dead links, identifiers used twice.
    """
    copies: dict[str, Path] = {}
    faults: list[PageFault] = []
    for name, links in pages.items():
        faults += _inside(name, links)
        for target in links.local:
            path, page, anchor = _place(name, target)
            if page in pages:
                faults += _anchor_faults(name, target, page, anchor, pages[page])
            elif path not in written:
                faults += _file_faults(name, target, path, root)
                copies[path] = root / path
    return copies, faults


def _inside(name: str, links: Links) -> Iterator[PageFault]:
    """Faults of a page that no other page or file takes part in."""
    for what in links.remote:
        cure = "Pages load nothing from the network; keep a copy in the project."
        yield PageFault(name, None, f"loads {what!r}", cure)
    for label in sorted(links.twice):
        found = f"two elements have the identifier {label!r}"
        yield PageFault(name, None, found, "Give each its own.")


def _place(name: str, target: str) -> tuple[str, str, str]:
    """Path in the site that a link leads to, the page that it would be, and anchor."""
    place, _, anchor = unquote(target).partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), place))
    page = f"{path.removesuffix('.html')}.qmd" if place else name
    return path, page, anchor


def _anchor_faults(
    name: str, target: str, page: str, anchor: str, links: Links
) -> Iterator[PageFault]:
    if anchor and anchor not in links.identifiers:
        yield _dead(name, target, f"{page} has no '#{anchor}'")


def _file_faults(name: str, target: str, path: str, root: Path) -> Iterator[PageFault]:
    if path.startswith("../") or not (root / path).is_file():
        yield _dead(name, target, "no such file in the project")


def _dead(name: str, target: str, why: str) -> PageFault:
    return PageFault(name, None, f"a dead link to {target!r}: {why}", "Mend the link.")
