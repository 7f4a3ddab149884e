"""Tables, figures and sentences of the page on blinding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mdmameta import figures
from mdmameta.analyses.catalogue import ARM_NAMES
from mdmameta.records import Evidence
from mdmameta.reporting.named import doses, trials_of
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import bias_label
from mdmameta.tables.numbers import count, effect, interval, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: From here on a multiple has no use for digits after the point.
MANY = 10


def answer(blinding: SensitivityTable) -> str:
    """Give the plain answer in two sentences, from the results alone."""
    return f"{_survival(blinding)} {_doubt(blinding)}"


def _survival(blinding: SensitivityTable) -> str:
    v, tip = blinding.verdict.numbers, blinding.tipping_point("b")
    pooled = f"{_n(v['contrast'])} {_ends(v)}"
    if tip.value is None:
        return (
            "No tipping bias from lost blinding exists for the pooled contrast of "
            f"{pooled}: {tip.reason}."
        )
    held = "would" if blinding.verdict.kind == "robust" else "would not"
    share = percent(100 * float(v["share_explained_at_tipping"] or 0))
    return (
        f"The pooled contrast of {pooled} {held} survive all the bias from lost "
        "blinding that is declared plausible: its interval reaches zero once a "
        f"complete change in belief is worth {number(tip.value)} standard "
        f"deviations, which is {share} of the contrast{_multiples(blinding)}."
    )


def _doubt(blinding: SensitivityTable) -> str:
    v = blinding.verdict.numbers
    k = len(blinding.parts["u"].query("u_from == 'counts and prior'"))
    counted = count(float(v["trials_with_counts"] or 0))
    flag = ", unverified" if "UNVERIFIED" in blinding.label else ""
    least = (v["b_least_ratio"], v.get("b_least_ratio_new_trial"))
    left = percent(100 * min(float(x) for x in least if x is not None))
    return (
        "How large that bias is here the trials do not tell (they leave at least "
        f"{left} of the standard deviation of each published prior), and guesses were "
        f"counted in {counted} of {k} contrasts{flag}, so every adjusted number below "
        "is a bound under a stated assumption and not a corrected estimate."
    )


def curve(blinding: SensitivityTable) -> Figure:
    """Draw the bound against b, with zero and the important differences marked."""
    sizes = blinding.parts["thresholds"].query("size > 0")
    sign = float(np.sign(float(blinding.verdict.numbers["contrast"] or -1)))
    marks = dict(zip(sizes["threshold"], sign * sizes["size"], strict=True))
    return figures.sensitivity_curve(
        blinding,
        "b",
        group="u_from",
        thresholds=marks,
        xlabel="bias b, SMD for a complete change in belief (u = 1)",
        names=ARM_NAMES,
    )


def indices(blinding: SensitivityTable, evidence: Evidence) -> Figure:
    """Draw Bang's index by arm, named by its dose, with its exact interval."""
    bang = blinding.parts["bang"]
    names, told = trials_of(blinding), doses(evidence)
    arms = [told.get(one, one) for one in _arm_ids(bang, evidence)]
    exact = bang.assign(
        study=bang["study"].map(lambda study: names.get(study, study)),
        arm=arms,
        ci_low=bang["own_low"],
        ci_high=bang["own_high"],
    )
    return figures.blinding_indices(exact)


def _arm_ids(bang: pd.DataFrame, evidence: Evidence) -> list[str]:
    """Ids of the arms; numbers assumed of a role are those of its only arm."""
    arms = evidence.arms[["study_id", "role", "arm_id"]]
    only = arms[~arms.duplicated(["study_id", "role"], keep=False)]
    by_role = only.set_index(["study_id", "role"])["arm_id"].to_dict()
    asked = zip(bang["study"], bang["arm"], strict=True)
    return [str(by_role.get((study, arm), arm)) for study, arm in asked]


def expectancy_map(blinding: SensitivityTable) -> Figure:
    """Draw the bound over hope and disappointment."""
    region = blinding.verdict.region["b"]
    both = {"hope": region, "disappointment": region}
    table = replace(
        blinding,
        frame=blinding.parts["expectancy"],
        verdict=replace(blinding.verdict, region=both),
    )
    return figures.sensitivity_map(
        table,
        "hope",
        "disappointment",
        xlabel="hope of those who believe in treatment, SMD",
        ylabel="disappointment of those who believe in control, SMD",
    )


def readings_table(blinding: SensitivityTable) -> Table:
    """Bias at which interval and estimate reach zero and each important difference."""
    by_key = {point.parameter: point for point in blinding.tipping}
    points = [by_key["b"], *(p for n, p in by_key.items() if n.startswith("b_sid_"))]
    crossings = blinding.parts["thresholds"].to_dict("records")
    rows = [
        {
            "threshold": "zero" if row["size"] == 0 else row["threshold"],
            "source": row["source_id"],
            "b, interval reaches it": _or_none(point.value),
            "b, estimate reaches it": _or_none(row["b"]),
            "why none": "" if point.value is not None else point.reason,
        }
        for point, row in zip(points, crossings, strict=True)
    ]
    return as_table(pd.DataFrame(rows), align="llrrl")


