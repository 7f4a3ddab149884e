"""Borrowing from earlier trials: their prediction as a prior, and less of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.conflict import prior_data_conflict
from mdmameta.models.bayesian.exact import ExactPosterior, exact_posterior
from mdmameta.models.bayesian.information import effective_sample_size
from mdmameta.models.bayesian.mean_priors import Mixture, Normal
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior
from mdmameta.models.bayesian.tau_priors import HalfNormal
from mdmameta.models.inputs import usable_rows

#: Weight of the lightest normals of the prediction that are left out.
LOST = 1e-10

#: As in `BayesianRandomEffects`.
MEAN, SPREAD = Normal(0, 1), HalfNormal(0.5)

#: Trust in the earlier trials, from none to whole.
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True, repr=False)
class MapPrior(Mixture):
    """A prediction from earlier trials as a mixture of normals.

    Parameters
    ----------
    parts
        See `Mixture`.
    label
        How it prints.

    Examples
    --------
    >>> history = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> prior = map_prior(history)
    >>> prior, round(prior.mean, 2)
    (MapPrior(3 trials, weight 1), -0.65)
    """

    label: str = ""

    def __repr__(self) -> str:
        return f"MapPrior({self.label})"


def map_prior(
    history: Effects,
    *,
    tau: TauPrior = SPREAD,
    mu: MeanPrior = MEAN,
    weight: float = 1.0,
    vague: Normal = MEAN,
) -> Mixture:
    """Predict the effect of a new trial from earlier ones, as a prior.

    The prediction is a mixture of normals over the nodes of τ, so that the prior is
    exact but for components of weight 1e-10 together; no few-component fit is made.

    Parameters
    ----------
    history
        Contrasts of the earlier trials.
    tau
        Prior of the heterogeneity between trials, the earlier and the new. It
        decides how much is borrowed when the earlier trials are few.
    mu
        Prior of their mean.
    weight
        Probability that the new trial is like the earlier ones; the rest goes to
        ``vague`` (robust MAP prior). 1 is the plain MAP prior.
    vague
        What holds when it is not.

    Returns
    -------
    Mixture
        For ``mu`` of a `BayesianRandomEffects`.

    Raises
    ------
    OptionError
        When ``weight`` is not in 0 to 1.

    References
    ----------
    Neuenschwander et al. (2010), doi:10.1177/1740774509356002; Schmidli et al.
    (2014), doi:10.1111/biom.12242.

    Examples
    --------
    >>> history = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> prior = map_prior(history, weight=0.8)
    >>> prior, round(prior.mean, 3)
    (MapPrior(3 trials, weight 0.8), -0.519)
    """
    if not 0 <= weight <= 1:
        raise OptionError(f"weight={weight!r} is not a probability from 0 to 1.")
    rows = usable_rows(history)
    found = exact_posterior(rows.y, rows.v, mu, tau, rows.V).predictive.trimmed(LOST)
    share = weight * found.weight / found.weight.sum()
    parts = [
        (float(w), Normal(float(m), float(s)))
        for w, m, s in zip(share, found.means, found.sds, strict=True)
        if w > 0
    ]
    rest = [(1 - weight, vague)] if weight < 1 else []
    return MapPrior((*parts, *rest), f"{rows.k} trials, weight {weight:g}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Borrowing:
    """New trials under priors that trust the earlier ones more and more.

    Parameters
    ----------
    frame
        One row a weight; see `borrow`.
    conflict
        Probability of a prediction as surprising as the new trials, under the MAP
        prior of weight 1: small means that old and new disagree.

    Examples
    --------
    >>> old = Effects.from_arrays(y=[-1.1, -0.9], v=[0.2, 0.3], study=["A", "B"])
    >>> new = Effects.from_arrays(y=[-0.7, -0.6], v=[0.05, 0.05], study=["C", "D"])
    >>> found = borrow(new, old, weights=(0, 1))
    >>> round(found.conflict, 2)
    0.7
    """

    frame: pd.DataFrame = field(repr=False)
    conflict: float

    def __repr__(self) -> str:
        return f"<Borrowing at {len(self.frame)} weights, conflict {self.conflict:.3g}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.frame.copy()


def borrow(
    effects: Effects,
    history: Effects,
    *,
    tau: TauPrior = SPREAD,
    weights: Sequence[float] = WEIGHTS,
    vague: Normal = MEAN,
    unit_sd: float | None = None,
    level: float = 0.95,
) -> Borrowing:
    """Fit new trials with robust MAP priors of growing weight.

    Parameters
    ----------
    effects, history
        Contrasts of the new and of the earlier trials; no trial may be in both.
    tau
        Prior of τ, between the earlier trials and between the new ones.
    weights
        Prior probabilities that the new trials are like the earlier ones.
    vague
        Prior of the mean where they are not.
    unit_sd
        `unit_information_sd`, for effective sample sizes; NaN without it.
    level
        Of the intervals.

    Returns
    -------
    Borrowing
        Columns weight, posterior_weight, value, se, ci_low, ci_high, prior_ess.

    Raises
    ------
    OptionError
        When a trial is in both, or a weight is no probability.

    References
    ----------
    Schmidli et al. (2014), doi:10.1111/biom.12242; Neuenschwander et al. (2020),
    doi:10.1111/biom.13252.

    Examples
    --------
    >>> old = Effects.from_arrays(y=[-1.1, -0.9], v=[0.2, 0.3], study=["A", "B"])
    >>> new = Effects.from_arrays(y=[-0.7, -0.6], v=[0.05, 0.05], study=["C", "D"])
    >>> borrow(new, old, weights=(0, 1)).to_frame()["value"].round(3).tolist()
    [-0.601, -0.707]
    """
    if both := sorted(set(effects.study) & set(history.study)):
        raise OptionError(
            f"{', '.join(both)}: in effects and in history, so that their data would "
            "count twice. Leave them out of one; if they are other studies, name them "
            "in Effects.from_arrays(study=...)."
        )
    whole = map_prior(history, tau=tau, vague=vague)
    rows = usable_rows(effects)

    def fit(prior: MeanPrior) -> ExactPosterior:
        return exact_posterior(rows.y, rows.v, prior, tau, rows.V)

    log_bf = fit(whole).log_marginal_likelihood - fit(vague).log_marginal_likelihood
    table = []
    for w in weights:
        prior = map_prior(history, tau=tau, weight=w, vague=vague)
        found = fit(prior)
        low, high = found.mu.interval(level)
        with np.errstate(divide="ignore", over="ignore"):
            learnt = float(1 / (1 + np.exp(np.log((1 - w) / w) - log_bf))) if w else 0.0
        ess = np.nan if unit_sd is None else effective_sample_size(prior, unit_sd)
        table.append((w, learnt, found.mu.mean, found.mu.sd, low, high, ess))
    columns = ["weight", "posterior_weight", "value", "se", "ci_low", "ci_high"]
    return Borrowing(
        frame=pd.DataFrame(table, columns=[*columns, "prior_ess"]),
        conflict=prior_data_conflict(effects, mu=whole, tau=tau),
    )
