"""P-uniform*: a mean corrected for publication that depends on significance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.frequentist import RandomEffects
from mdmameta.models.frequentist.regression import typical_variance
from mdmameta.models.frequentist.selection.likelihood import Selected
from mdmameta.models.frequentist.selection.maximum import Maximum, Problem, maximise
from mdmameta.models.frequentist.selection.own_side import OwnSide
from mdmameta.models.frequentist.selection.profile import profile_limits
from mdmameta.models.guards import tau2_at_boundary
from mdmameta.models.inputs import Usable, check_level
from mdmameta.options import check_option
from mdmameta.sensitivity.small_study.result import FEW_STUDIES, NOT_ONLY_BIAS
from mdmameta.sensitivity.small_study.studies import independent_studies

__all__ = ["PUniformStar", "p_uniform_star"]

Alternative = Literal["greater", "less"]

#: Starting values of τ², as parts of the typical sampling variance.
TAU2_STARTS = (0.05, 1.0)


@dataclass(frozen=True, eq=False, kw_only=True)
class PUniformStar:
    """Mean and variance of true effects, given which results are significant.

    Parameters
    ----------
    value, ci_low, ci_high
        Mean, and its interval by profile likelihood; infinite where the
        likelihood never falls far enough.
    statistic, p_value
        Likelihood ratio test of a mean of 0: χ² with one degree of freedom.
    tau2, tau2_low, tau2_high
        Variance of true effects, and its interval by profile likelihood.
    tau2_statistic, tau2_p_value
        Likelihood ratio test of τ² = 0, at its boundary: half of χ² with one
        degree of freedom, half of 0.
    log_likelihood
        Of the results, each given its side of the threshold.
    k, significant
        Results, and how many of them are significant on the side of
        ``alternative``.
    alternative, alpha, level
        What was asked for, or followed from the direction of the effects.
    unadjusted
        Random effects by maximum likelihood, without selection.
    warnings
        What to know before reading it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.6, 0.5, 0.8, 0.4, 0.7, 0.1, 0.3, 0.2, 0.45, 0.55],
    ...     v=[0.04, 0.05, 0.1, 0.03, 0.08, 0.05, 0.06, 0.04, 0.02, 0.05])
    >>> found = mm.sensitivity.p_uniform_star(effects, alternative="greater")
    >>> found
    <PUniformStar: 0.3023 [0.02596, 0.5058], tau2 = 0, 7 of 10 significant>
    >>> round(found.unadjusted.estimate.value, 2)
    0.43
    """

    value: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    tau2_statistic: float
    tau2_p_value: float
    log_likelihood: float
    k: int
    significant: int
    alternative: str
    alpha: float
    level: float
    unadjusted: Fit
    warnings: tuple[Caution, ...]

    def __repr__(self) -> str:
        return (
            f"<PUniformStar: {self.value:.4g} [{self.ci_low:.4g}, {self.ci_high:.4g}], "
            f"tau2 = {self.tau2:.4g}, {self.significant} of {self.k} significant>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Two rows, without selection and given it: value, interval and τ²."""
        plain, h = self.unadjusted.estimate, self.unadjusted.heterogeneity
        rows = {
            "random effects, ML": (plain.value, plain.ci_low, plain.ci_high, h.tau2),
            "p-uniform*": (self.value, self.ci_low, self.ci_high, self.tau2),
        }
        columns = pd.Index(["value", "ci_low", "ci_high", "tau2"])
        table = pd.DataFrame(rows.values(), columns=columns)
        table.insert(0, "method", list(rows))
        return table


