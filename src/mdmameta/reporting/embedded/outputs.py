"""Outputs of cells: which form is shown, and what counts as figure or table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = [
    "EXTENSIONS",
    "best_form",
    "is_figure",
    "is_table",
    "shown_outputs",
    "uncoloured",
]

#: Forms that a page can show, best first. HTML would vanish from other formats
#: without a word, and Word shows no SVG in versions that are in use.
_MIMES = {
    "html": ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"),
    "pdf": ("image/svg+xml", "image/png", "text/markdown", "text/plain"),
    "docx": ("image/png", "text/markdown", "text/plain"),
}

#: Images, and the ending of their files.
EXTENSIONS = {"image/svg+xml": "svg", "image/png": "png"}

#: The rule under the head of a Markdown table.
_MARKDOWN_TABLE = re.compile(r"^\s*\|?[\s:|+=-]*-{3,}", re.M)
#: What plotting calls return and nobody wants printed; Quarto drops it too.
_ARTIST = re.compile(
    r"^\s*(?:[<(\[].*[>)\]]|Text\([-\d].*|\{.*<matplotlib\..*)\s*$", re.S
)


#: Orders to a terminal to colour what follows.
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def uncoloured(text: str) -> str:
    r"""Take the colours of a terminal out of a text.

    Examples
    --------
    >>> uncoloured("\x1b[31mred\x1b[0m")
    'red'
    """
    return _ANSI.sub("", text)


def best_form(output: Any, target: str = "html") -> tuple[str, str]:
    """Choose the form of an output that a page shows.

    Parameters
    ----------
    output
        An output in the notebook format.
    target
        ``html``, ``pdf`` or ``docx``.

    Returns
    -------
    tuple
        MIME type (``"stream"`` for printed text, ``""`` when there is no form
        that a page can show) and content.

    Examples
    --------
    >>> data = {"text/plain": "T", "text/html": "<b>T</b>"}
    >>> best_form({"output_type": "display_data", "data": data})
    ('text/html', '<b>T</b>')
    """
    if output["output_type"] == "stream":
        return "stream", str(output["text"])
    data = output.get("data", {})
    mime = next((m for m in _MIMES[target] if m in data), "")
    value = data.get(mime, "")
    return mime, "".join(value) if isinstance(value, list) else str(value)


def shown_outputs(outputs: Sequence[Any], *, warning: bool) -> list[Any]:
    """Drop warnings where they are unwanted, and what plotting calls return.

    Parameters
    ----------
    outputs
        Of one cell.
    warning
        Whether what went to standard error is shown.
    """
    images = any(EXTENSIONS.keys() & o.get("data", {}).keys() for o in outputs)
    return [o for o in outputs if _is_shown(o, beside_image=images, warning=warning)]


def _is_shown(output: Any, *, beside_image: bool, warning: bool) -> bool:
    kind = output["output_type"]
    if kind == "stream":
        return warning or output["name"] == "stdout"
    if kind == "execute_result" and set(output["data"]) == {"text/plain"}:
        return not (beside_image and _ARTIST.match(output["data"]["text/plain"]))
    return True


def is_figure(output: Any) -> bool:
    """Tell whether an output is shown as an image."""
    return best_form(output)[0] in EXTENSIONS


def is_table(output: Any) -> bool:
    """Tell whether an output is shown as a table, in HTML or in Markdown."""
    mime, value = best_form(output)
    if mime == "text/html":
        return "<table" in value
    return mime == "text/markdown" and bool(_MARKDOWN_TABLE.search(value))
