"""Models of counts with normally distributed log odds ratios, odds or rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.effects.checks import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.design import INTERCEPT
from mdmameta.models.duties import OF_COUNTS
from mdmameta.models.fit import Caution, Estimate, Fit, Heterogeneity
from mdmameta.models.frequentist.binomial_normal.quadrature import (
    FAR,
    Optimum,
    maximise,
    modes,
)
from mdmameta.models.frequentist.binomial_normal.trials import Trials, trials
from mdmameta.models.frequentist.intervals import critical_value, two_sided_p
from mdmameta.models.guards import single_study, tau2_at_boundary
from mdmameta.models.inputs import check_level
from mdmameta.models.labels import row_label
from mdmameta.options import check_option

#: Slope of the log-likelihood below which the search has ended at a maximum.
FLAT = 1e-3

CountModel = Literal["CM.EL", "CM.AL"]
CountMeasure = Literal["OR", "IRR", "PLO", "IRLN"]
CountMethod = Literal["ML", "EE"]
CountInterval = Literal["wald", "t"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityTests:
    """Tests that all trials share one effect; χ² with ``df``.

    Parameters
    ----------
    wald, wald_p
        From each trial's own maximum; trials whose own is infinite weigh 0.
    likelihood_ratio, likelihood_ratio_p
        Against a model with one effect a trial.
    df
        Degrees of freedom, k − 1.
    """

    wald: float
    wald_p: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    df: int


@dataclass(frozen=True, repr=False)
class BinomialNormal:
    """Estimates the mean and variance of normal log odds ratios from counts.

    Effects within trials are integrated out by adaptive quadrature; the counts
    enter as they are, so that no constant is added to a cell of zero.

    Parameters
    ----------
    model
        "CM.EL" (default): conditional on the events of a trial, the exact
        likelihood: noncentral hypergeometric for odds, binomial for rates.
        "CM.AL": binomial instead of hypergeometric, good for rare events.
        Not used for single groups.
    measure
        "OR" (log odds ratio, default), "IRR" (log rate ratio), or of single
        groups "PLO" (log odds) and "IRLN" (log rate).
    method
        "ML" (default), or "EE" for one effect common to all trials.
    interval
        "wald" (default) or "t" with k − 1 degrees of freedom.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    Effects need moderators ai, n1i, ci, n2i ("OR"), x1i, t1i, x2i, t2i ("IRR"),
    xi, ni ("PLO") or xi, ti ("IRLN"). y and v are not used. Trials without
    events (or with events only) in both groups say nothing under these
    conditional models: they are not used, and the fit names them. I² and H²
    are NaN. The number of nodes is doubled until the log-likelihood is stable.

    References
    ----------
    Stijnen, Hamza and Özdemir 2010, doi:10.1002/sim.4040.

    Examples
    --------
    >>> events = {"ai": [1, 2, 4], "n1i": [50, 60, 40],
    ...           "ci": [4, 5, 6], "n2i": [50, 60, 40]}
    >>> effects = Effects.from_arrays(
    ...     y=[0, 0, 0], v=[1, 1, 1], measure="OR", moderators=events)
    >>> round(float(np.exp(BinomialNormal().fit(effects).estimate.value)), 2)
    0.44
    """

    model: CountModel = "CM.EL"
    measure: CountMeasure = "OR"
    method: CountMethod = "ML"
    interval: CountInterval = "wald"
    level: float = 0.95

    waives: ClassVar[Mapping[str, str]] = OF_COUNTS
    world: ClassVar[str] = "events"

    def __post_init__(self) -> None:
        check_option("model", self.model, CountModel)
        check_option("measure", self.measure, CountMeasure)
        check_option("method", self.method, CountMethod)
        check_option("interval", self.interval, CountInterval)
        check_level(self.level)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects with counts; see `Model`.

        Raises
        ------
        ModelError
            When there are no counts, no trial with information, or events in
            one group only, so that the estimate is infinite.
        """
        read = trials(effects, self.measure, exact=self.model == "CM.EL")
        best = maximise(read.likelihood, read.k, common=self.method == "EE")
        if abs(best.mu) > FAR / 2:
            raise ModelError(
                f"{self!r} has no finite estimate: in every trial used "
                f"({', '.join(map(str, effects.study[read.rows]))}) events are all "
                "on one side. Use a model with a prior, or add a constant."
            )
        return self._assemble(effects, read, best)

    def tests(self, effects: Effects) -> HeterogeneityTests:
        """Test that all trials share one effect.

        Raises
        ------
        ModelError
            See `fit`.
        """
        read = trials(effects, self.measure, exact=self.model == "CM.EL")
        best = maximise(read.likelihood, read.k, common=True)
        own, information = modes(read.likelihood, read.k, 0.0, np.inf)
        y, w = own[:, 0], np.where(np.abs(own) < FAR / 2, information, 0.0)[:, 0]
        wald = float(w @ (y - w @ y / w.sum()) ** 2) if w.sum() > 0 else np.nan
        ratio = 2 * float(read.likelihood(own)[0].sum() - best.log_likelihood)
        df = read.k - 1
        return HeterogeneityTests(
            wald=wald,
            wald_p=float(chdtrc(df, wald)) if df else 1.0,
            likelihood_ratio=ratio,
            likelihood_ratio_p=float(chdtrc(df, max(ratio, 0.0))) if df else 1.0,
            df=df,
        )

    def _assemble(self, effects: Effects, read: Trials, best: Optimum) -> Fit:
        estimate = self._estimate(best, read.k)
        tests = self.tests(effects)
        weights = np.zeros(effects.k)
        weights[read.rows] = _weights(read, best)
        tau2 = best.tau**2 if read.k > 1 else np.nan
        boundary = tau2_at_boundary(tau2, read.k) if self.method == "ML" else ()
        single = single_study() if read.k == 1 else ()
        return Fit(
            model=self,
            effects=effects,
            used=read.rows,
            estimate=estimate,
            heterogeneity=Heterogeneity(
                tau2=tau2,
                i2=np.nan,
                h2=np.nan,
                q=tests.likelihood_ratio,
                q_df=tests.df,
                q_p=tests.likelihood_ratio_p,
                tau2_se=best.tau2_se,
            ),
            coefficients=_coefficients(estimate),
            vcov=np.array([[best.se**2]]),
            weights=weights,
            warnings=(
                *read.cautions,
                *single,
                *boundary,
                *_search(best),
                _quadrature(best),
            ),
        )

    def _estimate(self, best: Optimum, k: int) -> Estimate:
        df = float(k - 1) if self.interval == "t" and k > 1 else np.inf
        critical = critical_value(self.level, df)
        half, spread = critical * best.se, critical * np.hypot(best.se, best.tau)
        predicts = k > 1 and self.method == "ML"
        statistic = best.mu / best.se
        return Estimate(
            value=best.mu,
            se=best.se,
            ci_low=best.mu - half,
            ci_high=best.mu + half,
            pi_low=best.mu - spread if predicts else np.nan,
            pi_high=best.mu + spread if predicts else np.nan,
            statistic=statistic,
            df=df,
            p_value=float(two_sided_p(np.array([statistic]), df)[0]),
            level=self.level,
        )


def _weights(read: Trials, best: Optimum) -> FloatArray:
    information = -read.likelihood(np.full((read.k, 1), best.mu))[2][:, 0]
    w = information / (1 + information * best.tau**2)
    return np.asarray(100 * w / w.sum(), dtype=np.float64)


def _coefficients(e: Estimate) -> pd.DataFrame:
    row = {"term": INTERCEPT, "value": e.value, "se": e.se, "statistic": e.statistic}
    row |= {"df": e.df, "p_value": e.p_value, "ci_low": e.ci_low, "ci_high": e.ci_high}
    return pd.DataFrame([row])


def _search(best: Optimum) -> tuple[Caution, ...]:
    if best.gradient < FLAT:
        return ()
    text = (
        f"The likelihood still rises at the end of the search (slope "
        f"{best.gradient:.1g}; L-BFGS-B from SDs of 0.1, 0.5 and 1.5 was tried): "
        "do not rely on the estimates."
    )
    return (Caution("not-converged", text),)


def _quadrature(best: Optimum) -> Caution:
    text = (
        f"Log-likelihood {best.log_likelihood:.6g} by {best.nodes} nodes a trial; "
        f"twice as many change it by {best.error:.1g}."
    )
    return Caution("quadrature", text)
