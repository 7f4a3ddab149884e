"""Stored results beside fresh ones, with room for the last digits."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

#: Numbers in files count as the same within this relative difference, so that
#: a last digit that rounds differently elsewhere is no difference.
SAME_WITHIN = 1e-7

#: Absolute difference that is never one, for numbers that are nearly zero.
SAME_NEAR_ZERO = 1e-9

#: Parts of a manifest that may differ where every number is the same.
NOT_COMPARED = ("versions", "outputs")

#: Verdicts that a claim may not lose.
REPRODUCED = ("reproduced", "reproduced with another convention")


def file_differences(path: Path, stored: str, fresh: str) -> list[str]:
    """Say where two versions of one file differ, as sentences.

    Numbers are compared within a tolerance, text exactly, and the versions of
    libraries and the fingerprints of other derived files in a manifest not at
    all: those files are compared themselves.

    Parameters
    ----------
    path
        Its suffix tells JSON from lines of cells.
    stored, fresh
        Content on disk and content now.
    """
    if path.suffix != ".json":
        return _compare_lines(stored, fresh)
    try:
        old = json.loads(stored)
    except json.JSONDecodeError as error:
        return [f"line {error.lineno} is not JSON."]
    new = json.loads(fresh)
    for document in (old, new):
        if isinstance(document, dict):
            for part in NOT_COMPARED:
                document.pop(part, None)
    return sorted(compare_numbers(old, new))


def compare_numbers(stored: Any, fresh: Any, place: str = "") -> Iterator[str]:
    """Walk two JSON documents and say where they differ.

    Parameters
    ----------
    stored, fresh
        Documents of plain types.
    place
        Path of keys so far, for the message.
    """
    if isinstance(stored, dict) and isinstance(fresh, dict):
        for key in stored.keys() | fresh.keys():
            inside = f"{place}/{key}"
            if key not in stored or key not in fresh:
                yield f"{inside} is {'new' if key in fresh else 'gone'}."
            else:
                yield from compare_numbers(stored[key], fresh[key], inside)
    elif isinstance(stored, list) and isinstance(fresh, list):
        if len(stored) != len(fresh):
            yield f"{place} has {len(stored)} entries, now {len(fresh)}."
            return
        for at, (a, b) in enumerate(zip(stored, fresh, strict=True)):
            yield from compare_numbers(a, b, f"{place}/{_name(b, at)}")
    elif not _same(stored, fresh):
        yield f"{place} is {stored!r}, now {fresh!r}."


def lost_reproductions(
    stored: Iterable[Mapping[str, Any]], fresh: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Name the claims that were reproduced and no longer are, as sentences.

    Parameters
    ----------
    stored, fresh
        Records of a ledger: id, verdict and why.

    Examples
    --------
    >>> stored = [{"id": "a", "verdict": "reproduced"}]
    >>> fresh = [{"id": "a", "verdict": "contradicted", "why": "By 0.1."}]
    >>> lost_reproductions(stored, fresh)
    ["claim a was 'reproduced' and is now 'contradicted'. By 0.1."]
    """
    now = {record["id"]: record for record in fresh}
    found = []
    for record in stored:
        name, was = record["id"], record["verdict"]
        if was not in REPRODUCED:
            continue
        if name not in now:
            found.append(f"claim {name} was {was!r} and is gone.")
        elif now[name]["verdict"] not in REPRODUCED:
            verdict, why = now[name]["verdict"], now[name]["why"]
            found.append(f"claim {name} was {was!r} and is now {verdict!r}. {why}")
    return found


def _compare_lines(stored: str, fresh: str) -> list[str]:
    old, new = stored.splitlines(), fresh.splitlines()
    if len(old) != len(new):
        return [f"has {len(old)} lines, now {len(new)}."]
    return [
        f"line {at} differs."
        for at, (a, b) in enumerate(zip(old, new, strict=True), start=1)
        if a != b and not _same_cells(a.split(","), b.split(","))
    ]


def _same_cells(stored: list[str], fresh: list[str]) -> bool:
    return len(stored) == len(fresh) and all(
        a == b or _same(_number(a), _number(b))
        for a, b in zip(stored, fresh, strict=True)
    )


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def _same(a: Any, b: Any) -> bool:
    numbers = all(
        isinstance(x, int | float) and not isinstance(x, bool) for x in (a, b)
    )
    if numbers:
        return math.isclose(a, b, rel_tol=SAME_WITHIN, abs_tol=SAME_NEAR_ZERO)
    return bool(a == b)


def _name(entry: Any, at: int) -> str:
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else str(at)
