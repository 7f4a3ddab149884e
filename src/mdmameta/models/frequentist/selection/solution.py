"""The maximum of a selection model's likelihood, and the table of its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.selection.likelihood import Steps
from mdmameta.models.frequentist.selection.maximum import Maximum, Problem
from mdmameta.models.frequentist.selection.profile import profile_limits

if TYPE_CHECKING:
    from mdmameta.models.frequentist.selection.model import SelectionModel


@dataclass(frozen=True, eq=False, slots=True)
class Solution:
    """A maximum with what it was computed from.

    Parameters
    ----------
    problem, at
        The likelihood and its highest point.
    vcov
        Covariance of all parameters, shape (m, m); NaN without one.
    level
        Probability of the intervals.
    """

    problem: Problem
    at: Maximum
    vcov: FloatArray
    level: float

    @property
    def se(self) -> FloatArray:
        """Standard errors of all parameters, shape (m,)."""
        return np.sqrt(np.diag(self.vcov))

    @property
    def half(self) -> FloatArray:
        """Half the width of their Wald intervals, shape (m,)."""
        return critical_value(self.level, np.inf) * self.se


def weights_table(model: SelectionModel, solution: Solution) -> pd.DataFrame:
    """Weights as estimated, one row a parameter; see `Selection`.

    Parameters
    ----------
    model
        Whose kind of weights and of intervals is asked for.
    solution
        The maximum.
    """
    after = slice(solution.problem.p + 1, None)
    value, se = solution.at.theta[after], solution.se[after]
    limits = _weight_limits(model, solution)
    table = pd.DataFrame(
        {
            "parameter": [f"delta{j + 1}" for j in range(value.size)],
            "value": value,
            "se": se,
            "ci_low": limits[:, 0],
            "ci_high": limits[:, 1],
        }
    )
    if model.type == "stepfun":
        steps = Steps(np.array(model.cutpoints))
        held = steps.bins(solution.problem.data).sum(axis=1).astype(int)
        ends = model.cutpoints
        table.insert(1, "p_low", (0.0, *ends[:-1]))
        table.insert(2, "p_high", ends)
        table.insert(3, "k", held)
    return table


def _weight_limits(model: SelectionModel, solution: Solution) -> FloatArray:
    """Limits of each weight, shape (m, 2); NaN where it is held."""
    problem, at = solution.problem, solution.at
    places = np.arange(problem.p + 1, at.theta.size)
    if model.interval == "wald":
        value, half = at.theta[places], solution.half[places]
        return np.column_stack([np.maximum(value - half, 0.0), value + half])
    limits = [
        profile_limits(problem, at, int(i), model.level)
        if problem.free[i]
        else (np.nan, np.nan)
        for i in places
    ]
    return np.array(limits).reshape(-1, 2)
