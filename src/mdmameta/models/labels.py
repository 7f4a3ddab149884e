"""The row label of a model: its repr."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

#: The level that goes without saying in a label.
USUAL_LEVEL = 0.95


def row_label(model: Any) -> str:
    """Return a dataclass' repr without the usual level of 0.95.

    Parameters
    ----------
    model
        A dataclass instance.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> row_label(CommonEffect()), row_label(CommonEffect(level=0.9))
    ("CommonEffect(interval='wald')", "CommonEffect(interval='wald', level=0.9)")
    """
    said = {f.name: getattr(model, f.name) for f in fields(model) if f.repr}
    if said.get("level") == USUAL_LEVEL:
        del said["level"]
    inside = ", ".join(f"{name}={value!r}" for name, value in said.items())
    return f"{type(model).__name__}({inside})"
