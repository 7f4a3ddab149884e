"""JavaScript modules of this package put together, for pages without a server."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from mdmameta.errors import ReportError

__all__ = ["bundle", "embedded_json", "style_of"]

_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "\./(?P<file>\w+)\.js";', re.M)
_EXPORT = re.compile(r"^export (?=(?:const|function) (?P<name>\w+))", re.M)

#: What would end a script element early, or begin a comment inside it.
_MARKUP = re.compile(r"</|<!--")

#: Characters that mean something to HTML or, in old engines, end a line.
_ESCAPED = str.maketrans(
    {c: f"\\u{ord(c):04x}" for c in ("<", ">", "&", "\u2028", "\u2029")}
)


def bundle(folder: str, entry: str = "main.js") -> str:
    """Join a module of JavaScript and all that it imports to one module.

    Browsers load no module from a ``file:`` address, so pages that must work
    from a disk carry theirs inline. Each file stands once, after those that it
    imports, in a function of its own, so that its names stay its own.

    Parameters
    ----------
    folder
        In the assets of this package.
    entry
        File to begin with.

    Returns
    -------
    str
        Text for one ``<script type="module">``.

    Raises
    ------
    ReportError
        When files import each other in a circle, or hold what HTML would read.

    Examples
    --------
    >>> bundle("what_if", "moments.js").splitlines()[0]
    'const from_moments = (() => {'
    """
    texts: dict[str, str] = {}
    _collect(folder, entry, texts, ())
    joined = "\n".join(texts.values()) + "\n"
    if found := _MARKUP.search(joined):
        raise ReportError(f"{folder} holds {found[0]!r}, which would end its script.")
    return joined


def _collect(
    folder: str, name: str, texts: dict[str, str], above: tuple[str, ...]
) -> None:
    if name in above:
        raise ReportError(
            f"{folder}: modules in a circle: {' → '.join((*above, name))}"
        )
    if name in texts:
        return
    source = (files("mdmameta.reporting") / "assets" / folder / name).read_text("utf-8")
    for match in _IMPORT.finditer(source):
        _collect(folder, f"{match['file']}.js", texts, (*above, name))
    texts[name] = _scoped(name.removesuffix(".js"), source)


def _scoped(name: str, source: str) -> str:
    exported = ", ".join(match["name"] for match in _EXPORT.finditer(source))
    body = _EXPORT.sub("", _IMPORT.sub(r"const \g<names> = from_\g<file>;", source))
    return f"const from_{name} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def style_of(folder: str) -> str:
    """Return the style sheet of a folder of the assets.

    Examples
    --------
    >>> "<" in style_of("site")
    False
    """
    path = files("mdmameta.reporting") / "assets" / folder / "style.css"
    return path.read_text("utf-8")


def embedded_json(data: Any) -> str:
    r"""Write data as JSON that can stand inside an HTML element of any kind.

    Examples
    --------
    >>> print(embedded_json({"label": "</script><b>"}))
    {"label": "\u003c/script\u003e\u003cb\u003e"}
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.translate(_ESCAPED)
