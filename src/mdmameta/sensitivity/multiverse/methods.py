"""The choices of method: estimator of τ², interval, priors, and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mdmameta.models.bayesian import Flat, HalfCauchy, HalfNormal, Normal
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior
from mdmameta.sensitivity.multiverse.graph import Choice, Option, Rule

#: Names of the three choices that end every graph.
STAGE = ("estimator", "interval", "prior")

#: The options of a Bayesian row, which has a prior in place of an estimator.
POSTERIOR, CREDIBLE, NO_PRIOR = "posterior", "credible", "none"

#: Option -> what `fit_many` is asked for; None is a common effect.
ESTIMATORS: Mapping[str, str | None] = MappingProxyType(
    {"REML": "REML", "PM": "PM", "DL": "DL", "SJ": "SJ", "common effect": None}
)

INTERVALS = ("knapp-hartung", "knapp-hartung-adhoc", "wald")

PRIORS: Mapping[str, tuple[MeanPrior, TauPrior]] = MappingProxyType(
    {
        "N(0,1), HN(0.5)": (Normal(0, 1), HalfNormal(0.5)),
        "N(0,1), HN(1)": (Normal(0, 1), HalfNormal(1.0)),
        "N(0,1), HC(0.5)": (Normal(0, 1), HalfCauchy(0.5)),
        "N(0,0.5), HN(0.5)": (Normal(0, 0.5), HalfNormal(0.5)),
        "flat, HN(0.5)": (Flat(), HalfNormal(0.5)),
    }
)

ESTIMATOR = Choice(
    "estimator",
    "Heterogeneity",
    (
        Option("REML", "Nearly unbiased, and the estimator most often advised."),
        Option("PM", "Needs no normal true effects, and does well with few trials."),
        Option("DL", "The estimator of most published meta-analyses, for comparison."),
        Option("SJ", "Always positive, so that it never claims identical effects."),
        Option(
            "common effect",
            "The weighted average of these trials, without a claim about others.",
        ),
        Option(POSTERIOR, "Averages over τ instead of fixing it at one estimate."),
    ),
)

INTERVAL = Choice(
    "interval",
    "Interval",
    (
        Option(
            "knapp-hartung",
            "Allows for the error of the estimate of tau2, where Wald's does not.",
        ),
        Option(
            "knapp-hartung-adhoc",
            "Knapp-Hartung's, never narrower than Wald's: the cautious variant.",
        ),
        Option("wald", "The interval of most published meta-analyses, for comparison."),
        Option(CREDIBLE, "Central interval of the posterior, without asymptotics."),
    ),
)

PRIOR = Choice(
    "prior",
    "Priors",
    (
        Option(NO_PRIOR, "A frequentist fit has no prior."),
        Option("N(0,1), HN(0.5)", "Weak for SMDs, and advised for few trials."),
        Option("N(0,1), HN(1)", "Very conservative about how alike the trials are."),
        Option("N(0,1), HC(0.5)", "A long tail lets trials differ without limit."),
        Option("N(0,0.5), HN(0.5)", "Sceptical: a mean effect beyond 1 is unlikely."),
        Option("flat, HN(0.5)", "The trials alone tell of the mean effect."),
    ),
)

RULES = (
    Rule(
        "bayes-has-priors",
        "A posterior needs a prior.",
        {"estimator": (POSTERIOR,), "prior": (NO_PRIOR,)},
    ),
    Rule(
        "priors-are-for-bayes",
        "An estimate of tau2 by a formula uses no prior.",
        {"estimator": tuple(ESTIMATORS), "prior": tuple(PRIORS)},
    ),
    Rule(
        "bayes-is-credible",
        "The interval of a posterior is its own.",
        {"estimator": (POSTERIOR,), "interval": INTERVALS},
    ),
    Rule(
        "credible-is-bayes",
        "Without a posterior there is no credible interval.",
        {"estimator": tuple(ESTIMATORS), "interval": (CREDIBLE,)},
    ),
    Rule(
        "common-effect-is-wald",
        "A common effect has no error of tau2 that an interval could allow for.",
        {"estimator": ("common effect",), "interval": INTERVALS[:2]},
    ),
)

#: The main method: what `RandomEffects()` does by default.
MAIN = {"estimator": "REML", "interval": "knapp-hartung", "prior": NO_PRIOR}


@dataclass(frozen=True, slots=True)
class Methods:
    """What the options of the last three choices stand for, by their codes.

    Parameters
    ----------
    tau2
        Estimators for `fit_many`, None for a common effect; the last option,
        the posterior, has none.
    interval
        Names of intervals.
    priors
        Priors of μ and τ; the first option, no prior, is not among them.
    level
        Probability of the intervals.
    """

    tau2: tuple[str | None, ...]
    interval: tuple[str, ...]
    priors: tuple[tuple[MeanPrior, TauPrior], ...]
    level: float = 0.95


METHODS = Methods(
    tau2=tuple(ESTIMATORS.values()),
    interval=(*INTERVALS, CREDIBLE),
    priors=tuple(PRIORS.values()),
)

#: The three choices in their order.
CHOICES = (ESTIMATOR, INTERVAL, PRIOR)
