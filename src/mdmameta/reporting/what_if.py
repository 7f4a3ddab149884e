"""Tables and words of the report's pages on sensitivity analyses."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from mdmameta.analyses.catalogue import MODELS
from mdmameta.analyses.robustness import TITLE as ROBUSTNESS
from mdmameta.reporting.named import trials_of
from mdmameta.reporting.results import Results
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION, model_label
from mdmameta.tables.numbers import count, interval, number, percent, share, typeset

#: Name of a sensitivity analysis -> what a reader calls it.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "blinding": "Lost blinding",
        "prior_use": "Earlier MDMA use",
        "dropout": "Dropout",
        "robustness": ROBUSTNESS,
    }
)

#: Tipping points of each analysis that the overview shows.
HEADLINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "blinding": ("b",),
        "prior_use": ("delta_share_low", "delta_share_high", "gamma_share_high"),
        "dropout": ("shift_opposite", "shift_equal"),
        "robustness": ("missing_trial",),
    }
)

#: Scenarios on unknown shares, as a reader sees them.
_SCENARIOS = {"low": "none experienced", "high": "all experienced"}


def verdict_table(results: Results) -> Table:
    """One row a sensitivity analysis: verdict and its main tipping points."""
    rows = []
    for name, table in results.sensitivity.items():
        points = (table.tipping_point(parameter) for parameter in HEADLINES[name])
        shown = [f"{p.label or p.parameter}: {_value(p.value, p.unit)}" for p in points]
        rows.append(
            {
                "assumption": TITLES[name],
                "verdict": table.verdict.kind,
                "main tipping points": typeset("; ".join(shown)),
            }
        )
    return as_table(pd.DataFrame(rows), align="lll")


def control_table(blinding: SensitivityTable) -> Table:
    """Difference between trials by type of control, and what could be detected."""
    rows = [
        {
            "comparison": "low-dose against inactive control",
            "difference": number(row["value"]),
            "95% interval": interval(row["ci_low"], row["ci_high"]),
            "df": count(row["df"]),
            "detectable, normal": number(row["detectable"]),
            "detectable, t": number(row["detectable_t"]),
            "trials": count(row["k"]),
        }
        for row in blinding.parts["control_type"].to_dict("records")
    ]
    note = (
        "Detectable: the true difference between the groups of trials that a "
        "two-sided test at 5% would find with 80% power."
    )
    return as_table(pd.DataFrame(rows), align="lrrrrrr", notes=[note])


def interval_table(blinding: SensitivityTable) -> Table:
    """Tipping bias by the interval that is followed."""
    part = blinding.parts["tipping_by_interval"]
    models = {repr(model): model_label(model) for model in MODELS.values()}
    rows = [
        {
            "u from": row["u_from"],
            "interval": models.get(row["model"], row["model"]),
            "tipping b": number(row["tipping_b"]),
        }
        for row in part.to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="llr")


def learnt_words(blinding: SensitivityTable) -> str:
    """Say how little the trials teach about the bias."""
    least = 100 * blinding.parts["learnt_about_b"]["ratio"].min()
    return (
        "Under each published prior the posterior standard deviation of b is at least "
        f"{percent(least)} of the prior's: the contrasts say next to nothing about b"
    )


def shares_table(prior_use: SensitivityTable) -> Table:
    """Share of experienced participants by trial, as the analysis uses it."""
    words = {"trial": "one share for the whole trial", "arms": "by arm"}
    names = trials_of(prior_use)
    rows = [
        {
            "trial": names.get(row["study"], row["study"]),
            "treated arm": percent(100 * row["share_active"]),
            "control arm": percent(100 * row["share_control"]),
            "basis": words.get(row["basis"], "no text gives a number"),
            "verification": VERIFICATION.get(row["verification"], row["verification"]),
        }
        for row in prior_use.parts["shares"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lrrll")


def naive_tipping_table(prior_use: SensitivityTable) -> Table:
    """Tipping points by what is taken for the shares that are not known."""
    points: dict[str, dict[str, str]] = {}
    for point in prior_use.tipping:
        base, _, scenario = point.parameter.rpartition("_share_")
        label = (point.label or base).split(", unknown shares")[0]
        row = points.setdefault(base, {"parameter": typeset(label)})
        row[_SCENARIOS[scenario]] = _value(point.value, "")
        if point.value is None:
            row["why none"] = typeset(point.reason)
    columns = ["parameter", *_SCENARIOS.values(), "why none"]
    frame = pd.DataFrame(list(points.values())).reindex(columns=columns)
    return as_table(frame.fillna(""), align="lrrl")


def flow_table(dropout: SensitivityTable) -> Table:
    """Participants by arm, the three ways of being lost kept apart."""
    rows = [
        {
            "arm": row["arm"] or f"{row['study']}: {row['role']}",
            "assessed": count(row["assessed"]),
            "missing": share(row["missing"], row["randomised"]),
            "stopped treatment": count(row["stopped_treatment"]),
            "left study": count(row["left_study"]),
            "verification": _standing(row),
        }
        for row in dropout.parts["flow"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lrrrrl")


def binary_scenarios_table(dropout: SensitivityTable) -> Table:
    """Pooled ratio under each rule for those without an assessment."""
    frame = dropout.frame[dropout.frame["imor_active"].isna()]
    first = dropout.frame[dropout.frame["scenario"] == "available case"]
    both = pd.concat([first, frame]).drop_duplicates("scenario")
    by_trial = _ratios_by_trial(dropout)
    rows = []
    for row in both.to_dict("records"):
        low, high = math.exp(row["ci_low"]), math.exp(row["ci_high"])
        scenario = str(row["scenario"])
        rows.append(
            {
                "those without an assessment": scenario,
                "pooled ratio": number(math.exp(row["value"])),
                "deciding interval": interval(low, high),
                **by_trial.get(scenario, {}),
            }
        )
    frame = pd.DataFrame(rows)
    return as_table(frame, align="lrr" + "r" * (frame.shape[1] - 3))


def _ratios_by_trial(dropout: SensitivityTable) -> dict[str, dict[str, str]]:
    ratios: dict[str, dict[str, str]] = {}
    names = trials_of(dropout)
    for row in dropout.parts["by_trial"].to_dict("records"):
        trials = ratios.setdefault(str(row["scenario"]), {})
        study = str(row["study"])
        trials[names.get(study, study)] = number(row["risk_ratio"])
    return ratios


def _standing(row: Mapping[Hashable, Any]) -> str:
    words = VERIFICATION.get(str(row["verification"]), str(row["verification"]))
    retracted = "; a retracted source" if row["status"] == "retracted" else ""
    return f"{words}{retracted}"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    plain = "" if unit in {"", "unit of the effects", "ratio"} else f" {unit}"
    return f"{number(value)}{plain}"
