"""Power scaling: how far the answer follows the priors, and how far the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.exact import ExactPosterior
from mdmameta.models.bayesian.kernel import LOG_2PI, Conditional, Data, conditional
from mdmameta.models.bayesian.marginals import Marginal
from mdmameta.models.bayesian.mean_priors import Normal
from mdmameta.models.bayesian.prior_base import Components, TauPrior
from mdmameta.models.bayesian.tau_posterior import integrate
from mdmameta.models.inputs import usable_rows

#: Powers compared with 1, as in priorsense.
POWERS = (1 / 1.01, 1.01)

#: What is scaled together: the prior of μ, that of τ, the likelihood.
MOVES = {
    "prior_mu": (True, False, False),
    "prior_tau": (False, True, False),
    "prior": (True, True, False),
    "likelihood": (False, False, True),
}

#: Sensitivity from which the authors look closer.
NOTABLE = 0.05

#: Probability left out at either end: what 4,000 draws would not reach.
TAIL = 1 / 4000

#: Points of the distance between two distribution functions.
POINTS = 1001


@dataclass(frozen=True)
class PoweredTau:
    """A prior of τ to a power; its height is arbitrary.

    Parameters
    ----------
    prior
        Prior of τ.
    power
        Above 1 sharpens it.
    """

    prior: TauPrior
    power: float
    proper = False

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log density at τ, elementwise, but for a constant."""
        return self.power * np.asarray(self.prior.log_density(x))

    @property
    def support(self) -> tuple[float, float]:
        """That of the prior."""
        low, high = getattr(self.prior, "support", (0.0, np.inf))
        return (float(low), float(high))


@dataclass(frozen=True, eq=False, slots=True)
class PoweredLikelihood:
    """The likelihood of the random-effects model to a power.

    Parameters
    ----------
    data
        k rotated effects.
    prior
        Of the mean.
    power
        1 is the likelihood itself.
    """

    data: Data
    prior: Components
    power: float

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of μ given τ, and the likelihood of τ."""
        a = self.power
        lam = self.data.lam / a
        found = conditional(
            Data(self.data.z, self.data.e, lam), tau / np.sqrt(a), self.prior
        )
        log_v = np.log(self.data.lam + tau[:, None] ** 2) + LOG_2PI
        short = 0.5 * ((1 - a) * log_v - np.log(a)).sum(axis=-1)
        return Conditional(
            found.weight,
            found.means,
            found.sds,
            found.share,
            found.log_likelihood + short,
        )


def power_scaling(effects: Effects, *, mu: Normal, tau: TauPrior) -> pd.DataFrame:
    """Measure how the posterior moves when a prior or the likelihood is sharpened.

    Parameters
    ----------
    effects
        Contrasts.
    mu
        Normal prior of the mean: a power of it is normal.
    tau
        Prior of τ.

    Returns
    -------
    pandas.DataFrame
        One row a quantity (mu, tau): prior_mu, prior_tau, prior (both together),
        likelihood: distances per doubling of the power; diagnosis: "conflict" when
        prior and likelihood both matter, "strong prior" when the likelihood does
        not, "" else.

    Notes
    -----
    The distance is the root of the cumulative Jensen–Shannon distance, as in
    priorsense; it is computed over the range that 4,000 draws would cover, as it
    has no limit on the whole line.

    References
    ----------
    Kallioinen et al. (2023), doi:10.1007/s11222-023-10366-5.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> power_scaling(effects, mu=Normal(1, 0.2), tau=HalfNormal(0.1))["diagnosis"][0]
    'conflict'
    """
    rows = usable_rows(effects)
    data = Data.of(rows.y, rows.v, rows.V)
    prior = bound(tau, data)
    base = _posterior(data, mu, prior, 1.0, 1.0, 1.0)
    table: dict[str, list[float]] = {}
    for name, scaled in MOVES.items():
        powers = [tuple(a if s else 1.0 for s in scaled) for a in POWERS]
        moved = [_posterior(data, mu, prior, *each) for each in powers]
        table[name] = [
            sum(distance(getattr(base, q), getattr(m, q)) for m in moved)
            / (2 * float(np.log2(POWERS[1])))
            for q in ("mu", "tau")
        ]
    frame = pd.DataFrame({"quantity": ["mu", "tau"], **table})
    strong, data_matter = frame["prior"] >= NOTABLE, frame["likelihood"] >= NOTABLE
    words = np.where(data_matter, "conflict", "strong prior")
    return frame.assign(diagnosis=np.where(strong, words, ""))


def distance(first: Marginal, second: Marginal) -> float:
    """Root of the normalised cumulative Jensen–Shannon distance, from 0 to 1."""
    ends = [m.quantile([TAIL, 1 - TAIL]) for m in (first, second)]
    x = np.linspace(min(e[0] for e in ends), max(e[1] for e in ends), POINTS)
    P, Q = first.cdf(x), second.cdf(x)
    return float(np.sqrt(max(_divergence(P, Q), _divergence(1 - P, 1 - Q))))


def _divergence(P: FloatArray, Q: FloatArray) -> float:
    middle = (P + Q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        each = [np.where(F > 0, F * np.log2(F / middle), 0.0) for F in (P, Q)]
    return max(float(sum(each).sum() / (P + Q).sum()), 0.0)  # type: ignore[union-attr]


def _posterior(
    data: Data, mu: Normal, tau: TauPrior, of_mu: float, of_tau: float, of_data: float
) -> ExactPosterior:
    prior = Normal(mu.mean, mu.sd / float(np.sqrt(of_mu)))
    likelihood = PoweredLikelihood(data, prior.components, of_data)
    return ExactPosterior(*integrate(likelihood, PoweredTau(tau, of_tau)), prior)
