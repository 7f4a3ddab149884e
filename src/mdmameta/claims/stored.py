"""Derived JSON files, read and checked before anything is compared with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mdmameta.errors import DerivedDataError

__all__ = ["read_document"]

#: Key of a document that lists records -> what every record must have.
_RECORDS = {"results": ("id",), "claims": ("id", "verdict")}


def read_document(path: Path, key: str) -> dict[str, Any]:
    """Read a derived JSON file, of which a key must be there.

    Parameters
    ----------
    path
        The file.
    key
        ``results`` or ``claims``, which are lists of records, or another, which
        is an object.

    Raises
    ------
    DerivedDataError
        When it is missing, no JSON, or without the key in its form.

    Examples
    --------
    >>> found = read_document(Path("data/derived/ledger.json"), "claims")
    >>> found["claims"][0]["id"]
    'seed-trials'
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DerivedDataError(f"{path} is missing; run: mdmameta derive") from error
    except ValueError as error:
        raise DerivedDataError(
            f"{path} is not JSON ({error}); run: mdmameta derive"
        ) from error
    if not isinstance(found, dict) or key not in found:
        raise DerivedDataError(f"{path} holds no {key}; run: mdmameta derive")
    if not _in_form(found[key], key) or not _in_form(found.get("sensitivity", {})):
        raise DerivedDataError(
            f"{path} holds {key} in another form than `derive` writes; run: "
            "mdmameta derive"
        )
    return found


def _in_form(part: Any, key: str = "") -> bool:
    if key not in _RECORDS:
        return isinstance(part, dict)
    return isinstance(part, list) and all(
        isinstance(record, dict)
        and all(isinstance(record.get(name), str) for name in _RECORDS[key])
        for record in part
    )
