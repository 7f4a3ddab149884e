"""The joint model of contrast, bias and belief as a model of effects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.fit import Estimate, Fit
from mdmameta.models.inputs import usable_rows
from mdmameta.sensitivity.bias_adjusted import adjusted, unit_of_b
from mdmameta.sensitivity.joint_bias import JointPosterior, joint_posterior
from mdmameta.sensitivity.units import require_priors

#: The joint model, and what to give it, in words of an error.
JOINT = "the joint model of contrast, bias and belief"
JOINT_CURE = "BiasPriors(mu=, tau=, weak=)"


@dataclass(frozen=True, kw_only=True)
class BiasPriors:
    """Priors of the joint models of contrast, bias and belief.

    All are in the unit of the effects; the defaults are for standardised differences
    and log ratios.

    Parameters
    ----------
    mu, tau
        Of the mean contrast without bias, and of the SD between trials; by default
        those of `BayesianRandomEffects`.
    weak
        Mean and SD of a bias at u = 1 without a source, so wide that what is left
        of it is what the contrasts say.

    Raises
    ------
    SensitivityError
        For a weak prior whose SD is not above 0.

    Examples
    --------
    For differences in points of a scale whose SD is about 12:

    >>> BiasPriors(mu=Normal(0, 12), tau=HalfNormal(6), weak=(0, 12)).mu
    Normal(0, 12)
    """

    mu: Normal = field(default_factory=lambda: Normal(0, 1))
    tau: TauPrior = field(default_factory=lambda: HalfNormal(0.5))
    weak: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse a weak prior that is none."""
        if not (np.isfinite(self.weak).all() and self.weak[1] > 0):
            raise SensitivityError(
                f"weak is {self.weak!r}; give a mean and an SD above 0."
            )


#: For standardised differences and log ratios.
DEFAULTS = BiasPriors()


def bias_priors(effects: Effects, given: BiasPriors | None = None) -> BiasPriors:
    """Return the priors given, or the defaults where these stand.

    Raises
    ------
    SensitivityError
        When none are given for effects in units that the defaults are not made for.
    """
    if given is not None:
        return given
    require_priors(effects, JOINT, JOINT_CURE)
    factor = unit_of_b(effects.measure) or 1.0
    return BiasPriors(weak=(0.0, factor))


@dataclass(frozen=True, eq=False, kw_only=True)
class JointBias:
    """Estimates the mean contrast without bias, with b and u uncertain together.

    Parameters
    ----------
    beliefs
        u and u_var and, for a correlation, basis; one row an effect.
    b
        Prior mean and SD of the bias at u = 1, in the unit of the effects.
    removed
        Fraction of u taken to be caused by efficacy, 0 to 1: that part of the
        belief is no bias, so only b (1 − removed) u is subtracted.
    correlation
        Of the errors of those u that come from a prior, 0 to 1: by default none
        between trials; 1 when all could be off together.
    mu, tau
        Priors; by default those of `BayesianRandomEffects`, which are refused for
        effects other than standardised differences and log ratios.
    level
        Probability of the intervals.

    Notes
    -----
    The Fit's estimate is of the joint posterior; its heterogeneity and weights
    are those of the contrasts adjusted at the posterior mean of b.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6], v=[0.05, 0.04])
    >>> beliefs = pd.DataFrame({"u": [0.6, 0.7], "u_var": [0.01, 0.01]})
    >>> plain = JointBias(beliefs=beliefs, b=(0, 0)).fit(effects).estimate
    >>> same = BayesianRandomEffects().fit(effects).estimate
    >>> bool(np.isclose(plain.ci_high, same.ci_high))
    True
    """

    beliefs: pd.DataFrame = field(repr=False)
    b: tuple[float, float]
    removed: float = 0.0
    correlation: float = 0.0
    mu: Normal | None = None
    tau: TauPrior | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        for name in ("removed", "correlation"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise SensitivityError(
                    f"{name} is {value!r}; give a share from 0 to 1."
                )

    def __repr__(self) -> str:
        parts = [f"b=Normal({self.b[0]:.3g}, {self.b[1]:.3g})"]
        parts += [
            f"{name}={getattr(self, name):g}"
            for name in ("removed", "correlation")
            if getattr(self, name)
        ]
        mu, tau = self.mu or DEFAULTS.mu, self.tau or DEFAULTS.tau
        return f"JointBias({', '.join(parts)}, mu={mu!r}, tau={tau!r})"

    def posterior(self, effects: Effects) -> JointPosterior:
        """Return the joint posterior for effects, one row of beliefs each."""
        usable = usable_rows(effects)
        if len(self.beliefs) != effects.k:
            raise SensitivityError(
                f"beliefs has {len(self.beliefs)} rows and effects {effects.k}; give "
                "one row an effect, in the same order."
            )
        rows = np.asarray(usable.rows)
        kept, part = 1.0 - self.removed, self.beliefs.iloc[rows]
        cov = effects.covariance
        V = effects.v[rows] if cov is None else cov[np.ix_(rows, rows)]
        u = part["u"].to_numpy(dtype=float)
        S = self._covariance(part)
        mu, tau = self._priors(effects)
        return joint_posterior(
            effects.y[rows], V, kept * u, kept**2 * S, self.b, mu=mu, tau=tau
        )

    def fit(self, effects: Effects) -> Fit:
        """Fit the model; see `Model`."""
        found = self.posterior(effects)
        at = adjusted(effects, self.beliefs, (1 - self.removed) * found.b_mean)
        mu, tau = self._priors(effects)
        plain = BayesianRandomEffects(mu=mu, tau=tau).fit(at)
        low, high = found.delta.interval(self.level)
        new_low, new_high = found.delta_new.interval(self.level)
        estimate = Estimate(
            value=found.delta.mean,
            se=found.delta.sd,
            ci_low=low,
            ci_high=high,
            pi_low=new_low,
            pi_high=new_high,
            df=np.nan,
            level=self.level,
        )
        return replace(
            plain, model=self, effects=effects, estimate=estimate, exact=None
        )

    def _priors(self, effects: Effects) -> tuple[Normal, TauPrior]:
        if self.mu is None or self.tau is None:
            require_priors(effects, JOINT, "mu= and tau=")
        return self.mu or DEFAULTS.mu, self.tau or DEFAULTS.tau

    def _covariance(self, part: pd.DataFrame) -> FloatArray:
        sd = np.sqrt(part["u_var"].to_numpy(dtype=float))
        if not self.correlation or "basis" not in part:
            return np.asarray(np.diag(sd**2))
        assumed = (part["basis"] == "prior").to_numpy()
        shared = self.correlation * np.outer(sd * assumed, sd * assumed)
        return np.asarray(shared + np.diag(sd**2 - np.diag(shared)))
