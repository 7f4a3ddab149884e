"""Tables, figures and words of the page on priors and borrowing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mdmameta import figures
from mdmameta.analyses.prior_beliefs import TAU, PriorBeliefs
from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.reporting.results import Results
from mdmameta.reporting.sentences import joined
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import (
    chance,
    count,
    effect,
    interval,
    number,
    p_value,
    percent,
    typeset,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Letters of the quantities that power scaling is about.
_LETTERS = {"mu": "μ", "tau": "τ"}


def beliefs_of(results: Results) -> PriorBeliefs:
    """Work out other beliefs about the primary contrasts."""
    return results.beliefs


def answer(beliefs: PriorBeliefs) -> str:
    """Give the plain answer in two sentences made from the results."""
    named = beliefs.named
    held = named[(named["ci_low"] <= 0) & (named["ci_high"] >= 0)]
    low, high = named["value"].min(), named["value"].max()
    inclusion = beliefs.average.inclusion.set_index("component")
    bf = number(inclusion["inclusion_bf"]["effect"], 1)
    mean = beliefs.average.mu.mean
    return (
        f"The pooled contrast is between {number(low)} and {number(high)} SD under "
        f"{len(named.drop_duplicates(['name', 'mu']))} stated beliefs, and "
        f"{_held_words(held)}. Averaged over models with and without a contrast, "
        f"heterogeneity and bias of small studies it is {number(mean)}; the data make "
        f"the odds that there is any contrast {bf} times what they were before, and "
        "say next to nothing about bias."
    )


def _held_words(held: pd.DataFrame) -> str:
    if held.empty:
        return "its interval excludes zero under each of them"
    told = joined(
        [
            f"the {row['name']} one that allows 5% for a difference of "
            f"{number(row['size'])} (it is then "
            f"{interval(row['ci_low'], row['ci_high'])})"
            for row in held.to_dict("records")
        ]
    )
    return f"its interval holds zero under {told} alone"


def named_table(beliefs: PriorBeliefs) -> Table:
    """Print each named belief with what the data make of it."""
    frame = beliefs.named.drop_duplicates(["name", "mu"])
    rows = [
        {
            "belief": row["name"]
            if row["name"] in {"weakly informative", "regulator"}
            else f"{row['name']}, {row['label']} ({row['source_id']})",
            "prior of the mean": _prior(beliefs.fits[at].model),
            "contrast": effect(row["value"], row["ci_low"], row["ci_high"]),
            "P(benefit)": chance(row["probability"]),
            "conflict": p_value(row["conflict"])
            if np.isfinite(row["conflict"])
            else "none possible",
        }
        for at, row in zip(frame.index, frame.to_dict("records"), strict=True)
    ]
    why = frame.drop_duplicates("name").set_index("name")["rationale"].items()
    told = "; ".join(f"{name}, {text.replace(' %', '%')}" for name, text in why)
    note = (
        f"Why: {told}. Conflict: the probability, before the data, of a pooled "
        f"estimate at least as surprising as theirs. Prior of τ: {prior_words(TAU)} "
        "throughout."
    )
    return as_table(pd.DataFrame(rows), align="llrrr", notes=[note])


def _prior(model: Any) -> str:
    return typeset(prior_words(model.mu, ".2f"))


def tau_table(beliefs: PriorBeliefs) -> Table:
    """Print other priors of the heterogeneity."""
    rows = [
        {
            "prior of τ": row["prior"],
            "why": row["why"],
            "contrast": effect(row["value"], row["ci_low"], row["ci_high"]),
            "a new trial": interval(row["pi_low"], row["pi_high"]),
            "median of τ": number(row["tau_median"]),
        }
        for row in beliefs.tau.to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="llrrr")


def scaling_table(beliefs: PriorBeliefs) -> Table:
    """Print how far the posterior moves when a prior or the data count for more."""
    rows = [
        {
            "belief": row["belief"],
            "quantity": _LETTERS[row["quantity"]],
            "prior of μ": number(row["prior_mu"], 3),
            "prior of τ": number(row["prior_tau"], 3),
            "data": number(row["likelihood"], 3),
            "diagnosis": row["diagnosis"] or "none",
        }
        for row in beliefs.scaling.to_dict("records")
    ]
    note = (
        "Distance that the posterior moves for each doubling of the power of a prior, "
        "or of the likelihood. Above 0.05 a part matters. Conflict: prior and data "
        "both do, so they pull apart or share the answer; strong prior: the data do "
        "not. Named beliefs are those of the smallest difference called important."
    )
    return as_table(pd.DataFrame(rows), align="llrrrl", notes=[note])


def tipping_table(beliefs: PriorBeliefs) -> Table:
    """Print the belief that it takes not to be convinced."""
    rows = []
    for row in beliefs.tipping.to_dict("records"):
        why = typeset(str(row["sd_why"])) if _none(row["sd"]) else "–"
        sd = "none" if _none(row["sd"]) else number(row["sd"])
        mean = "none" if _none(row["mean"]) else number(row["mean"])
        rows.append(
            {
                "threshold": row["label"],
                "SD of a belief centred on none": sd,
                "centre of a belief as sure as the sceptic's": mean,
                "why none": why,
            }
        )
    first = beliefs.tipping.iloc[0]
    note = (
        "A belief centred on no contrast with a smaller SD than this, or as sure as "
        f"the sceptic's (SD {number(first['sceptic_sd'])}) with a centre nearer to no "
        "benefit than this, leaves the threshold inside the interval."
    )
    return as_table(pd.DataFrame(rows), align="lrrl", notes=[note])


def _none(x: float | None) -> bool:
    return x is None or bool(np.isnan(x))


def average_table(beliefs: PriorBeliefs) -> Table:
    """Print how far the data change the odds of each component."""
    rows = [
        {
            "component": "contrast"
            if row["component"] == "effect"
            else row["component"],
            "prior probability": percent(100 * row["prior"]),
            "posterior probability": percent(100 * row["posterior"]),
            "inclusion Bayes factor": number(row["inclusion_bf"]),
        }
        for row in beliefs.average.inclusion.to_dict("records")
    ]
    low, high = beliefs.average.mu.interval()
    note = (
        f"{count(len(beliefs.average.models))} models. Averaged contrast "
        f"{number(beliefs.average.mu.mean)} {interval(low, high)}; the interval ends "
        "at zero where the models without a contrast keep more than the tail. "
        f"{' '.join(map(str, beliefs.average.warnings))}"
    )
    return as_table(pd.DataFrame(rows), align="lrrr", notes=[note])


def borrowing_table(beliefs: PriorBeliefs) -> Table:
    """Print phase III with more and more trust in phase II."""
    rows = [
        {
            "trust before": percent(100 * row["weight"]),
            "trust after": percent(100 * row["posterior_weight"]),
            "contrast in phase III": effect(
                row["value"], row["ci_low"], row["ci_high"]
            ),
            "its SE": number(row["se"]),
        }
        for row in beliefs.borrowed.frame.to_dict("records")
    ]
    note = (
        "Trust: the probability that phase III estimates what phase II predicts "
        "(robust MAP prior); the rest goes to a normal prior with mean 0 and SD 1."
    )
    return as_table(pd.DataFrame(rows), align="rrrr", notes=[note])


def borrowing_words(beliefs: PriorBeliefs) -> str:
    """Say whether the later trials contradict the earlier ones."""
    frame = beliefs.borrowed.frame
    none, full = frame.iloc[0], frame.iloc[-1]
    agree = "do not contradict" if beliefs.borrowed.conflict > 0.05 else "contradict"
    holds = "holds" if none["ci_low"] <= 0 <= none["ci_high"] else "excludes"
    return (
        f"The phase III trials {agree} what phase II predicts for them "
        f"({p_value(beliefs.borrowed.conflict)} for a result as surprising). By "
        f"themselves, with two trials and τ to be learnt, they give "
        f"{effect(none['value'], none['ci_low'], none['ci_high'])}, which {holds} "
        f"zero; with full trust "
        f"{effect(full['value'], full['ci_low'], full['ci_high'])}. "
        "Agreement shows no absence of a bias that both phases share."
    )


def belief_figure(beliefs: PriorBeliefs, name: str) -> Figure:
    """Draw prior and posterior of a named belief."""
    return figures.posterior(
        beliefs.fit_of(name), xlabel="Standardised mean difference"
    )


def borrowing_figure(beliefs: PriorBeliefs) -> Figure:
    """Draw what phase II predicts, and what phase III makes of it."""
    return figures.posterior(
        beliefs.borrowed_fit, xlabel="Standardised mean difference, phase III"
    )