def multiples_table(blinding: SensitivityTable) -> Table:
    """Tipping bias as a multiple of each published estimate, by change assumed."""
    part = blinding.parts["multiples"].query("tipping == 'b'")
    settings = blinding.parts["anchors"].set_index("prior_id")["setting"].to_dict()
    rows: dict[str, dict[str, Any]] = {}
    for row in part.to_dict("records"):
        line = rows.setdefault(
            str(row["prior_id"]),
            {
                "name in the figure: setting": f"{bias_label(str(row['prior_id']))}: "
                f"{settings[row['prior_id']]}",
                "source": row["source_id"],
            },
        )
        line.setdefault("published b", number(row["b_published"]))
        many = row["multiple"]
        shown = number(many, 0 if abs(many) >= MANY else 2)
        line[f"multiple at Δu = {number(row['delta_u'])}"] = shown
    note = (
        "Below 1: the published bias would be enough to take the interval to zero, if "
        "its source changed belief by Δu."
    )
    frame = pd.DataFrame(list(rows.values()))
    return as_table(frame, align="ll" + "r" * (frame.shape[1] - 2), notes=[note])


def joint_table(blinding: SensitivityTable) -> Table:
    """Contrast and bias under each prior of the bias, nothing removed.

    Priors are named as in the figure, with the id of the source.
    """
    part = blinding.parts["joint"].query("removed == 0 and correlation == 0")
    sources = blinding.parts["anchors"].set_index("prior_id")["source_id"].to_dict()
    rows = [_joint_row(row, sources) for row in part.to_dict("records")]
    return as_table(pd.DataFrame(rows), align=_JOINT)


_JOINT = "lrlrrrr"


def _joint_row(row: Mapping[Any, Any], sources: Mapping[Any, str]) -> dict[str, str]:
    source = sources.get(row["prior"])
    return {
        "prior of b": bias_label(str(row["prior"]))
        + (f" ({source})" if source else ""),
        "Δu": "" if np.isnan(row["delta_u"]) else number(row["delta_u"]),
        "for": str(row["spread"]),
        "prior mean (SD)": f"{number(row['prior_mean'])} ({number(row['prior_sd'])})",
        "posterior mean (SD)": f"{number(row['b_mean'])} ({number(row['b_sd'])})",
        "SD left": percent(100 * row["ratio"]),
        "contrast [95%]": effect(row["value"], row["ci_low"], row["ci_high"]),
    }


def removed_table(blinding: SensitivityTable) -> Table:
    """Bound when a fraction of the belief is taken to be caused by efficacy."""
    rows = [
        {
            "fraction removed": percent(100 * row["removed"]),
            "contrast at the strongest plausible b": number(row["value"]),
            "deciding interval": interval(row["ci_low"], row["ci_high"]),
            "tipping b": _or_none(row["tipping_b"]),
        }
        for row in blinding.parts["removed"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="rrrr")


def scenario_table(blinding: SensitivityTable) -> Table:
    """Tipping bias when users recognise the drug, and when therapists add bias."""
    rows = [
        {
            "scenario": f"experienced people lose {percent(100 * row['recognition'])} "
            f"of their doubt; unknown shares {_SHARES[row['unknown_shares']]}",
            **_bound(row),
        }
        for row in _part(blinding, "recognition")
    ]
    rows += [
        {
            "scenario": f"bias through therapists {row['c_from']}, {number(row['c'])}, "
            f"their change in belief {number(row['therapist_u'])}",
            **_bound(row),
        }
        for row in _part(blinding, "therapists")
    ]
    return as_table(pd.DataFrame(rows), align="lrrr")


_SHARES = {"low": "none", "high": "all", "known": "known"}


def _bound(row: Mapping[Any, Any]) -> dict[str, str]:
    return {
        "contrast at the strongest plausible b": number(row["value"]),
        "deciding interval": interval(row["ci_low"], row["ci_high"]),
        "tipping b": _or_none(row["tipping_b"]),
    }


def _part(blinding: SensitivityTable, name: str) -> Iterable[dict[Any, Any]]:
    return blinding.parts[name].to_dict("records") if name in blinding.parts else ()


def _multiples(blinding: SensitivityTable) -> str:
    part = blinding.parts["multiples"].query("tipping == 'b'")
    known = part[part["delta_u"] == part["delta_u"].max()]["multiple"].dropna()
    if known.empty:
        return ""
    ends = f"{number(known.min())} to {number(known.max(), 0)}"
    return f" and {ends} times the published estimates of such bias"


def _ends(v: Mapping[str, float | str | None]) -> str:
    return interval(float(v["ci_low"] or 0), float(v["ci_high"] or 0))


def _n(value: float | str | None) -> str:
    return number(float(value or 0.0))


def _or_none(value: float | None) -> str:
    return "none" if value is None or np.isnan(value) else number(value)
