"""Attributes in braces and fenced divs: their classes, keys and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mdmameta.reporting.embedded import keys

__all__ = ["Attributes", "attribute_faults", "div_faults", "labels_in", "parse"]

_DIV = re.compile(r"^\s*(?P<mark>:{3,})\s*(?P<rest>.*?)\s*:*\s*$")
_TOKEN = re.compile(
    r"""\s*(?:\#(?P<id>[^\s}]+)|\.(?P<cls>[\w-]+)
        |(?P<key>[\w-]+)=(?:"(?P<dq>[^"]*)"|'(?P<sq>[^']*)'|(?P<bare>[^\s}"']+)))\s*""",
    re.X,
)
_BRACES = re.compile(
    r"(?P<before>[\]\)\$`]|^|\s)"
    r"\{(?P<body>\s*(?:[#.][A-Za-z]|[\w-]+=)[^{}]*)\}"
)
_VALUES = {
    "appearance": {"default", "simple", "minimal"},
    "collapse": {"true", "false"},
    "icon": {"false"},
    "when-format": keys.FORMATS,
    "unless-format": keys.FORMATS,
}


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands between braces: an identifier, classes, pairs."""

    identifier: str | None = None
    classes: tuple[str, ...] = ()
    pairs: dict[str, str] = field(default_factory=dict)


def parse(text: str) -> Attributes | None:
    """Read the inside of braces; None when it is not a list of attributes.

    Examples
    --------
    >>> parse('#fig-a .column-page width="50%"').pairs
    {'width': '50%'}
    """
    identifier, classes, pairs, at = None, [], {}, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            return None
        identifier = match["id"] or identifier
        classes += [match["cls"]] if match["cls"] else []
        if match["key"]:
            value = match["dq"] or match["sq"] or match["bare"] or ""
            pairs[match["key"]] = value
        at = match.end()
    return Attributes(identifier, tuple(classes), pairs)


def labels_in(text: str) -> Iterator[str]:
    """Give the identifiers in braces in a line of prose."""
    for match in _BRACES.finditer(text):
        found = parse(match["body"])
        if found and found.identifier:
            yield found.identifier


def div_faults(text: str, open_divs: list[int], line: int) -> Iterator[tuple[str, str]]:
    """Find faults of a line that opens or closes a fenced div.

    `open_divs` holds the lines of divs that are still open, and is kept here.
    """
    match = _DIV.match(text)
    if match is None:
        return
    rest = match["rest"]
    if not rest:
        if open_divs:
            open_divs.pop()
        else:
            yield "a ':::' that closes nothing", "Remove it, or open a div above."
        return
    open_divs.append(line)
    inside = rest[1:-1] if rest.startswith("{") and rest.endswith("}") else f".{rest}"
    found = parse(inside)
    if found is None:
        yield f"a fenced div {rest!r}", 'Write ::: {.class key="value"}.'
    else:
        yield from _div_misfits(found)


def _div_misfits(found: Attributes) -> Iterator[tuple[str, str]]:
    allowed = ", ".join(c for c in keys.DIVS if not c.startswith("g-col-"))
    for name in found.classes:
        if name not in keys.DIVS:
            cure = f"Allowed: {allowed}, g-col-1 to g-col-12."
            yield f"a fenced div of class {name!r}", cure
    per_class = (keys.DIVS.get(name, frozenset()) for name in found.classes)
    permitted = keys.DIV_ATTRIBUTES.union(*per_class)
    yield from _pair_faults(found.pairs, permitted)
    label = found.identifier
    if label and label != "refs" and label.split("-")[0] not in {"fig", "tbl"}:
        yield f"a fenced div labelled {label!r}", "Allowed: #fig-…, #tbl-…, #refs."
    if label and label != "refs" and (found.classes or found.pairs):
        yield "a labelled div with classes or attributes", "Nest two divs."
    if not (label or found.classes or found.pairs):
        yield "a fenced div without class", f"Allowed: {allowed}."


def _pair_faults(
    pairs: dict[str, str], permitted: frozenset[str] | set[str]
) -> Iterator[tuple[str, str]]:
    for key, value in pairs.items():
        if key not in permitted:
            names = ", ".join(sorted(permitted)) or "none"
            yield f"the attribute {key!r}", f"Allowed here: {names}."
        elif key in _VALUES and value not in _VALUES[key]:
            values = ", ".join(sorted(_VALUES[key]))
            yield f"the attribute {key}={value!r}", f"Allowed: {values}."
        elif key == "layout-ncol" and not re.fullmatch(r"[1-4]", value):
            yield f"the attribute {key}={value!r}", "Allowed: 1 to 4."


def attribute_faults(text: str) -> Iterator[tuple[str, str]]:
    """Find faults of braces on headings, images, spans, captions and equations."""
    if _DIV.match(text):
        return
    for match in _BRACES.finditer(text):
        found = parse(match["body"])
        if found is None:
            cure = 'Write {#label .class key="value"}.'
            yield f"attributes {match[0].strip()!r}", cure
            continue
        classes, pairs = _context(text, match)
        for name in sorted(set(found.classes) - classes):
            yield f"the class {name!r}", f"Allowed here: {_listed(classes)}."
        yield from _pair_faults(found.pairs, pairs)


def _context(text: str, match: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    none: frozenset[str] = frozenset()
    if re.match(r"^#{1,6}\s", text):
        return keys.HEADING_CLASSES, none
    if match["before"] == ")" and "![" in text[: match.start()]:
        return none, keys.IMAGE_ATTRIBUTES
    if match["before"] == "]":
        return keys.SPAN_CLASSES, none
    return none, none


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
