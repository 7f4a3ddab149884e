"""Selection models: what is pooled when p-values decide what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.design import (
    Design,
    design_matrix,
    intercept_only,
    parse,
    rows_without_moderators,
)
from mdmameta.models.frequentist.selection.estimation import estimate
from mdmameta.models.frequentist.selection.result import SelectionFit
from mdmameta.models.frequentist.selection.weight_functions import WEIGHT_FUNCTIONS
from mdmameta.models.inputs import Usable, check_contrasts, check_level, usable_rows
from mdmameta.models.labels import row_label
from mdmameta.options import check_option

SelectionType = Literal["stepfun", "beta", "halfnorm", "negexp", "logistic", "power"]
Alternative = Literal["greater", "less", "two.sided"]
SelectionInterval = Literal["wald", "profile"]


@dataclass(frozen=True, repr=False)
class SelectionModel:
    """Estimates the mean effect while results are selected by their p-values.

    A result of p-value p enters with a probability proportional to w(p), which
    is estimated with the mean and the variance of true effects by maximum
    likelihood (Hedges 1992). Whether w can be told from the distribution of
    effects rests on that distribution being normal.

    Parameters
    ----------
    type
        "stepfun" by default, a constant weight between cutpoints, 1 in the
        first bin (the three-parameter model has the one cutpoint 0.025); "beta",
        p^(δ₁ − 1) (1 − p)^(δ₂ − 1); or weights that fall with p from 1:
        "halfnorm" exp(−δp²), "negexp" exp(−δp), "logistic" 2e^(−δp) / (1 +
        e^(−δp)), "power" (1 − p)^δ. The names are metafor's.
    alternative
        Sign of the effects that are selected when significant: "greater",
        "less" or "two.sided". None takes the better direction that the effects
        carry, and must be given where they carry none.
    steps
        Cutpoints of the p-values, of the kind that ``alternative`` makes; 0.025
        one-sided by default, which is 0.05 two-sided in the favoured direction.
        A last cutpoint of 1 may be left out.
    delta
        Weights fixed in advance, with None for those to be estimated; one for
        each bin ("stepfun", the first 1), or one for each parameter. With all
        given, the result is a what-if.
    formula
        Moderators, as in `MetaRegression`.
    interval
        Of coefficients and weights: "wald" by default as in metafor; "profile",
        from likelihood ratios, is better with few results, where the likelihood
        is not quadratic. That of τ² is by profile with either.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    See Also
    --------
    SelectionFit.selection : The weights, their test, and the unadjusted fit.

    References
    ----------
    Hedges 1992, doi:10.1214/ss/1177011364; Vevea and Hedges 1995,
    doi:10.1007/BF02294384; Citkowicz and Vevea 2017, doi:10.1037/met0000119;
    Preston, Ashby and Smyth 2004, doi:10.1111/j.1365-2753.2003.00457.x; McShane,
    Böckenholt and Hansen 2016, doi:10.1177/1745691616662243.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.6, 0.5, 0.8, 0.4, 0.7, 0.1, 0.3, 0.2, 0.45, 0.55],
    ...     v=[0.04, 0.05, 0.09, 0.03, 0.08, 0.01, 0.02, 0.02, 0.04, 0.05])
    >>> fit = SelectionModel(alternative="greater", steps=(0.025,)).fit(effects)
    >>> bool(fit.estimate.value < fit.selection.unadjusted.estimate.value)
    True
    """

    type: SelectionType = "stepfun"
    alternative: Alternative | None = None
    steps: Sequence[float] = (0.025,)
    delta: Sequence[float | None] | None = None
    formula: str | None = None
    interval: SelectionInterval = "wald"
    level: float = 0.95

    waives: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            ("shift", "mirror"),
            "Which results are selected depends on their distance from zero, on the "
            "side of ``alternative``.",
        ),
        "one-study": "One result says nothing about the selection of results.",
    }

    def __post_init__(self) -> None:
        check_option("type", self.type, SelectionType)
        if self.alternative is not None:
            check_option("alternative", self.alternative, Alternative)
        check_option("interval", self.interval, SelectionInterval)
        check_level(self.level)
        if self.formula is not None:
            parse(self.formula)
        object.__setattr__(self, "steps", tuple(np.atleast_1d(self.steps).tolist()))
        if self.delta is not None:
            object.__setattr__(self, "delta", tuple(self.delta))
        self._check_steps()
        self._check_delta()

    def _check_steps(self) -> None:
        steps = self.steps
        if not steps or not np.all(np.diff((0.0, *steps)) > 0) or steps[-1] > 1:
            raise OptionError(
                f"steps={steps!r} are not cutpoints of p-values: give increasing "
                "numbers above 0 and at most 1, such as (0.025, 0.5)."
            )

    def _check_delta(self) -> None:
        if self.delta is None:
            return
        given = [d for d in self.delta if d is not None]
        wanted = len(self.start)
        if len(self.delta) != wanted or not all(0 <= d < np.inf for d in given):
            raise OptionError(
                f"delta={self.delta!r} is not {wanted} weights of 0 or more (None for "
                f"those to be estimated), as type={self.type!r} has here."
            )
        if self.type == "stepfun" and self.delta[0] not in (1, None):
            raise OptionError(
                f"delta={self.delta!r} begins with {self.delta[0]!r}; weights are "
                "relative to the first bin, whose weight is 1."
            )

    def __repr__(self) -> str:
        return row_label(self)

    @property
    def cutpoints(self) -> tuple[float, ...]:
        """Upper ends of the bins of p-values, the last 1."""
        return (*(s for s in self.steps if s < 1), 1.0)

    @property
    def start(self) -> tuple[float, ...]:
        """Parameters of the weight function at which there is no selection."""
        if self.type == "stepfun":
            return (1.0,) * len(self.cutpoints)
        return WEIGHT_FUNCTIONS[self.type].none

    def fit(self, effects: Effects) -> SelectionFit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When effects are correlated or have no direction, there are too few,
            or a moderator is absent.
        """
        check_contrasts(effects)
        usable, design = self._rows(effects)
        if usable.V is not None:
            raise ModelError(
                "the effects are correlated (they come with V), and a selection model "
                "is of independent results. Combine the rows of a study first."
            )
        if usable.k <= len(design.terms):
            raise ModelError(
                f"{usable.k} usable rows for {len(design.terms)} coefficients: a "
                "selection model needs more results than that."
            )
        return estimate(self, self._alternative(effects), effects, usable, design)

    def _rows(self, effects: Effects) -> tuple[Usable, Design]:
        if self.formula is None:
            usable = usable_rows(effects)
            return usable, intercept_only(usable.k)
        missing = rows_without_moderators(self.formula, effects.frame)
        usable = usable_rows(effects, missing)
        return usable, design_matrix(self.formula, effects.frame.iloc[usable.rows])

    def _alternative(self, effects: Effects) -> str:
        if self.alternative is not None:
            return self.alternative
        if effects.direction is None:
            raise ModelError(
                "the effects do not say which direction is better, so the sign that "
                "selection favours must be given: alternative='greater' or 'less'."
            )
        return {"lower": "less", "higher": "greater"}[effects.direction]