def p_uniform_star(
    effects: Effects,
    *,
    alternative: Alternative | None = None,
    alpha: float = 0.05,
    level: float = 0.95,
) -> PUniformStar:
    """Estimate the mean given the side of significance that each result lies on.

    The density of every result is divided by the probability of its own side of
    the threshold, N(y; μ, v + τ²) / P(its side), and the product is maximised.
    How likely results of either side are to be published cancels, and may
    differ from study to study; within a side all must be equally likely. The
    three-parameter `SelectionModel` assumes one relative probability for all
    studies and gains precision by it.

    Parameters
    ----------
    effects
        Independent studies; rows without an effect or of infinite variance are
        left out.
    alternative
        Sign of the effects that are published for their significance: "greater"
        or "less". None takes the better direction that the effects carry.
    alpha
        Two-sided level of the studies' tests, which are taken to be z tests: a
        result is significant when its one-sided p-value is below half of it.
    level
        Probability of the intervals.

    Returns
    -------
    PUniformStar
        There is no test of publication bias: the authors' own software has
        withdrawn the one it had, until more is known of it. The likelihood
        ratio test of `SelectionModel` is one.

    Raises
    ------
    OptionError
        For an option that is not allowed, or no direction to go by.
    SensitivityError
        For fewer than two usable studies, or correlated ones.

    References
    ----------
    van Aert and van Assen 2026, doi:10.3758/s13423-025-02812-4.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.62, 0.5, 0.85, 0.4, 0.1], v=[0.09, 0.05, 0.17, 0.03, 0.01])
    >>> p_uniform_star(effects, alternative="greater").to_frame().round(2)
                   method  value  ci_low  ci_high  tau2
    0  random effects, ML   0.35    0.13     0.58  0.02
    1          p-uniform*   0.10   -0.21     0.39  0.00
    """
    side = _side(effects, alternative)
    if not 0 < alpha < 1:
        raise OptionError(f"alpha={alpha!r} is not a probability between 0 and 1.")
    check_level(level)
    usable = independent_studies(effects, "p-uniform*", least=2)
    unadjusted = RandomEffects("ML", "wald", level=level).fit(effects)
    sign = 1.0 if side == "greater" else -1.0
    selection = OwnSide(alpha / 2)
    problem = _problem(usable, unadjusted, sign, selection)
    at = maximise(problem, _starts(problem))
    mean = _mean(problem, at, sign, level)
    significant = int(selection.significant(problem.data).sum())
    bounded = bool(np.isfinite([mean["ci_low"], mean["ci_high"]]).all())
    said = _cautions(at, usable.k, significant, bounded=bounded)
    return PUniformStar(
        **mean,
        **_between(problem, at, level),
        log_likelihood=at.log_likelihood,
        k=usable.k,
        significant=significant,
        alternative=side,
        alpha=alpha,
        level=level,
        unadjusted=unadjusted,
        warnings=(*usable.cautions, *said),
    )


def _side(effects: Effects, alternative: Alternative | None) -> str:
    if alternative is not None:
        check_option("alternative", alternative, Alternative)
        return alternative
    if effects.direction is None:
        raise OptionError(
            "the effects do not say which direction is better, so the sign that "
            "publication favours must be given: alternative='greater' or 'less'."
        )
    return {"lower": "less", "higher": "greater"}[effects.direction]


def _problem(
    usable: Usable, unadjusted: Fit, sign: float, selection: OwnSide
) -> Problem:
    """Mean and τ² of results turned so that the favoured side is above 0."""
    data = Selected(sign * usable.y, usable.v, np.ones((usable.k, 1)))
    start = [sign * unadjusted.estimate.value, unadjusted.heterogeneity.tau2]
    return Problem(data, selection, np.array(start), np.ones(2, dtype=bool), 1)


def _starts(problem: Problem) -> Iterator[FloatArray]:
    typical = typical_variance(problem.data.v, problem.data.X)
    yield problem.start
    for mean in (float(problem.start[0]), 0.0):
        for part in TAU2_STARTS:
            yield np.array([mean, part * typical])


def _mean(problem: Problem, at: Maximum, sign: float, level: float) -> dict[str, Any]:
    low, high = sorted(sign * x for x in profile_limits(problem, at, 0, level))
    statistic = _ratio(problem, at, 0)
    return {
        "value": sign * float(at.theta[0]),
        "ci_low": low,
        "ci_high": high,
        "statistic": statistic,
        "p_value": float(chdtrc(1, statistic)),
    }


def _between(problem: Problem, at: Maximum, level: float) -> dict[str, Any]:
    low, high = profile_limits(problem, at, 1, level)
    statistic = _ratio(problem, at, 1)
    return {
        "tau2": float(at.theta[1]),
        "tau2_low": low,
        "tau2_high": high,
        "tau2_statistic": statistic,
        "tau2_p_value": float(chdtrc(1, statistic)) / 2 if statistic > 0 else 1.0,
    }


def _ratio(problem: Problem, at: Maximum, index: int) -> float:
    """Likelihood ratio statistic of a parameter being 0."""
    held = problem.fixing(index, 0.0, at.theta)
    highest = maximise(held, [at.theta, *_starts(problem)]).log_likelihood
    return max(2 * (at.log_likelihood - highest), 0.0)


def _cautions(
    at: Maximum, k: int, significant: int, *, bounded: bool
) -> tuple[Caution, ...]:
    found = [NOT_ONLY_BIAS, *tau2_at_boundary(float(at.theta[1]), k)]
    if k < FEW_STUDIES:
        text = (
            f"{k} results: fewer than {FEW_STUDIES} say little about a distribution "
            "of which one side at a time is seen. Read it as a what-if."
        )
        found.append(Caution("few-results", text))
    if significant in (0, k):
        text = (
            f"{'No' if significant == 0 else 'Every'} result is significant, so only "
            "the shape of the distribution on that side tells the mean: the estimate "
            "may lie far from all results."
        )
        found.append(Caution("one-side", text))
    if not (bounded and at.converged):
        text = (
            "The likelihood does not fall far enough on both sides: no interval "
            "bounds the mean, and the estimate is of no use by itself."
        )
        found.append(Caution("unbounded", text))
    return tuple(found)
