"""What a regression test predicts effects from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError

__all__ = ["Predictor", "sizes", "values"]

Predictor = Literal["sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"]

#: Predictors that vanish for an infinitely large study.
VANISHING = ("sei", "vi", "ninv", "sqrtninv")

_OF_SIZE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "ni": lambda n: n,
    "ninv": lambda n: 1 / n,
    "sqrtni": np.sqrt,
    "sqrtninv": lambda n: 1 / np.sqrt(n),
}

#: Columns of the moderators that hold sizes, by metafor's names.
SIZE_COLUMNS = ("ni", "n")
ARM_COLUMNS = (("n1i", "n2i"), ("n_active", "n_control"))


def sizes(effects: Effects, n: str | Sequence[float] | None = None) -> FloatArray:
    """Return the number of participants of each study, shape (rows,).

    Parameters
    ----------
    effects
        With sizes among the moderators, unless given.
    n
        Column of the moderators, or the numbers themselves; None looks for
        ``ni``, ``n``, or two columns of arms.

    Raises
    ------
    SensitivityError
        When there are no sizes, or as many as rows are not given.
    """
    found = _sizes(effects, n)
    wrong = ~np.isnan(found) & ((found <= 0) | np.isinf(found))
    if wrong.any():
        study = effects.study[np.flatnonzero(wrong)[0]]
        raise SensitivityError(
            f"the size of study {study} is {found[wrong][0]:g}; sizes are positive, "
            "finite numbers."
        )
    return found


def _sizes(effects: Effects, n: str | Sequence[float] | None) -> FloatArray:
    frame = effects.frame
    if isinstance(n, str):
        if n not in frame:
            raise SensitivityError(
                f"n={n!r} is no column of the moderators "
                f"({', '.join(map(repr, frame.columns)) or 'none'})."
            )
        return frame[n].to_numpy(dtype=float)
    if n is not None:
        given = np.asarray(n, dtype=float)
        if given.shape != (effects.k,):
            raise SensitivityError(f"n has {given.size} numbers for {effects.k} rows.")
        return given
    for column in SIZE_COLUMNS:
        if column in frame:
            return frame[column].to_numpy(dtype=float)
    for one, two in ARM_COLUMNS:
        if one in frame and two in frame:
            return (frame[one] + frame[two]).to_numpy(dtype=float)
    raise SensitivityError(
        "the effects hold no sizes of studies: give n=..., or a column 'ni' among the "
        "moderators."
    )


def values(
    predictor: Predictor, effects: Effects, n: str | Sequence[float] | None
) -> FloatArray:
    """Compute a predictor for every row of the effects, shape (rows,)."""
    if predictor == "sei":
        return np.sqrt(effects.v)
    if predictor == "vi":
        return effects.v.copy()
    return _OF_SIZE[predictor](sizes(effects, n))
