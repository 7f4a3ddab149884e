"""Tables and words of the report's page on earlier use."""

from __future__ import annotations

import pandas as pd

from mdmameta.reporting.named import trials_of
from mdmameta.sensitivity import SensitivityTable
from mdmameta.sensitivity.naive_bounds import POOLED
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import count, interval, number, percent, share

#: How totals are spread over the arms, as a reader sees it.
SPLITS = {
    "same": "the same share in both arms",
    "chance": "as chance would in 95 of 100 trials",
    "any": "any that the reported numbers allow",
}

#: What is taken for shares that no text gives.
SCENARIOS = {"known": "", "low": "none experienced", "high": "all experienced"}

_TERMS = {
    "delta_n": "contrast in people without earlier use",
    "delta": "Δ, contrast in experienced people less that in others",
    "gamma": "γ, outcome of experienced people",
}


def lead(use: SensitivityTable) -> str:
    """Give the answer in two sentences made from the results."""
    numbers, bounds = use.verdict.numbers, use.parts["bounds"]
    pooled = bounds[bounds["study"] == POOLED].set_index("split")
    (d0, d1), (g0, g1) = use.verdict.region["delta"], use.verdict.region["gamma"]
    low, high = float(str(numbers["lowest"])), float(str(numbers["highest"]))
    first, last = float(pooled["ci_low"]["chance"]), float(pooled["ci_high"]["chance"])
    inside = "holds" if low <= 0 <= high else "excludes"
    spread = "holds" if first <= 0 <= last else "excludes"
    return (
        "If people who had used MDMA before differ from the others by no more than "
        f"the declared {number(d0)} to {number(d1)} SD in the contrast and "
        f"{number(g0)} to {number(g1)} SD in the outcome, the contrast in people who "
        f"had not lies between {number(low)} and {number(high)}, a range that "
        f"{inside} zero. It {spread} zero ({number(first)} to {number(last)}) when "
        "totals known only for a whole trial fall "
        "on the arms as unluckily as chance allows, and nothing in the published "
        "tables tells what the differences are."
    )


