"""The model refitted as studies arrive one after the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Model
from mdmameta.sensitivity.refits import Part, Refits, refit


def cumulative(
    effects: Effects,
    model: Model,
    order: str | ArrayLike | None = None,
    *,
    collapse: bool = False,
) -> Refits:
    """Refit a model to the first effect, the first two, and so on.

    Each refit estimates everything anew, τ² included (metafor's ``cumul``).

    Parameters
    ----------
    effects
        Effects; those that the model does not use are passed over.
    model
        Any model with ``fit(effects)``.
    order
        None: as the rows stand. The name of a moderator, such as "year", or
        values of shape (k,) to sort by: ascending, ties as the rows stand,
        rows without a value last.
    collapse
        Whether rows of equal order are added together, in one refit.

    Returns
    -------
    Refits
        Column ``added`` names the study added, or the studies.

    Raises
    ------
    SensitivityError
        When the order is no moderator, or not one value a row.

    Notes
    -----
    Repeated looks inflate the error of tests: the table shows how an estimate
    came about and is not a sequential test.

    References
    ----------
    Lau et al. 1992, doi:10.1056/NEJM199207233270406.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 0.2, 1.0], v=[0.1, 0.1, 0.1], study=["A", "B", "C"],
    ...     moderators={"year": [2020, 2015, 2018]})
    >>> table = cumulative(effects, CommonEffect(), "year").to_frame()
    >>> table[["added", "k", "value"]].round(2).values.tolist()
    [['B', 1, 0.2], ['C', 2, 0.6], ['A', 3, 0.4]]
    """
    whole = model.fit(effects)
    key = _key(effects, order).iloc[whole.used].reset_index(drop=True)
    sorted_at = key.sort_values(kind="stable", na_position="last").index.to_numpy()
    rows = whole.used[sorted_at]
    steps = _steps(key.iloc[sorted_at], collapse)
    return refit(effects, model, whole, _parts(effects, rows, steps), "added")


def _key(effects: Effects, order: str | ArrayLike | None) -> pd.Series:
    if order is None:
        return pd.Series(np.arange(effects.k))
    if isinstance(order, str):
        if order not in effects.frame:
            there = ", ".join(map(repr, effects.frame.columns)) or "none"
            raise SensitivityError(
                f"order={order!r} is not among the moderators ({there}). Give one of "
                "them, or k values to sort by."
            )
        return effects.frame[order].reset_index(drop=True)
    values = pd.Series(np.asarray(order).ravel())
    if len(values) != effects.k:
        raise SensitivityError(
            f"order has {len(values)} values for {effects.k} effects; give one a row."
        )
    return values


def _steps(key: pd.Series, collapse: bool) -> NDArray[np.intp]:
    """Numbers of rows after each step."""
    k = len(key)
    if not collapse:
        return np.arange(1, k + 1)
    codes = pd.factorize(key, use_na_sentinel=False)[0]
    return np.append(np.flatnonzero(np.diff(codes)) + 1, k)


def _parts(
    effects: Effects, rows: NDArray[np.intp], steps: NDArray[np.intp]
) -> list[Part]:
    starts = [0, *steps[:-1]]
    return [
        (" + ".join(map(str, effects.study[rows[start:stop]])), rows[:stop])
        for start, stop in zip(starts, steps, strict=True)
    ]
