"""The tables that go with the bounds for naive participants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.experienced import experienced_table
from mdmameta.sensitivity.joint_naive import (
    NAIVE,
    NAIVE_CURE,
    NaivePriors,
    naive_posterior,
    posterior_table,
)
from mdmameta.sensitivity.naive import Filled
from mdmameta.sensitivity.naive_bounds import naive_bounds
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.ratio import ratio_table
from mdmameta.sensitivity.share_power import FutureTrials, trials_needed
from mdmameta.sensitivity.share_regression import ECOLOGICAL, share_slope
from mdmameta.sensitivity.share_splits import split_frame
from mdmameta.sensitivity.share_tables import reported_shares
from mdmameta.sensitivity.shares import imbalance_table
from mdmameta.sensitivity.target import Targets, target_table
from mdmameta.sensitivity.units import foreign_units, prior_fault

Parts = dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """What the parts are made of, checked.

    Parameters
    ----------
    question
        Contrasts, model and the decision without any departure.
    table, by_study, filled
        Shares as given, by effect, and with the unknown ones at both ends.
    regions
        Declared plausible regions of delta and gamma.
    missing
        Range of a share that is not known.
    targets
        Populations asked about.
    priors
        Of the Bayesian version; None for its defaults on unit scales.
    seed
        Of the simulated power; None for none.
    """

    question: Question
    table: pd.DataFrame
    by_study: pd.DataFrame
    filled: Filled
    regions: Mapping[str, tuple[float, float]]
    missing: tuple[float, float]
    targets: Targets
    priors: NaivePriors | None
    seed: int | None


def prior_use_parts(asked: Asked) -> tuple[Parts, tuple[str, ...]]:
    """Return the tables by name, and what a reader must know of them."""
    q, filled, regions = asked.question, asked.filled, asked.regions
    used = asked.table[asked.table["study"].isin(asked.by_study["study"])]
    splits = split_frame(q.effects, used, asked.by_study)
    gammas = sorted({0.0, *regions["gamma"]})
    parts = {
        "reported": reported_shares(used),
        "shares": asked.by_study,
        "imbalance": imbalance_table(used),
        "bounds": naive_bounds(q.effects, splits, regions, asked.missing, q.judge),
        "experienced": experienced_table(q.effects, filled, gammas, q.judge),
        "lambda": ratio_table(q.effects, filled, q.judge),
    }
    if asked.targets:
        parts["population"] = target_table(
            q.effects, filled, asked.targets, regions, q.judge
        )
    more = [_bayesian(asked, splits), _between_trials(asked)]
    for found, _ in more:
        parts.update(found)
    return parts, tuple(chain.from_iterable(notes for _, notes in more))


def _bayesian(asked: Asked, splits: pd.DataFrame) -> tuple[Parts, tuple[str, ...]]:
    effects, priors = asked.question.effects, asked.priors
    why = prior_fault(effects, NAIVE, f"priors={NAIVE_CURE}")
    if why and priors is None:
        return {}, (f"No Bayesian version: {why}",)
    chosen = priors or NaivePriors()
    targets = {name: share for name, (share, _) in asked.targets.items()}
    found = naive_posterior(effects, splits, chosen)
    return {"posterior": posterior_table(found, chosen, targets)}, (_assumed(chosen),)


def _assumed(priors: NaivePriors) -> str:
    """State the priors of the Bayesian version."""
    a, b = priors.share
    share = "uniform" if a == b == 1 else f"beta with parameters {a:g} and {b:g}"
    return (
        f"ASSUMED in the Bayesian version: the prior of delta is "
        f"{prior_words(priors.delta)}, of gamma {prior_words(priors.gamma)}, of the "
        f"mean {prior_words(priors.mu)}, of τ {prior_words(priors.tau)}, and of a "
        f"share that nobody reports {share}, the same in both arms; a total is spread "
        "over the arms by chance."
    )


def _between_trials(asked: Asked) -> tuple[Parts, tuple[str, ...]]:
    slope, why = _slope(asked)
    if why:
        return {"slope": slope}, (why,)
    parts, notes = {"slope": slope}, (ECOLOGICAL,)
    if asked.seed is None:
        return parts, (*notes, "No power was simulated: that needs seed=.")
    sizes = sorted({abs(x) for x in asked.regions["delta"]} - {0.0})
    sizes = sorted({x * part for x in sizes for part in (0.5, 1.0)})
    if sizes:
        like = _like(asked.question.plain.fit, asked.by_study)
        made = [trials_needed(x, like, seed=asked.seed) for x in sizes]
        parts["power"] = pd.concat(made, ignore_index=True).assign(
            share_mean=like.share_mean,
            share_sd=like.share_sd,
            variance=like.variance,
            tau2=like.tau2,
        )
    return parts, notes


def _slope(asked: Asked) -> tuple[pd.DataFrame, str]:
    effects, priors = asked.question.effects, asked.priors
    if priors is None and foreign_units(effects):
        return share_slope(effects, asked.by_study, None)
    own = priors or NaivePriors()
    return share_slope(effects, asked.by_study, own.delta, mu=own.mu, tau=own.tau)


def _like(fit: Fit, shares: pd.DataFrame) -> FutureTrials:
    """Trials to come, taken to be like those there are."""
    known = shares["share_active"].dropna().to_numpy(dtype=float)
    return FutureTrials(
        share_mean=float(known.mean()),
        share_sd=float(known.std(ddof=1)),
        variance=float(np.median(fit.effects.v[fit.used])),
        tau2=float(fit.heterogeneity.tau2),
    )
