"""A recipe applied: the variance that each row asks for, and what is undefined."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.checks import named_rows
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe
from mdmameta.errors import DataWarning, EffectsError

VTypes = NDArray[np.str_]


def vtype_of_rows(vtype: str | Sequence[str], k: int) -> VTypes:
    """Repeat one kind of variance for all k rows, or check one a row.

    Raises
    ------
    EffectsError
        When there are neither one nor k of them.
    """
    if isinstance(vtype, str):
        return np.full(max(k, 1), vtype)
    if len(vtype) != k:
        raise EffectsError(
            f"vtype has {len(vtype)} values, the others {k}; give one for all rows, "
            "or one a row."
        )
    return np.array([str(kind) for kind in vtype])


def computed(recipe: Recipe, arrays: Arrays, choices: Choices, vtypes: VTypes) -> YV:
    """Apply the kernel once for each kind of variance, and pick the rows of each."""
    kinds = np.unique(vtypes)
    options = [choices.with_vtype(str(kind)).pick(recipe.takes) for kind in kinds]
    results = [recipe.kernel(**arrays, **option) for option in options]
    if len(kinds) == 1:
        return results[0]
    chosen = [vtypes == kind for kind in kinds]
    y, v = (np.select(chosen, [r[i] for r in results]) for i in (0, 1))
    return y, v


def defined(
    measure: str, found: YV, arrays: Arrays, index: pd.Index, reason: str
) -> YV:
    """Set to NaN what is infinite or undefined, with a warning if nothing lacked.

    Parameters
    ----------
    measure
        Code, for the warning.
    found
        y and v as the kernel gave them.
    arrays
        What the kernel was given; a row that lacks any of it is missing.
    index
        Labels of the rows, for the warning.
    reason
        Why y or v may be undefined although nothing is missing.

    Warns
    -----
    DataWarning
        With the rows and the reason.
    """
    y, v = found
    bad = ~(np.isfinite(y) & np.isfinite(v))
    lacking = np.logical_or.reduce([np.isnan(x) for x in arrays.values()])
    surprising = bad & ~lacking
    if surprising.any():
        rows = named_rows(index[surprising])
        warnings.warn(
            f"{measure} is infinite or undefined, and set to NaN, in {rows}. {reason}",
            DataWarning,
            stacklevel=3,
        )
    return np.where(bad, np.nan, y), np.where(bad, np.nan, v)
