"""Refits, small studies, the pair of trials and durability, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mdmameta import figures
from mdmameta.analyses.robustness import FEW
from mdmameta.reporting.named import all_trials, doses, named
from mdmameta.reporting.sentences import joined
from mdmameta.sensitivity import SensitivityTable
from mdmameta.sensitivity.refits import Refits
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import (
    count,
    effect,
    interval,
    number,
    p_value,
    typeset,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mdmameta.records import Evidence


def with_names(table: SensitivityTable, evidence: Evidence) -> SensitivityTable:
    """Give refits and verdict the names of trials, and arms their doses, for ids.

    Parameters
    ----------
    table
        The analysis, as it was computed.
    evidence
        Has the label of every trial and the dose of every arm.
    """
    trials = all_trials(evidence)
    told = table.frame["scenario"].map(lambda text: named(text, trials))
    verdict = replace(table.verdict, text=named(table.verdict.text, trials))
    lasting = table.parts["durability"]
    lasting = lasting.assign(arm=lasting["arm"].replace(doses(evidence)))
    return replace(
        table,
        frame=table.frame.assign(scenario=told),
        verdict=verdict,
        parts={**table.parts, "durability": lasting},
    )


def answer(table: SensitivityTable) -> str:
    """Give the plain answer in two sentences made from the results."""
    v = {
        name: float(x)
        for name, x in table.verdict.numbers.items()
        if isinstance(x, float | int)
    }
    refits, held = count(v["refits"]), v["holding_zero"]
    first = (
        f"Over {refits} other ways to choose trials, scores, doses and times the "
        f"pooled contrast stays between {number(v['lowest_value'])} and "
        f"{number(v['highest_value'])} SD."
    )
    if held == 0:
        return f"{first} The deciding interval excludes zero in every one of them."
    judged = table.frame[table.frame["judged"]]
    told = judged.loc[~judged["excludes_zero"].astype(bool), "scenario"]
    return (
        f"{first} The deciding interval holds zero in {count(held)} of them "
        f"({joined(list(told))}), of which {count(v['holding_zero_with_few_trials'])} "
        f"leave {FEW} trials or fewer: parts of the evidence do not carry the answer "
        "that the whole does."
    )


def refits_figure(table: SensitivityTable) -> Figure:
    """Draw the deciding interval of every refit on the scale of the contrast."""
    rows = [
        (at, f"{row['scenario']} (k\u00a0=\u00a0{row['k']})")
        for at, row in enumerate(table.frame.to_dict("records"))
        if row["judged"] and row["kind"] != "main"
    ]
    fits = tuple(table.fits[at] for at, _ in rows)
    drawn = Refits(
        whole=table.fits[0],
        labels=tuple(label for _, label in rows),
        fits=fits,
        failures=("",) * len(fits),
        label_name="scenario",
    )
    return figures.refits(drawn)


def refits_table(table: SensitivityTable) -> Table:
    """Every refit with its deciding interval, and those in points of a scale."""
    rows = [
        {
            "choice": row["kind"],
            "refit": row["scenario"],
            "k": count(row["k"]),
            "contrast": effect(row["value"], row["ci_low"], row["ci_high"]),
            "zero": "excluded" if row["excludes_zero"] else "held",
        }
        for row in table.frame.to_dict("records")
    ]
    note = (
        "Intervals are those that decide: the wider of the ad hoc Knapp–Hartung and "
        "the Bayesian one; for points the ad hoc one alone. Points are not judged."
    )
    return as_table(pd.DataFrame(rows), align="llrrl", notes=[note])


def gaps_table(table: SensitivityTable) -> Table:
    """Alternatives that the tables have no numbers for, or that change nothing."""
    frame = table.parts["gaps"]
    shown = frame.rename(columns={"kind": "choice", "scenario": "asked for"})
    return as_table(shown.assign(reason=frame["reason"].map(typeset)), align="lll")


def small_study_table(table: SensitivityTable) -> Table:
    """Methods for small-study effects, those that could not be done included."""
    rows = []
    for row in table.parts["small_study"].to_dict("records"):
        done = bool(np.isfinite([row["statistic"], row["value"]]).any())
        rows.append(
            {
                "method": row["method"],
                "statistic": _statistic(row),
                "p": "–" if np.isnan(row["p_value"]) else p_value(row["p_value"]),
                "contrast": _effect(row),
                "remark": row["note"] if done else "needs counts of events",
            }
        )
    return as_table(pd.DataFrame(rows), align="lrrrl")


def _statistic(row: Mapping[Any, Any]) -> str:
    counted = row["method"] == "Fail-safe N" and np.isfinite(row["statistic"])
    return count(row["statistic"]) if counted else number(row["statistic"])


def selection_table(table: SensitivityTable) -> Table:
    """Contrast when results are taken to be selected by their p-values."""
    rows = [
        {
            "selection": row["model"],
            "contrast": row["reason"] or _effect(row),
            "test of selection": "fixed"
            if np.isnan(row["p_value"])
            else p_value(row["p_value"]),
        }
        for row in table.parts["selection"].to_dict("records")
    ]
    note = (
        "Wald intervals by maximum likelihood; none decides. Fixed: the chance that a "
        "result without significance is reported is stated and not estimated."
    )
    return as_table(pd.DataFrame(rows), align="lrr", notes=[note])


def pair_table(table: SensitivityTable) -> Table:
    """Print tests of two trials together, in both orders."""
    part = table.parts["pair"]
    rows: dict[str, dict[str, str]] = {}
    for row in part.to_dict("records"):
        line = rows.setdefault(
            str(row["test"]),
            {"test": str(row["test"]), "threshold": f"{row['threshold']:.2g}"},
        )
        line[f"{row['original']} first"] = p_value(row["p_value"], least=1e-6)
    claims = part.drop_duplicates("test").set_index("test")["claims"]
    for test, line in rows.items():
        line["what it claims"] = str(claims[test])
    return as_table(pd.DataFrame(list(rows.values())), align="lrrrl")


def pair_words(table: SensitivityTable) -> str:
    """Say how the two trials compare."""
    part = table.parts["pair"].drop_duplicates("original").to_dict("records")
    first = part[0]
    shown = table.parts["pair"].groupby("test")["shown"].all()
    inside = "inside" if first["as_predicted"] else "outside"
    return (
        f"{shown.sum()} of {shown.size} tests reach their thresholds in both orders; "
        f"the second trial lies {inside} the prediction of the first, its contrast is "
        f"{number(first['relative'])} times that of {first['original']} "
        f"{interval(first['relative_low'], first['relative_high'])}, and the two do "
        f"{'' if first['q_p'] < 0.05 else 'not '}differ by more than chance "
        f"({p_value(first['q_p'])})."
    )


def durability_table(table: SensitivityTable) -> Table:
    """Print what is known after the comparison ended, marked as uncontrolled."""
    rows = [
        {
            "trial": str(row["study"]).replace(";", "; "),
            "arm": row["arm"],
            "time": row["timepoint"],
            "number": f"{row['instrument']}, {row['quantity']}",
            "n": count(row["n"]),
            "value": typeset(
                f"{row['value']:g} ({row['spread'] or 'spread not given'})"
            ),
            "standing": _standing(row),
        }
        for row in table.parts["durability"].to_dict("records")
    ]
    note = (
        "Uncontrolled: after crossover or the end of blinding no randomised arm is "
        "left, so none of these numbers is a contrast or shows what treatment does."
    )
    return as_table(pd.DataFrame(rows), align="llllrrl", notes=[note])


def _standing(row: Mapping[Any, Any]) -> str:
    if row["status"] != "current":
        return f"{str(row['status']).upper()} source"
    return VERIFICATION.get(str(row["verification"]), str(row["verification"]))


def _effect(row: Mapping[Any, Any]) -> str:
    if np.isnan(row["value"]):
        return "–"
    return effect(row["value"], row["ci_low"], row["ci_high"])
