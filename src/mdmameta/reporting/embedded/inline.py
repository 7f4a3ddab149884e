"""Inline code in prose: evaluated in the kernel, printed as Quarto prints it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.page import Page, Prose

__all__ = ["INLINE", "inline_values"]

#: The same expression as Quarto's, so that both see the same inline code.
INLINE = re.compile(r"(?<!`)`\{python\}[ \t]+([^`]+)`")

#: A plain number or truth value; numpy's scalars print their type and are refused.
_PLAIN = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?|True|False")
#: What Markdown would read as more than text.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()>#+\-.!|~^$@<])")


def inline_values(client: Any, page: Page, prose: Prose) -> tuple[str, ...]:
    """Evaluate the inline code of a stretch of prose, as Quarto does it.

    Parameters
    ----------
    client
        Connected nbclient.
    page, prose
        Where the code stands.

    Returns
    -------
    tuple of str
        Markdown for each expression, in order.

    Raises
    ------
    ReportError
        When an expression fails, or its value has no form that both renderers
        print alike: Quarto prints the ``repr``, and the code itself instead of
        an empty text.
    """
    found = [
        (prose.line + i, match[1].strip())
        for i, text in enumerate(prose.lines)
        for match in INLINE.finditer(text)
    ]
    if not found:
        return ()
    expressions = {str(i): expression for i, (_, expression) in enumerate(found)}
    message = client.kc.execute("", user_expressions=expressions, store_history=False)
    replies = client.wait_for_reply(message)["content"]["user_expressions"]
    return tuple(
        _value(replies[str(i)], f"{page.name}:{line}: inline code `{expression}`")
        for i, (line, expression) in enumerate(found)
    )


def _value(reply: Mapping[str, Any], place: str) -> str:
    if reply["status"] != "ok":
        raise ReportError(f"{place} failed: {reply['ename']}: {reply['evalue']}")
    data = reply["data"]
    if "text/html" in data:
        raise ReportError(f"{place} gives HTML; print tables and figures from a cell.")
    if data.get("text/markdown", "").strip():
        return str(data["text/markdown"])
    plain = str(data["text/plain"])
    if _PLAIN.fullmatch(plain):
        return plain
    if plain[:1] in "'\"" and plain[1:-1] and plain[1:-1] == _literal(plain):
        return _SPECIAL.sub(r"\\\1", plain[1:-1])
    raise ReportError(
        f"{place} gives {plain!r}, which the renderers print differently. Allowed: "
        "a text of one line, a plain number, an object with _repr_markdown_. "
        "Format the value as text."
    )


def _literal(plain: str) -> object:
    try:
        return ast.literal_eval(plain)
    except (ValueError, SyntaxError):
        return None
