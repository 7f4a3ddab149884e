"""Contrasts under priors of how the missing of each arm differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.effects.missing_prior import MissingPrior
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.gauss import hermite
from mdmameta.sensitivity.dropout_scales import has_scores, scores_of
from mdmameta.sensitivity.missing_binary import (
    contrasts_at,
    risk_slopes,
    with_odds_ratio,
)
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.verdicts import Z95

#: Correlations of the departures in the two arms that are shown: unrelated, half,
#: and one departure for both.
CORRELATIONS = (0.0, 0.5, 1.0)

#: Nodes of the quadrature over each arm's log odds ratio: doubling them moves no
#: contrast here by 1e-6.
NODES = 15

#: SD of the log ratio of means: the mean of the missing lies with 95 % between half
#: and twice that observed. An assumption, stated as one.
RATIO_SD = float(np.log(2) / Z95)

Across = Literal["same", "independent"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Departed:
    """Mean of the contrasts under a prior, and their covariance with it.

    Parameters
    ----------
    y
        Shape (k,).
    own
        Variance of each that is not the prior's, shape (k,).
    shared
        Covariance that the prior adds if it is the same in all trials, (k, k); its
        diagonal if each trial has its own.
    """

    y: FloatArray
    own: FloatArray
    shared: FloatArray

    def effects(self, base: Effects, across: Across) -> Effects:
        """Return effects with this mean and variance."""
        kept = base.covariance
        if across == "independent" and kept is None:
            return replace(
                base.with_y(self.y), v=freeze(self.own + np.diag(self.shared))
            )
        prior = self.shared
        if across == "independent":
            prior = np.diag(np.diag(self.shared))
        off = np.zeros_like(prior) if kept is None else kept - np.diag(np.diag(kept))
        whole = off + np.diag(self.own) + prior
        return replace(
            base.with_y(self.y),
            v=freeze(np.diag(whole).copy()),
            covariance=freeze(whole),
        )


def departed_means(
    effects: Effects,
    fractions: pd.DataFrame,
    prior: MissingPrior,
    *,
    ratio: bool = False,
) -> Departed:
    """Integrate a prior of the difference, or log ratio, of means of the missing.

    With L the departure (λ in SD, or e^λ − 1 in observed means), the contrast moves
    by f_T g_T L_T − f_C g_C L_C. Its mean and variance follow from the first two
    moments of L, those of the lognormal in closed form: nothing is linearised but
    the error of the fractions and, for ratios, of the observed means.

    Parameters
    ----------
    effects, fractions
        As in `shifted`; ratios need the scores behind the effects.
    prior
        Of λ in the active and the control arm, and their correlation.
    ratio
        Whether λ is a log ratio (IMRoM) in place of a difference (IMDoM).

    References
    ----------
    Mavridis et al. 2015, doi:10.1002/sim.6365.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.6], v=[0.05])
    >>> fractions = pd.DataFrame({"f_active": [0.1], "f_control": [0.2],
    ...                           "n_active": [np.inf], "n_control": [np.inf]})
    >>> prior = MissingPrior(mean=(1.0, -0.5), sd=(0.5, 0.5), correlation=1.0)
    >>> found = departed_means(effects, fractions, prior)
    >>> found.y.round(3), found.shared.round(4)
    (array([-0.4]), array([[0.0025]]))
    """
    mean, cov = np.asarray(prior.mean, dtype=float), _covariance(prior)
    gain = np.ones((effects.k, 2))
    if ratio:
        mean, cov = _lognormal(mean, cov)
        scores = scores_of(effects)
        gain = scores[["mean_active", "mean_control"]].to_numpy(dtype=float)
        gain = gain / scores[["sd"]].to_numpy(dtype=float)
    f = fractions[["f_active", "f_control"]].fillna(0.0).to_numpy(dtype=float)
    n = fractions[["n_active", "n_control"]].fillna(np.inf).to_numpy(dtype=float)
    second = gain**2 * (mean**2 + np.diag(cov))
    own = effects.v + (second * f * (1 - f) / n).sum(axis=1)
    if ratio:
        people = effects.frame[["n1", "n2"]].to_numpy(dtype=float)
        own = own + (((1 + f * mean) ** 2 - 1) / people).sum(axis=1)
    moves = f * gain * np.array([1.0, -1.0])
    return Departed(y=effects.y + moves @ mean, own=own, shared=moves @ cov @ moves.T)


def departed_events(
    effects: Effects, counts: pd.DataFrame, prior: MissingPrior, *, exact: bool = True
) -> Departed:
    """Integrate a prior of the log odds ratio of the missing of each arm.

    Parameters
    ----------
    effects, counts
        As in `with_odds_ratio`.
    prior
        Of the log IMOR in the active and the control arm.
    exact
        Gauss–Hermite quadrature over both; else the delta method, to first order.

    References
    ----------
    White, Higgins & Wood 2008, doi:10.1002/sim.3008.
    """
    cov = _covariance(prior)
    if not exact:
        at = with_odds_ratio(effects, counts, *map(float, np.exp(prior.mean)))
        moves = risk_slopes(effects, counts, *map(float, np.exp(prior.mean)))
        return Departed(y=at.y, own=at.v, shared=moves @ cov @ moves.T)
    x, w = hermite(NODES)
    z = np.array(np.meshgrid(x, x)).reshape(2, -1)
    weight = np.outer(w, w).ravel() / w.sum() ** 2
    active, control = np.exp(np.asarray(prior.mean)[:, None] + _root(cov) @ z)
    y, v = contrasts_at(effects, counts, active, control)
    mean = weight @ y
    gap = y - mean
    return Departed(y=mean, own=weight @ v, shared=(weight[:, None] * gap).T @ gap)


def prior_table(
    question: Question,
    frame: pd.DataFrame,
    region: tuple[float, float],
    *,
    events: bool,
) -> pd.DataFrame:
    """Refit under normal priors that span the declared region.

    Parameters
    ----------
    question
        Effects, model and companion.
    frame
        Fractions missing or, for events, counts.
    region
        Declared plausible shift in SD or, for events, odds ratio: its ends are the
        2.5 and 97.5 % points of the prior.
    events
        Whether effects are of events.

    Returns
    -------
    pandas.DataFrame
        parameter (IMDoM, IMRoM, IMOR), prior_mean, prior_sd, correlation, across
        (same departure in all trials, or independent), method, value, ci_low,
        ci_high, excludes_zero, model.
    """
    rows = []
    for words, prior, departed in _departures(question, frame, region, events=events):
        for across in ("same", "independent"):
            fit = question.judge(departed.effects(question.effects, across))
            e = fit.estimate
            rows.append(
                {
                    "parameter": words[0],
                    "prior_mean": prior.mean[0],
                    "prior_sd": prior.sd[0],
                    "correlation": prior.correlation,
                    "across": across,
                    "method": words[1],
                    "value": e.value,
                    "ci_low": e.ci_low,
                    "ci_high": e.ci_high,
                    "excludes_zero": e.excludes(0.0),
                    "model": repr(fit.model),
                }
            )
    return pd.DataFrame(rows)


Departures = Iterator[tuple[tuple[str, str], MissingPrior, Departed]]


def _departures(
    question: Question,
    frame: pd.DataFrame,
    region: tuple[float, float],
    *,
    events: bool,
) -> Departures:
    low, high = np.log(region) if events else region
    mean, sd = (low + high) / 2, (high - low) / (2 * Z95)
    for prior in _priors(float(mean), float(sd)):
        if events:
            for exact in (True, False):
                made = departed_events(question.effects, frame, prior, exact=exact)
                yield ("IMOR", "quadrature" if exact else "delta method"), prior, made
        else:
            made = departed_means(question.effects, frame, prior)
            yield ("IMDoM", "exact moments"), prior, made
    if not events and has_scores(question.effects):
        for prior in _priors(0.0, RATIO_SD):
            made = departed_means(question.effects, frame, prior, ratio=True)
            yield ("IMRoM", "exact moments"), prior, made


def _priors(mean: float, sd: float) -> Sequence[MissingPrior]:
    return [
        MissingPrior(mean=(mean, mean), sd=(sd, sd), correlation=rho)
        for rho in CORRELATIONS
    ]


def _covariance(prior: MissingPrior) -> FloatArray:
    if not np.isfinite(prior.mean).all():
        raise SensitivityError(f"prior has the mean {prior.mean}; give finite ones.")
    s, rho = np.asarray(prior.sd, dtype=float), prior.correlation
    cov: FloatArray = np.outer(s, s) * np.array([[1.0, rho], [rho, 1.0]])
    return cov


def _lognormal(mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of e^λ − 1."""
    first = np.exp(mean + np.diag(cov) / 2)
    spread: FloatArray = np.outer(first, first) * np.expm1(cov)
    return first - 1, spread


def _root(cov: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(cov)
    root: FloatArray = np.asarray(vectors * np.sqrt(np.maximum(values, 0)), dtype=float)
    return root
