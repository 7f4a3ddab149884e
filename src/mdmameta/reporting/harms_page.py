"""Adverse events and suicidality by arm, as the page on robustness shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.records import Evidence
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import interval, number, share


def harms_table(table: SensitivityTable, evidence: Evidence) -> Table:
    """Adverse events and suicidality by arm, a method a row, as instruments name them.

    Parameters
    ----------
    table
        The analysis with the part ``harms``.
    evidence
        Its table of instruments has the label of each event.
    """
    names = evidence.instruments.set_index("instrument")["label"].to_dict()
    rows: dict[str, dict[str, str]] = {}
    for row in table.parts["harms"].to_dict("records"):
        line = rows.setdefault(
            _event(row, names),
            {
                "event": _event(row, names),
                "MDMA": share(row["a"], row["n1"]),
                "control": share(row["c"], row["n2"]),
                "odds ratio": "–",
                "difference, % points": "–",
            },
        )
        if row["measure"] == "OR":
            line["odds ratio"] = _ratio(row)
        elif row["measure"] == "RD":
            line["difference, % points"] = _difference(row)
        else:
            line["odds ratio"] = "one arm counted"
    note = (
        "People with an event, never events. Odds ratios are exact, conditional on the "
        "number of events, and differences those of one trial, unless the row names "
        "another method. Severe is not serious. Each event is compared by itself, with "
        "no correction for their number."
    )
    return as_table(pd.DataFrame(list(rows.values())), align="lrrrr", notes=[note])


def _event(row: Mapping[Any, Any], names: Mapping[Any, str]) -> str:
    name = names.get(row["outcome"]) or str(row["outcome"]).replace("_", " ")
    named = {"Peto", "Mantel–Haenszel", "conditional likelihood"}
    method = f", {row['method']}" if row["method"] in named else ""
    return f"{name}, {row['timepoint']} ({row['studies']}){method}"


def _ratio(row: Mapping[Any, Any]) -> str:
    high = "∞" if np.isinf(row["ci_high"]) else number(row["ci_high"])
    return f"{number(row['value'])} [{number(row['ci_low'])}, {high}]"


def _difference(row: Mapping[Any, Any]) -> str:
    if np.isnan(row["value"]):
        return "–"
    value, low, high = (100 * row[name] for name in ("value", "ci_low", "ci_high"))
    return f"{number(value, 1)} {interval(low, high, 1)}"
