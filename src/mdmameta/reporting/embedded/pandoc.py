"""One page through pandoc: Markdown with marks in, HTML out."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from mdmameta.errors import MissingExtraError, ReportError
from mdmameta.reporting.embedded import keys
from mdmameta.reporting.embedded.compose import Composed
from mdmameta.reporting.embedded.faults import PageFault
from mdmameta.reporting.embedded.page import Page
from mdmameta.reporting.embedded.project import Site

__all__ = ["run_pandoc", "to_html"]

#: Pandoc's Markdown as Quarto reads it, less what our pages may not contain:
#: with these two off, what looks like an example list stays visible text.
READER = "markdown-example_lists-yaml_metadata_block"

_CITATION = re.compile(r"Citeproc: citation (?P<key>\S+) not found")
_MATHS = re.compile(r"TeX math\s+(?P<tex>.{1,30}?)(?:, rendering|$)")
_LINE = re.compile(r"\bline (\d+)")


def to_html(
    page: Page,
    composed: Composed,
    site: Site,
    *,
    scratch: Path,
    variables: Mapping[str, Any],
) -> tuple[str, list[PageFault]]:
    """Convert one composed page to a whole HTML document.

    Parameters
    ----------
    page, composed
        The page, and its Markdown with the results of its cells.
    site
        Options, bibliography and language.
    scratch
        Temporary directory.
    variables
        Of the template: navigation and the like.

    Returns
    -------
    tuple
        HTML, and faults: unresolved references, unknown citation keys,
        constructs that are not allowed, and every warning of pandoc.

    Raises
    ------
    ReportError
        When pandoc stops.
    MissingExtraError
        When pypandoc is not installed.
    """
    with as_file(files("mdmameta.reporting.embedded") / "assets") as assets:
        settings = _html(page, site, assets, variables)
        return run_pandoc(page, composed, site, scratch=scratch, settings=settings)


def run_pandoc(
    page: Page,
    composed: Composed,
    site: Site,
    *,
    scratch: Path,
    settings: Mapping[str, Any],
) -> tuple[str, list[PageFault]]:
    """Run pandoc with our filter on one composed page.

    Parameters
    ----------
    page, composed, site, scratch
        As for `to_html`.
    settings
        Of the output, as in a defaults file of pandoc.

    Returns
    -------
    tuple
        What pandoc wrote on standard output, and faults.

    Raises
    ------
    ReportError
        When pandoc stops.
    MissingExtraError
        When pypandoc is not installed.
    """
    given = scratch / "given.json"
    given.write_text(json.dumps(_given(page, composed, site)), encoding="utf-8")
    meta = scratch / "meta.json"
    meta.write_text(json.dumps(_metadata(page, site, given)), encoding="utf-8")
    with as_file(files("mdmameta.reporting.embedded") / "assets") as assets:
        defaults = scratch / "defaults.yaml"
        shared = _shared(page, site, assets, meta)
        defaults.write_text(json.dumps({**shared, **settings}), encoding="utf-8")
        done = subprocess.run(
            [_pandoc(), f"--defaults={defaults}"],
            input="\n".join(composed.lines),
            capture_output=True,
            encoding="utf-8",
            cwd=site.root,
            check=False,
        )
    if done.returncode:
        raise ReportError(f"{page.name}: pandoc stopped: {done.stderr.strip()[-2000:]}")
    return done.stdout, list(_faults(page, composed, done.stderr))


def _pandoc() -> str:
    try:
        import pypandoc
    except ImportError as error:
        raise MissingExtraError("pypandoc-binary", "report") from error
    return str(pypandoc.get_pandoc_path())


def _option(page: Page, site: Site, key: str, default: Any) -> Any:
    return page.meta.get(key, site.options.get(key, default))


def _given(page: Page, composed: Composed, site: Site) -> dict[str, Any]:
    def names(of: Any) -> dict[str, bool]:
        return dict.fromkeys(of, True)

    return {
        "target": composed.target,
        "inserts": composed.inserts,
        "references": keys.REFERENCES,
        "divs": names(keys.DIVS),
        "spans": names(keys.SPAN_CLASSES),
        "headings": names(keys.HEADING_CLASSES),
        "number_sections": _option(page, site, "number-sections", False),
    }


def _metadata(page: Page, site: Site, given: Path) -> dict[str, Any]:
    texts = ("title", "subtitle", "description")
    return {
        **{key: page.meta[key] for key in texts if page.meta.get(key)},
        "lang": site.lang,
        "link-citations": True,
        "link-bibliography": True,
        "mdmameta-given": str(given),
        "page-footer": site.footer,
    }


def _shared(page: Page, site: Site, assets: Path, meta: Path) -> dict[str, Any]:
    citations = {"csl": str(site.csl)} if site.csl else {}
    return {
        "from": READER,
        "standalone": True,
        "metadata-files": [str(meta)],
        "filters": [str(assets / "filter.lua"), "citeproc"],
        "bibliography": [str(path) for path in site.bibliography],
        "toc-depth": int(_option(page, site, "toc-depth", 3)),
        "wrap": "preserve",
        **citations,
    }


def _html(
    page: Page, site: Site, assets: Path, variables: Mapping[str, Any]
) -> dict[str, Any]:
    texts = {
        name: (assets / file).read_text(encoding="utf-8")
        for name, file in (("style", "style.css"), ("script", "script.js"))
    }
    title = _option(page, site, "toc-title", "On this page")
    return {
        "to": "html5",
        "template": str(assets / "page.html"),
        "html-math-method": {"method": "mathml"},
        "toc": bool(_option(page, site, "toc", True)),
        "variables": {**texts, "toc-title": title, **variables},
    }


def _faults(page: Page, composed: Composed, log: str) -> Iterator[PageFault]:
    for line in log.splitlines():
        if line.startswith("MDMAMETA\t"):
            _, text, found, cure = line.split("\t")
            at = int(text) if text.isdecimal() else page.line_of(re.escape(text))
            yield PageFault(page.name, at, found, cure)
        elif line.startswith("[WARNING]"):
            yield _warning(page, composed, line.removeprefix("[WARNING]").strip())


def _warning(page: Page, composed: Composed, text: str) -> PageFault:
    citation = _CITATION.search(text)
    if citation:
        key = citation["key"]
        line = page.line_of(rf"@\{{?{re.escape(key)}(?![\w-])")
        cure = "Add it to the bibliography, or mend the key."
        return PageFault(page.name, line, f"unknown citation key '@{key}'", cure)
    maths = _MATHS.search(text)
    if maths:
        line = page.line_of(re.escape(maths["tex"]))
        cure = "Mend the mathematics; pages show it as MathML."
        return PageFault(page.name, line, f"pandoc warns: {text}", cure)
    place = _LINE.search(text)
    at = int(place[1]) if place else 0
    line = composed.places[at - 1] if 0 < at <= len(composed.places) else None
    cure = "The line is where pandoc noticed it; mend the Markdown above."
    return PageFault(page.name, line, f"pandoc warns: {text}", cure)
