"""YAML read with line numbers and compared with an allow-list of keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from mdmameta.errors import MissingExtraError
from mdmameta.reporting.embedded.faults import PageFault

__all__ = ["Allowed", "read_yaml"]

#: What a value may be: a type, a frozenset of literals, a mapping of keys, a
#: one-element list (a list of those), a tuple of alternatives, or ``...``.
Allowed: TypeAlias = Any


def read_yaml(
    text: str, allowed: Allowed, *, file: str, first_line: int = 1
) -> tuple[Any, list[PageFault]]:
    """Parse YAML and list every key and value that is not allowed.

    Parameters
    ----------
    text
        YAML source.
    allowed
        Nested allow-list, see `Allowed`.
    file, first_line
        Where the text stands: the file, and the line of its first line.

    Returns
    -------
    tuple
        The value (None when the text cannot be parsed) and the faults.

    Raises
    ------
    MissingExtraError
        When PyYAML is not installed.

    Examples
    --------
    >>> value, faults = read_yaml("echo: 1", {"echo": bool}, file="a.qmd")
    >>> print(faults[0])
    a.qmd:1: YAML key 'echo' has the value 1. Allowed: true or false.
    """
    try:
        import yaml
    except ImportError as error:
        raise MissingExtraError("pyyaml", "report") from error

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        fault = PageFault(file, line, f"faulty YAML: {problem}", "Mend the YAML.")
        return None, [fault]
    finally:
        loader.dispose()
    if node is None:
        return {}, []
    found = _misfits(node, value, allowed, ())
    return value, [
        PageFault(file, first_line + line, what, cure) for line, what, cure in found
    ]


def _misfits(
    node: Any, value: Any, allowed: Allowed, path: tuple[str, ...]
) -> Iterator[tuple[int, str, str]]:
    if allowed is ... or _fits(value, allowed):
        return
    mapping, sequence = _part(allowed, dict), _part(allowed, list)
    if mapping is not None and isinstance(value, dict):
        yield from _misfit_keys(node, value, mapping, path)
    elif sequence is not None and isinstance(value, list):
        for child, item in zip(node.value, value, strict=True):
            yield from _misfits(child, item, sequence[0], path)
    else:
        key = ".".join(path) or "the document"
        found = f"YAML key {key!r} has the value {value!r}"
        yield node.start_mark.line, found, f"Allowed: {_words(allowed)}."


def _misfit_keys(
    node: Any, value: dict[Any, Any], allowed: dict[str, Allowed], path: tuple[str, ...]
) -> Iterator[tuple[int, str, str]]:
    seen: set[str] = set()
    for key_node, child in node.value:
        key, line = str(key_node.value), key_node.start_mark.line
        name = ".".join((*path, key))
        if key in seen:
            yield line, f"YAML key {name!r} stands twice", "Keep one."
        elif key not in allowed:
            keys = ", ".join(sorted(allowed)) or "none"
            yield line, f"unknown YAML key {name!r}", f"Allowed here: {keys}."
        else:
            yield from _misfits(child, value.get(key), allowed[key], (*path, key))
        seen.add(key)


def _part(allowed: Allowed, kind: type) -> Any:
    options = allowed if isinstance(allowed, tuple) else (allowed,)
    return next((option for option in options if isinstance(option, kind)), None)


def _fits(value: Any, allowed: Allowed) -> bool:
    if isinstance(allowed, tuple):
        return any(_fits(value, option) for option in allowed)
    if isinstance(allowed, frozenset):
        return any(value == o and type(value) is type(o) for o in allowed)
    if allowed is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(allowed, type):
        return type(value) is allowed
    return False


def _words(allowed: Allowed) -> str:
    if isinstance(allowed, tuple):
        return " or ".join(map(_words, allowed))
    if isinstance(allowed, frozenset):
        return " or ".join(sorted(map(_literal, allowed)))
    if isinstance(allowed, list):
        return f"a list of {_words(allowed[0])}"
    if isinstance(allowed, dict):
        return "the keys " + ", ".join(sorted(allowed))
    names = {bool: "true or false", int: "a whole number", float: "a number"}
    return names.get(allowed, "a text")


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
