"""The row label of a model: its repr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

#: What goes without saying in a label.
USUAL = {
    "level": 0.95,
    "tau2_interval": "qprofile",
    "weights": "inverse-variance",
    "variance": "sato",
}


def row_label(model: Any, usual: Mapping[str, object] | None = None) -> str:
    """Return a dataclass' repr without a level of 0.95 and other usual choices.

    Parameters
    ----------
    model
        A dataclass instance.
    usual
        Further options that go without saying in labels of this model, with the
        value that does.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> row_label(CommonEffect()), row_label(CommonEffect(level=0.9))
    ("CommonEffect(interval='wald')", "CommonEffect(interval='wald', level=0.9)")
    """
    silent = {**USUAL, **(usual or {})}
    said = {f.name: getattr(model, f.name) for f in fields(model) if f.repr}
    inside = ", ".join(
        f"{name}={value!r}" for name, value in said.items() if silent.get(name) != value
    )
    return f"{type(model).__name__}({inside})"
