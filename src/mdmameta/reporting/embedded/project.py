"""The project file: which pages, in which order, with which options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.faults import PageFault, raise_faults
from mdmameta.reporting.embedded.keys import PROJECT
from mdmameta.reporting.embedded.yamlcheck import read_yaml

__all__ = ["NavItem", "Site", "read_site"]

_FILE = "_quarto.yml"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the navigation: a page, an outside link, or a section."""

    text: str | None
    href: str | None
    children: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What ``_quarto.yml`` says.

    Attributes
    ----------
    root, output
        The project directory, and the directory of the finished site.
    title, description, lang, footer
        Texts of the site; `lang` is a BCP 47 tag.
    pages
        Paths of all pages, those of the navigation first.
    nav
        The navigation, in order.
    bibliography, csl
        Files for citations.
    options
        Options of HTML and of cells by Quarto's names; a page may differ.
    execute
        Defaults of cells.
    page_navigation
        Whether each page ends with links to its neighbours.
    """

    root: Path
    output: Path
    title: str
    description: str
    lang: str
    footer: str
    pages: tuple[str, ...]
    nav: tuple[NavItem, ...]
    bibliography: tuple[Path, ...]
    csl: Path | None
    options: Mapping[str, Any]
    execute: Mapping[str, Any]
    page_navigation: bool


def read_site(root: Path) -> Site:
    """Read the project file of a Quarto website.

    Parameters
    ----------
    root
        Directory that holds ``_quarto.yml``.

    Raises
    ------
    ReportError
        When the file is missing, holds a key that the embedded renderer does
        not know, or names files that do not exist; all faults are listed.
    """
    path = root / _FILE
    if not path.is_file():
        raise ReportError(f"{root} has no {_FILE}. Name the directory of a report.")
    raw, faults = read_yaml(path.read_text(encoding="utf-8"), PROJECT, file=_FILE)
    raise_faults(faults, "The project file cannot be rendered")
    site = _site(root, raw)
    raise_faults(list(_missing(site)), "The project file names what does not exist")
    return site


def _site(root: Path, raw: Mapping[str, Any]) -> Site:
    website, project = raw.get("website") or {}, raw.get("project") or {}
    nav = tuple(map(_item, _contents(website)))
    listed = tuple(dict.fromkeys(_pages_of(nav)))
    every = _all_pages(root, project.get("render"))
    bibliography = raw.get("bibliography") or []
    names = [bibliography] if isinstance(bibliography, str) else bibliography
    csl = raw.get("csl")
    shared = {k: v for k, v in raw.items() if k.startswith(("fig-", "toc", "number-"))}
    return Site(
        root=root,
        output=root / project.get("output-dir", "_site"),
        title=website.get("title") or project.get("title") or "",
        description=website.get("description") or "",
        lang=raw.get("lang") or "en",
        footer=website.get("page-footer") or "",
        pages=(*listed, *(name for name in every if name not in listed)),
        nav=nav or tuple(NavItem(None, name) for name in every),
        bibliography=tuple(root / name for name in names),
        csl=root / csl if csl else None,
        options={**shared, **_html(raw)},
        execute=raw.get("execute") or {},
        page_navigation=bool(website.get("page-navigation")),
    )


def _html(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    formats = raw.get("format") or {}
    return formats.get("html") or {}


def _contents(website: Mapping[str, Any]) -> list[Any]:
    sidebar, navbar = website.get("sidebar") or {}, website.get("navbar") or {}
    listed: list[Any] = sidebar.get("contents") or []
    return listed or [*navbar.get("left", []), *navbar.get("right", [])]


def _item(entry: str | Mapping[str, Any]) -> NavItem:
    if isinstance(entry, str):
        return NavItem(None, entry)
    children = tuple(map(_item, entry.get("contents", [])))
    text = entry.get("text") or entry.get("section")
    return NavItem(text, entry.get("href"), children)


def _pages_of(nav: tuple[NavItem, ...]) -> Iterator[str]:
    for item in nav:
        if item.href and item.href.endswith(".qmd"):
            yield item.href
        yield from _pages_of(item.children)


def _all_pages(root: Path, render: list[str] | None) -> list[str]:
    if render:
        return [name for name in render if name.endswith(".qmd")]
    names = (path.relative_to(root) for path in root.rglob("*.qmd"))
    return sorted(name.as_posix() for name in names if not _is_hidden(name))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.parts)


def _missing(site: Site) -> Iterator[PageFault]:
    text = (site.root / _FILE).read_text(encoding="utf-8").splitlines()
    files = [*site.bibliography, *([site.csl] if site.csl else [])]
    for path in (*(site.root / name for name in site.pages), *files):
        if not path.is_file():
            line = next((i for i, t in enumerate(text, 1) if path.name in t), None)
            found = f"no file {path.name!r}"
            yield PageFault(_FILE, line, found, "Write it, or remove the name.")
    if "index.qmd" not in site.pages:
        yield PageFault(_FILE, None, "no page 'index.qmd'", "A site begins with it.")
    if site.output.parent != site.root or not site.output.name.startswith("_"):
        found = "an output-dir that is not a name with '_' before it"
        yield PageFault(_FILE, None, found, "Write '_site'.")
