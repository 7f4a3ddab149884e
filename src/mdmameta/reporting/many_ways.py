"""Tables and words of the page on the multiverse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mdmameta.sensitivity import Multiverse
from mdmameta.sensitivity.multiverse import JointTest
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import option_label
from mdmameta.tables.numbers import count, number, percent, typeset

#: What the short names of options stand for.
CODES = (
    "REML: restricted maximum likelihood; PM: Paule–Mandel; DL: DerSimonian–Laird; SJ: "
    "Sidik–Jonkman. Priors are of the mean and of τ; N: normal, HN: half-normal, HC: "
    "half-Cauchy. J: Hedges' correction for small samples."
)

#: Names of rules -> what they say.
RULES = {
    "r-is-for-change": "a correlation goes with change scores only",
    "change-needs-r": "change scores need a correlation",
    "convention-is-for-pooled-sd": "the variance of d goes with the pooled SD only",
    "trials-or-missing": "trials or missing outcomes are altered, not both",
    "trials-or-bias": "trials or bias are altered, not both",
    "missing-or-bias": "missing outcomes or bias are altered, not both",
    "bayes-has-priors": "a Bayesian model has priors",
    "priors-are-for-bayes": "priors go with a Bayesian model only",
    "bayes-is-credible": "a Bayesian model has a credible interval",
    "credible-is-bayes": "a credible interval goes with a Bayesian model only",
    "common-effect-is-wald": "a common effect has a Wald interval",
}

#: Choices named in the opening: those that matter most.
NAMED = 3


def lead(result: Multiverse) -> str:
    """Say in two sentences how far defensible choices change the answer."""
    q = result.quantiles
    shares = result.beyond.set_index("threshold")["share"]
    harm = shares["zero, towards harm"]
    worst = "none gives" if harm == 0 else f"{_share(harm)} give"
    rows = result.decomposition
    rows = rows[rows["choice"] != "interactions"].sort_values("share", ascending=False)
    most = [
        f"{str(row['title']).lower()} ({_share(row['share'])})"
        for row in rows.iloc[:NAMED].to_dict("records")
    ]
    return typeset(
        f"Of {result.specifications:,} defensible ways to pool these trials, "
        f"{_share(shares['zero, towards benefit'])} give an interval that excludes "
        f"zero towards benefit and {worst} one towards harm; the estimates run from "
        f"{number(q['minimum'])} to {number(q['maximum'])}, half of them from "
        f"{number(q['q25'])} to {number(q['q75'])}. The choices that go with most of "
        f"their variance are {', '.join(most[:-1])} and {most[-1]}."
    )


def joint_sentence(result: Multiverse) -> str:
    """Say what flips of signs say of all specifications together."""
    joint = result.joint
    if joint is None:
        return "No specification can be refitted with the signs of trials flipped."
    made = "every pattern" if joint.every else "random patterns"
    return typeset(
        f"With the signs of the {joint.trials} trials of the main set flipped in "
        f"{made} ({joint.flips}), a median estimate as far from zero has "
        f"p = {joint.median_p:.3g}, and as large a share of intervals beyond zero "
        f"p = {joint.share_p:.3g}. {_limit(joint)} These {joint.specifications:,} "
        "specifications are the frequentist ones on those trials, without an assumed "
        "shift."
    )


def beyond_table(result: Multiverse) -> Table:
    """Shares of specifications with the interval beyond zero and each difference."""
    rows = [
        {
            "interval wholly beyond": typeset(str(row["threshold"])),
            "value": number(row["value"]),
            "specifications": count(row["count"]),
            "share": _share(row["share"]),
        }
        for row in result.beyond.to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lrrr")


def variance_table(result: Multiverse) -> Table:
    """Share of the variance of the estimates by choice."""
    rows = [
        {
            "choice": row["title"],
            "options": count(row["options"]) if row["options"] else "",
            "share": _share(row["share"]),
            "entered first": _share(row["share_alone"]),
            "entered last": _share(row["share_last"]),
        }
        for row in result.decomposition.to_dict("records")
    ]
    note = (
        "Sums of squares of main effects, averaged over every order in which the "
        "choices can enter; interactions are what they leave. Choices that go "
        "together, such as the statistic and its correlation, share."
    )
    return as_table(pd.DataFrame(rows), align="lrrrr", notes=(note,))


def choices_table(result: Multiverse) -> Table:
    """Every option with its defence, and what the specifications with it give."""
    used = result.options
    used = used[used["specifications"] > 0]
    rows = [
        {
            "choice": row["title"],
            "option": _option(row),
            "why": typeset(str(row["defence"])),
            "mean estimate": number(row["mean"]),
            "interval excludes zero": _share(row["share_excludes_zero"]),
        }
        for row in used.to_dict("records")
    ]
    notes = ("† The main analysis.", CODES)
    return as_table(pd.DataFrame(rows), align="lllrr", notes=notes)


def _option(row: Mapping[Any, Any]) -> str:
    name = typeset(option_label(str(row["choice"]), str(row["option"])))
    return f"{name} †" if row["main"] else name


def rules_table(result: Multiverse) -> Table:
    """List what cannot go together, and why."""
    rows = [
        {
            "rule": RULES.get(row["rule"], row["rule"].replace("-", " ")),
            "why": typeset(str(row["reason"])),
        }
        for row in result.parts["rules"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="ll")


def _limit(joint: JointTest) -> str:
    if not joint.every:
        return f"So many patterns allow no p below {joint.smallest_p:.3g}."
    return (
        f"So few trials allow no p below 2/{joint.flips}, which is "
        f"{joint.smallest_p:.3g}."
    )


def _share(x: float) -> str:
    return percent(100 * x, 1)
