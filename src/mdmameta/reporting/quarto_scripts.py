"""Scripts of Quarto's pages: none from a server, and none that a file may not load."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["make_plain", "modules_of", "with_plain", "without_loaders"]

#: What Quarto puts before cells that give HTML, whatever it is: scripts from a
#: server, for widgets that want them. Ours want none.
_LOADERS = re.compile(
    r'<script src="https://[^"]*/(?:require|jquery)(?:\.min)?\.js"[^>]*></script>\s*'
    r"|<script type=\"application/javascript\">define\('jquery',.*?</script>\s*"
)
#: Scripts that a browser refuses to load where the page itself is a file.
_MODULE = re.compile(r'<script src="([^":]+\.js)" type="module"></script>')
_IMPORT = re.compile(r'^import \* as (\w+) from "(\./[^"]+)";$', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.M)
_LEFT = re.compile(r"^(?:import|export)\b", re.M)


def without_loaders(html: str) -> str:
    """Take out the scripts that Quarto loads from a server for widgets.

    Examples
    --------
    >>> loader = '<script src="https://cdn.x/npm/jquery@3.5.1/jquery.js"></script>'
    >>> without_loaders(f"<head>{loader}<title>A</title></head>")
    '<head><title>A</title></head>'
    """
    return _LOADERS.sub("", html)


def modules_of(html: str) -> list[str]:
    """Addresses of the modules that a page links.

    Examples
    --------
    >>> modules_of('<script src="a/b.js" type="module"></script>')
    ['a/b.js']
    """
    return _MODULE.findall(html)


def make_plain(module: Path) -> bool:
    """Write a module with all its imports as one script that is no module.

    Parameters
    ----------
    module
        A file that imports at most whole modules from files beside it; a file
        with other imports stays as it is.

    Returns
    -------
    bool
        Whether the file was written.
    """
    if not module.is_file():
        return False
    made = _closure(module.read_text(encoding="utf-8"), module.parent)
    if _LEFT.search(made):
        return False
    module.write_text(f"{made};\n", encoding="utf-8")
    return True


def with_plain(html: str, plain: set[str]) -> str:
    """Link scripts as what they now are; they run when the page is read, as before.

    Examples
    --------
    >>> with_plain('<script src="b.js" type="module"></script>', {"b.js"})
    '<script src="b.js" defer></script>'
    """

    def link(found: re.Match[str]) -> str:
        known = found[1] in plain
        return f'<script src="{found[1]}" defer></script>' if known else found[0]

    return _MODULE.sub(link, html)


def _closure(module: str, folder: Path) -> str:
    def imported(found: re.Match[str]) -> str:
        path = folder / found[2]
        text = path.read_text(encoding="utf-8")
        return f"const {found[1]} = {_closure(text, path.parent)};"

    given = ", ".join(_EXPORT.findall(module))
    body = _EXPORT.sub("", _IMPORT.sub(imported, module))
    return f"(() => {{\n{body}\nreturn {{ {given} }};\n}})()"