def reported_table(use: SensitivityTable) -> Table:
    """Every share that is reported, with its window and its exact interval."""
    names = trials_of(use)
    rows = [
        {
            "trial": names.get(row["study"], row["study"]),
            "arm": row["role"] or "whole trial",
            "before the trial": row["window"],
            "earlier use": share(row["n_prior"], row["n"]),
            "95% interval": interval(100 * row["ci_low"], 100 * row["ci_high"], 0),
            "verification": VERIFICATION.get(row["verification"], "not reported"),
        }
        for row in use.parts["reported"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lllrrl")


def chance_words(use: SensitivityTable) -> str:
    """Say what chance under randomisation makes of each difference of arms."""
    rows, names = use.parts["imbalance"].to_dict("records"), trials_of(use)
    return " ".join(
        f"In {names.get(row['study'], row['study'])} "
        f"{percent(100 * row['share_active'])} of the treated and "
        f"{percent(100 * row['share_control'])} of the control arm had used it, a "
        f"difference of {percent(100 * row['difference'])} "
        f"{interval(100 * row['ci_low'], 100 * row['ci_high'], 0)}; random allocation "
        "of these people alone gives differences between "
        f"{percent(100 * row['chance_low'])} and {percent(100 * row['chance_high'])} "
        f"in 95 of 100 trials (Fisher's exact p = {number(row['p_value'])}), so the "
        f"difference is {'compatible' if row['p_value'] > 0.05 else 'not compatible'} "
        "with chance, which does not make it harmless."
        for row in rows
    )


def bounds_table(use: SensitivityTable) -> Table:
    """Sharp bounds of the contrast without earlier use, by trial and together."""
    rows: dict[str, dict[str, str]] = {}
    for row in use.parts["bounds"].to_dict("records"):
        line = rows.setdefault(str(row["study"]), {"trial": str(row["study"])})
        line[SPLITS[row["split"]]] = (
            f"{number(row['low'])} to {number(row['high'])} "
            f"{interval(row['ci_low'], row['ci_high'])}"
        )
    note = (
        "Columns: how totals known for a whole trial are spread over its arms. Bounds "
        "are attained at corners of the declared ranges: nothing narrower follows "
        "from summary tables. In brackets, with sampling error: Imbens and Manski's "
        "95% interval of a trial, and the outermost deciding intervals together."
    )
    return as_table(pd.DataFrame(list(rows.values())), align="llll", notes=[note])


def experienced_words_table(use: SensitivityTable) -> Table:
    """Print what experienced people would need for the others to have none."""
    part = use.parts["experienced"]
    rows = [
        {
            "trial": row["study"],
            "shares that no text gives": SCENARIOS[row["share_scenario"]],
            "share": percent(100 * row["share_active"]),
            "contrast": number(row["contrast"]),
            "contrast needed": number(row["delta_e"]),
            "times the contrast": number(row["times_contrast"], 1),
        }
        for row in part[part["gamma"] == 0].to_dict("records")
    ]
    frame = pd.DataFrame(rows)
    names = [c for c in frame if c != "shares that no text gives"]
    twice = frame.duplicated(names, keep=False)
    frame.loc[twice, "shares that no text gives"] = "not needed"
    order = {trial: at for at, trial in enumerate(dict.fromkeys(frame["trial"]))}
    shown = frame.drop_duplicates().sort_values(
        "trial", key=lambda trials: trials.map(order), kind="stable"
    )
    return as_table(shown, align="llrrrr")


def population_table(use: SensitivityTable) -> Table:
    """Print the contrast in populations with other shares, over the declared ranges."""
    part = use.parts["population"]
    rows = []
    for (target, scenario), group in part.groupby(
        ["target", "share_scenario"], sort=False
    ):
        same = group[(group["delta"] == 0) & (group["gamma"] == 0)].iloc[0]
        rows.append(
            {
                "population": f"{target}, {percent(100 * same['share'], 1)} "
                f"experienced ({same['source']})",
                "shares that no text gives": SCENARIOS[str(scenario)],
                "no difference": number(same["value"]),
                "over the declared ranges": interval(
                    group["value"].min(), group["value"].max()
                ),
                "deciding intervals": interval(
                    group["ci_low"].min(), group["ci_high"].max()
                ),
            }
        )
    return as_table(pd.DataFrame(rows), align="llrrr")


def posterior_table(use: SensitivityTable) -> Table:
    """Print the Bayesian version: what the trials say, and what only the prior says."""
    rows = [
        {
            "quantity": _TERMS.get(row["term"], f"contrast in {row['term']}"),
            "posterior mean": number(row["value"]),
            "95% interval": interval(row["ci_low"], row["ci_high"]),
            "posterior SD over prior SD": number(row["ratio"]),
        }
        for row in use.parts["posterior"].to_dict("records")
    ]
    note = "A ratio near one: the trials say nothing, the answer is the prior's."
    return as_table(pd.DataFrame(rows), align="lrrr", notes=[note])


def slope_table(use: SensitivityTable) -> Table:
    """Print the slope of the contrasts on the share of experienced people."""
    labels = ("REML, ad hoc Knapp–Hartung", "Bayesian, with the prior of Δ")
    rows = [
        {
            "model": label,
            "trials": count(row["k"]),
            "slope": number(row["slope"]),
            "95% interval": interval(row["ci_low"], row["ci_high"]),
            "posterior SD over prior SD": number(row["ratio"]),
        }
        for label, row in zip(
            labels, use.parts["slope"].to_dict("records"), strict=False
        )
    ]
    return as_table(pd.DataFrame(rows), align="lrrrr")


def power_table(use: SensitivityTable) -> Table:
    """How many trials a meta-regression would need to see a difference."""
    rows = [
        {
            "true Δ": number(row["slope"]),
            "trials": count(row["k"]),
            "chance to see it": percent(100 * row["power"]),
            "Monte Carlo error": percent(100 * row["mc_se"], 1),
        }
        for row in use.parts["power"].to_dict("records")
    ]
    first = use.parts["power"].iloc[0]
    note = (
        "Trials to come are taken to be like these: mean share "
        f"{percent(100 * first['share_mean'])}, SD between trials "
        f"{percent(100 * first['share_sd'])}, sampling variance "
        f"{number(first['variance'])}, τ² {number(first['tau2'])}; seed "
        f"{int(first['seed'])}."
    )
    return as_table(pd.DataFrame(rows), align="rrrr", notes=[note])
