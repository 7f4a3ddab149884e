"""The allow-list: YAML keys, cell options, classes, attributes, references."""

from __future__ import annotations

from mdmameta.reporting.embedded.yamlcheck import Allowed

__all__ = ["CELL_OPTIONS", "DIVS", "FRONT_MATTER", "PROJECT"]

NEVER = frozenset({False})

_EXECUTE: Allowed = {
    "echo": bool,
    "output": bool,
    "warning": bool,
    # These two would keep old results, the third would hide a failure.
    "cache": NEVER,
    "freeze": NEVER,
    "error": NEVER,
}

_HTML: Allowed = {
    "toc": bool,
    "toc-depth": int,
    "toc-title": str,
    "number-sections": bool,
    "code-fold": bool,
    "code-summary": str,
    "fig-width": float,
    "fig-height": float,
    "fig-dpi": int,
    "fig-format": frozenset({"svg", "png"}),
    # Read by Quarto alone; they change no content.
    "theme": ...,
    "css": ...,
    "grid": ...,
    "anchor-sections": bool,
    "smooth-scroll": bool,
    "embed-resources": bool,
    "html-math-method": ...,
    "lightbox": bool,
    "code-copy": bool,
    "code-overflow": str,
    "link-external-newwindow": bool,
    "page-layout": frozenset({"article", "full"}),
    "format-links": bool,
    "respect-user-color-scheme": bool,
}

_LINK: Allowed = (str, {"text": str, "href": str})
_SECTION: Allowed = (
    str,
    {"text": str, "href": str, "section": str, "contents": [_LINK]},
)

#: Keys of ``_quarto.yml``.
PROJECT: Allowed = {
    "project": {
        "type": frozenset({"website"}),
        "title": str,
        "output-dir": str,
        "execute-dir": frozenset({"project"}),
        "render": [str],
    },
    "website": {
        "title": str,
        "description": str,
        "navbar": {"title": str, "left": [_LINK], "right": [_LINK], "search": bool},
        "sidebar": {
            "title": str,
            "style": frozenset({"docked", "floating"}),
            "search": bool,
            "contents": [_SECTION],
        },
        "page-navigation": bool,
        "page-footer": str,
        "search": bool,
    },
    "lang": str,
    "bibliography": (str, [str]),
    "csl": str,
    "link-citations": bool,
    "jupyter": frozenset({"python3"}),
    "engine": frozenset({"jupyter"}),
    "execute": _EXECUTE,
    "number-sections": bool,
    "toc": bool,
    "toc-depth": int,
    "fig-width": float,
    "fig-height": float,
    "fig-dpi": int,
    "fig-format": frozenset({"svg", "png"}),
    # Other formats are Quarto's business, and so are its filters: the embedded
    # renderer does by itself what those of a report do.
    "filters": [str],
    # What stands between "Figure 1" and its caption: here always a full stop.
    "crossref": {"title-delim": frozenset({"."})},
    "format": {"html": _HTML, "typst": ..., "pdf": ..., "docx": ...},
}

#: Keys of a page's front matter.
FRONT_MATTER: Allowed = {
    "title": str,
    "subtitle": str,
    "description": str,
    "toc": bool,
    "number-sections": bool,
    "code-fold": bool,
    "code-summary": str,
    "execute": _EXECUTE,
}

#: Options of a code cell.
CELL_OPTIONS: Allowed = {
    "label": str,
    "fig-cap": str,
    "fig-alt": str,
    "tbl-cap": str,
    "echo": bool,
    "output": frozenset({True, False, "asis"}),
    "warning": bool,
    "include": bool,
    "eval": bool,
    "code-fold": bool,
    "code-summary": str,
    "column": frozenset({"body", "body-outset", "page", "margin"}),
}

_CALLOUT = frozenset({"title", "collapse", "appearance", "icon"})
_FORMAT = frozenset({"when-format", "unless-format"})

#: Class of a fenced div -> the attributes it may carry.
DIVS: dict[str, frozenset[str]] = {
    "callout-note": _CALLOUT,
    "callout-tip": _CALLOUT,
    "callout-warning": _CALLOUT,
    "callout-important": _CALLOUT,
    "callout-caution": _CALLOUT,
    "panel-tabset": frozenset(),
    "columns": frozenset(),
    "column": frozenset({"width"}),
    "column-body": frozenset(),
    "column-body-outset": frozenset(),
    "column-page": frozenset(),
    "column-margin": frozenset(),
    "content-visible": _FORMAT,
    "content-hidden": _FORMAT,
    "lead": frozenset(),
    "grid": frozenset(),
    **{f"g-col-{k}": frozenset() for k in range(1, 13)},
    "card": frozenset(),
    "provenance": frozenset(),
    "verdicts": frozenset(),
}

#: Attributes of a fenced div that need no class.
DIV_ATTRIBUTES = frozenset({"layout-ncol"})

#: Classes of a bracketed span, a heading, an image, a link.
SPAN_CLASSES = frozenset({"smallcaps", "underline", "mark", "traced", "claim-rows"})
HEADING_CLASSES = frozenset({"unnumbered", "unlisted"})
IMAGE_ATTRIBUTES = frozenset({"fig-alt", "width", "height"})

#: Formats that `when-format` may name.
FORMATS = frozenset({"html", "pdf", "typst", "docx"})

#: Kinds of cross-reference, with the word that stands before the number.
REFERENCES = {"fig": "Figure", "tbl": "Table", "sec": "Section", "eq": "Equation"}

#: Kinds that Quarto knows besides: their labels are not citation keys.
OTHER_REFERENCES = frozenset(
    [
        *("lst", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem"),
        *("alg", "nte", "tip", "wrn", "imp", "cau", "vid", "dia", "apx", "ch"),
    ]
)

#: A label as both renderers and LaTeX accept it.
LABEL = r"[a-z0-9]+(?:-[A-Za-z0-9]+)*"
