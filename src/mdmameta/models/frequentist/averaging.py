"""Rows of a design averaged over the levels of factors: marginal means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.design import design_at, parse
from mdmameta.options import AverageWeights, check_option


def averaged_design(
    formula: str,
    used: pd.DataFrame,
    new: pd.DataFrame,
    over: Sequence[str],
    weights: AverageWeights,
) -> FloatArray:
    """Average the design at new values over the levels of some moderators.

    Parameters
    ----------
    formula
        Of the fit.
    used
        Moderators of the k rows of the fit.
    new
        Values of the other moderators, n rows.
    over
        Moderators to average over.
    weights
        "equal": all combinations of their levels count the same, whether or
        not a study has it. "observed": each combination counts as often as
        rows of the fit have it.

    Returns
    -------
    numpy.ndarray
        Shape (n, p).

    Raises
    ------
    OptionError
        When a name is not a moderator of the formula.

    Examples
    --------
    >>> used = pd.DataFrame({"arm": ["a", "a", "b"]})
    >>> averaged_design("~ arm", used, used.iloc[:1, :0], ["arm"], "observed").round(3)
    array([[1.   , 0.333]])
    """
    check_option("weights", weights, AverageWeights)
    known = sorted(parse(formula).required_variables)
    absent = [name for name in over if name not in known]
    if absent:
        raise OptionError(
            f"average_over names {', '.join(map(repr, absent))}, not among the "
            f"moderators of formula {formula!r}: {', '.join(map(repr, known))}."
        )
    grid, share = _grid(used, list(over), weights)
    rest = new.drop(columns=list(over), errors="ignore").reset_index(drop=True)
    crossed = rest.merge(grid, how="cross")
    X = design_at(formula, used, crossed).X
    mean: FloatArray = np.einsum(
        "g,ngp->np", share, X.reshape(len(rest), len(grid), -1)
    )
    return mean


def _grid(
    used: pd.DataFrame, over: list[str], weights: str
) -> tuple[pd.DataFrame, FloatArray]:
    """Return the combinations of levels and the weight of each, which sum to 1."""
    if weights == "observed":
        counts = used.groupby(over, sort=True, observed=True).size()
        grid = counts.index.to_frame(index=False)
        return grid, counts.to_numpy(dtype=float) / counts.sum()
    grid = pd.DataFrame(index=[0])
    for name in over:
        levels = used[[name]].drop_duplicates().sort_values(name)
        grid = grid.merge(levels, how="cross")
    return grid, np.full(len(grid), 1 / len(grid))
