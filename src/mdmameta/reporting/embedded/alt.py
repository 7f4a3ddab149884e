"""The alternative text that an image carries, as this package's figures do."""

from __future__ import annotations

import html
import re
import struct
import zlib

__all__ = ["alt_in"]

_DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.S)
_PNG = b"\x89PNG\r\n\x1a\n"

#: Keyword of the text of a PNG, with the zero that ends it.
_KEYWORD = b"Description\x00"


def alt_in(content: bytes) -> str:
    """Return what an SVG or a PNG says of itself; empty where it says nothing.

    Parameters
    ----------
    content
        Of the file.

    Examples
    --------
    >>> alt_in(b"<svg><dc:description>n &lt; 5</dc:description></svg>")
    'n < 5'
    >>> alt_in(b"GIF89a")
    ''
    """
    if content.startswith(_PNG):
        return _in_png(content)
    found = _DESCRIPTION.search(content.decode("utf-8", "replace"))
    return html.unescape(" ".join(found[1].split())) if found else ""


def _in_png(content: bytes) -> str:
    at = len(_PNG)
    while at + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"iTXt") and body.startswith(_KEYWORD):
            rest = body[len(_KEYWORD) :]
            return rest.decode("latin-1") if kind == b"tEXt" else _international(rest)
        at += 12 + size
    return ""


def _international(rest: bytes) -> str:
    """Text of an iTXt chunk: flag, method, language, translated keyword, text."""
    packed, text = rest[0], rest[2:].split(b"\x00", 2)[2]
    return (zlib.decompress(text) if packed else text).decode("utf-8", "replace")
