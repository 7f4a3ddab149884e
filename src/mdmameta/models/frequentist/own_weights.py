"""Weights of the user's: equal ones, a column of the effects, or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError

#: What ``weights`` may be: an option, the name of a column, or numbers.
Weights = str | Sequence[float]

#: The default: 1 / (v + τ²), which is best when the model is right.
BEST = "inverse-variance"
EQUAL = "equal"

#: The estimator of τ² whose name also keeps weights of 1 / v for the mean.
KEEPING_WEIGHTS = "GENQ"


def stated(weights: Any) -> str | tuple[float, ...]:
    """Return weights as a value that a frozen model can hold.

    Raises
    ------
    OptionError
        When they are neither text nor numbers that can be weights.

    Examples
    --------
    >>> stated("equal"), stated([1, 2])
    ('equal', (1.0, 2.0))
    """
    if isinstance(weights, str):
        return weights
    try:
        numbers = np.asarray(weights, dtype=float)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"weights={weights!r} cannot be weights: give 'inverse-variance', 'equal', "
            "the name of a moderator, or one number a row."
        ) from error
    if numbers.ndim != 1 or not numbers.size:
        raise OptionError(
            f"weights have shape {numbers.shape}; give one number for each row."
        )
    return tuple(numbers.tolist())


def weights_of(
    weights: Weights, effects: Effects
) -> tuple[FloatArray | None, NDArray[np.bool_]]:
    """Return the weight of each row, and the rows without one.

    Parameters
    ----------
    weights
        As `stated` returned them.
    effects
        What a model was given.

    Returns
    -------
    weights
        Shape (k,); None for the inverse of the variances.
    missing
        Which rows have no weight, shape (k,).

    Raises
    ------
    ModelError
        When there are not as many as rows, no column has that name, or one is
        negative or infinite.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 1.0], v=[1.0, 1.0], moderators={"quality": [3, None]})
    >>> weights_of("quality", effects)
    (array([ 3., nan]), array([False,  True]))
    """
    if weights == BEST:
        return None, np.zeros(effects.k, dtype=bool)
    if weights == EQUAL:
        return np.ones(effects.k), np.zeros(effects.k, dtype=bool)
    numbers = (
        _column(weights, effects)
        if isinstance(weights, str)
        else np.array(weights, dtype=float)
    )
    if numbers.size != effects.k:
        raise ModelError(
            f"{numbers.size} weights were given for {effects.k} rows. Where a model is "
            "fitted to parts of the rows, make the weights a moderator and give its "
            "name."
        )
    wrong = np.flatnonzero((numbers < 0) | np.isinf(numbers))
    if wrong.size:
        raise ModelError(
            f"weight {numbers[wrong[0]]} of {effects.study[wrong[0]]} (row {wrong[0]}, "
            "counted from 0) cannot be one; give finite numbers of at least 0."
        )
    return numbers, np.isnan(numbers)


def _column(name: str, effects: Effects) -> FloatArray:
    if name not in effects.frame:
        there = ", ".join(map(repr, effects.frame.columns)) or "there are none"
        raise ModelError(
            f"weights={name!r} is neither 'inverse-variance' nor 'equal' nor a "
            f"moderator of the effects ({there})."
        )
    try:
        column = pd.to_numeric(effects.frame[name])
    except (TypeError, ValueError) as error:
        raise ModelError(f"moderator {name!r} holds text, not weights.") from error
    return column.to_numpy(dtype=float, na_value=np.nan)


def has_own_weights(model: Any) -> bool:
    """Tell whether a model's weights are other than 1 / (v + τ²).

    What is computed from those weights alone, such as a likelihood ratio, does not
    describe such a model.

    Examples
    --------
    >>> from mdmameta.models.frequentist import RandomEffects
    >>> has_own_weights(RandomEffects()), has_own_weights(RandomEffects("GENQ"))
    (False, True)
    """
    asked = getattr(model, "weights", BEST) != BEST
    return asked or getattr(model, "tau2", None) == KEEPING_WEIGHTS


def waived_by(weights: Weights) -> Mapping[str, str]:
    """Return the duties of a model that its weights keep it from, and why."""
    if weights == BEST:
        return {}
    waives = {"weightless": "its weights do not depend on the variances"}
    if not isinstance(weights, str):
        for duty in ("order", "missing", "one-study", "nothing"):
            waives[duty] = "its weights belong to the rows of one table"
    return waives
