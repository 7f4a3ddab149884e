"""What the pooled contrast becomes under other beliefs than the default ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    BayesianRandomEffects,
    Borrowing,
    HalfNormal,
    ModelAverage,
    NamedPrior,
    Normal,
    TippingPrior,
    borrow,
    map_prior,
    model_average,
    named_priors,
    power_scaling,
    prior_data_conflict,
    tipping_prior_mean,
    tipping_prior_sd,
)
from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.models.bayesian.tau_priors import HalfCauchy
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.verdicts import Sids

#: Prior of τ of every belief here: the default of the Bayesian model.
TAU = HalfNormal(0.5)

#: Other priors of τ, with why a reader may hold them.
OTHER_TAU = (
    (HalfNormal(0.25), "trials differ little"),
    (HalfNormal(0.5), "the default"),
    (HalfNormal(1.0), "trials may differ very much"),
    (HalfCauchy(0.5), "the default's scale with a heavy tail"),
)

#: Phases of the trials that are borrowed from, and that are asked.
EARLIER, LATER = "2", "3"


@dataclass(frozen=True, eq=False, kw_only=True)
class PriorBeliefs:
    """Tables, fits and averages under other beliefs.

    Parameters
    ----------
    named
        One row a difference called important and belief: label, source_id, size,
        name, mu, rationale, value, ci_low, ci_high, probability (of benefit),
        conflict (p-value of the data under the belief; NaN for a flat one).
    fits
        Fits of the rows of ``named``, in their order.
    tau
        One row a prior of τ: prior (in words), why, value, ci_low, ci_high, pi_low,
        pi_high, tau_median.
    scaling
        One row a belief and quantity: name, then the columns of `power_scaling`.
    tipping
        One row a threshold: label, size, then sd and mean with their reasons.
    average
        Models with and without contrast, heterogeneity and bias.
    borrowed
        The later trials with more and more trust in the earlier ones.
    borrowed_fit
        With half of the trust.
    """

    named: pd.DataFrame
    fits: tuple[Fit, ...]
    tau: pd.DataFrame
    scaling: pd.DataFrame
    tipping: pd.DataFrame
    average: ModelAverage
    borrowed: Borrowing
    borrowed_fit: Fit

    def fit_of(self, name: str) -> Fit:
        """Return the fit of a belief at the first difference called important.

        Raises
        ------
        OptionError
            With the names there are.
        """
        names = list(self.named["name"])
        if name not in names:
            raise OptionError(f"no belief {name!r}; there are {sorted(set(names))}.")
        return self.fits[names.index(name)]


def prior_beliefs(effects: Effects, sids: Sids) -> PriorBeliefs:
    """Work out the contrast under named, tipping and borrowed beliefs.

    Parameters
    ----------
    effects
        Contrasts with a direction and a moderator ``phase``.
    sids
        Differences called important: label -> (size without sign, source id).

    Raises
    ------
    OptionError
        Without a difference called important, or a known direction.
    """
    if not sids or effects.direction is None:
        raise OptionError(
            "named beliefs need a difference called important (sids=) and effects "
            "whose direction is known."
        )
    side = 1.0 if effects.direction == "higher" else -1.0
    rows = list(_named(effects, sids, side))
    first = named_priors(side * min(size for size, _ in sids.values()), tau=TAU)
    early, late = (_phase(effects, phase) for phase in (EARLIER, LATER))
    half = map_prior(early, weight=0.5)
    return PriorBeliefs(
        named=pd.DataFrame([row for row, _ in rows]),
        fits=tuple(fit for _, fit in rows),
        tau=_other_tau(effects),
        scaling=_scaling(effects, first),
        tipping=_tipping(effects, sids, side),
        average=model_average(effects),
        borrowed=borrow(late, early),
        borrowed_fit=BayesianRandomEffects(mu=half).fit(late),
    )


def _named(
    effects: Effects, sids: Sids, side: float
) -> Iterator[tuple[dict[str, object], Fit]]:
    for label, (size, source) in sids.items():
        for belief in named_priors(side * size, tau=TAU):
            fit = BayesianRandomEffects(mu=belief.mu, tau=belief.tau).fit(effects)
            yield (
                {
                    "label": label,
                    "source_id": source,
                    "size": size,
                    "name": belief.name,
                    "mu": repr(belief.mu),
                    "rationale": belief.rationale,
                    **_ends(fit),
                    "probability": _benefit(fit, side),
                    "conflict": prior_data_conflict(
                        effects, mu=belief.mu, tau=belief.tau
                    ),
                },
                fit,
            )


def _benefit(fit: Fit, side: float) -> float:
    """Posterior probability that the mean lies on the side of benefit."""
    if fit.exact is None:
        return np.nan
    below = float(fit.exact.mu.cdf(0.0))
    return below if side < 0 else 1 - below


def _ends(fit: Fit) -> dict[str, float]:
    e = fit.estimate
    return {"value": e.value, "ci_low": e.ci_low, "ci_high": e.ci_high}


def _other_tau(effects: Effects) -> pd.DataFrame:
    made = []
    for tau, why in OTHER_TAU:
        fit = BayesianRandomEffects(tau=tau).fit(effects)
        median = np.nan if fit.exact is None else fit.exact.tau.median
        e = fit.estimate
        more = {"pi_low": e.pi_low, "pi_high": e.pi_high, "tau_median": median}
        made.append({"prior": prior_words(tau), "why": why, **_ends(fit), **more})
    return pd.DataFrame(made)


def _scaling(effects: Effects, beliefs: tuple[NamedPrior, ...]) -> pd.DataFrame:
    return pd.concat(
        [
            power_scaling(effects, mu=one.mu, tau=one.tau).assign(belief=one.name)
            for one in beliefs
            if isinstance(one.mu, Normal)
        ],
        ignore_index=True,
    )


def _tipping(effects: Effects, sids: Sids, side: float) -> pd.DataFrame:
    thresholds = {"zero": 0.0} | {name: side * size for name, (size, _) in sids.items()}
    sceptic = named_priors(side * min(size for size, _ in sids.values()), tau=TAU)[0]
    sd = sceptic.mu.sd if isinstance(sceptic.mu, Normal) else 1.0
    made = []
    for label, at in thresholds.items():
        points: tuple[TippingPrior, TippingPrior] = (
            tipping_prior_sd(effects, tau=TAU, threshold=at),
            tipping_prior_mean(effects, tau=TAU, sd=float(sd), threshold=at),
        )
        row: dict[str, object] = {"label": label, "size": abs(at), "sceptic_sd": sd}
        for point in points:
            row |= {
                point.parameter: point.value,
                f"{point.parameter}_why": point.reason,
            }
        made.append(row)
    return pd.DataFrame(made)


def _phase(effects: Effects, phase: str) -> Effects:
    return effects.take(np.flatnonzero(effects.moderators["phase"] == phase))
