"""The pairs of options that say what is added to which counts, checked and applied."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from mdmameta.effects.cells import adjusted_cells
from mdmameta.effects.recipe import AddTo
from mdmameta.errors import OptionError
from mdmameta.models.frequentist.stratified import Strata
from mdmameta.options import check_option


class Constants(Protocol):
    """A model with pairs of options: for single trials, then for the pool."""

    @property
    def add(self) -> tuple[float, float]:
        """What is added."""

    @property
    def to(self) -> tuple[AddTo, AddTo]:
        """Which tables it is added to."""

    @property
    def drop00(self) -> tuple[bool, bool]:
        """Whether tables without a contrast are left out."""


def check_constants(model: Constants) -> None:
    """Refuse options that are no pairs, or not allowed.

    Raises
    ------
    OptionError
        With the option and what was found.
    """
    for name in ("add", "to", "drop00"):
        _check_pair(name, getattr(model, name))
    for value in model.to:
        check_option("to", value, AddTo)
    if min(model.add) < 0 or not np.isfinite(model.add).all():
        raise OptionError(
            f"add={model.add!r}: what is added is finite and not below 0; give two "
            "such numbers, as in (0.5, 0.0)."
        )
    if not all(isinstance(value, bool) for value in model.drop00):
        raise OptionError(f"drop00={model.drop00!r}: give True or False, twice.")


def adjusted_strata(t: Strata, model: Constants, which: int) -> Strata:
    """Tables with constants added: those of single trials (0), or of the pool (1).

    Tables that are left out become missing.
    """
    cells = adjusted_cells(
        t.a,
        t.b,
        t.c,
        t.d,
        add=model.add[which],
        to=model.to[which],
        drop00=model.drop00[which],
    )
    return Strata(*cells)


def _check_pair(name: str, value: object) -> None:
    if not (isinstance(value, tuple) and len(value) == 2):
        raise OptionError(
            f"{name}={value!r} is not a pair; give two values, for the effects of "
            "single trials and for the pooled contrast."
        )
