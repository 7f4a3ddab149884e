"""Tables of the page on blinding about guesses, raters and dose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mdmameta.reporting.named import trials_of
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import count, interval, number, p_value, percent


def indices_table(blinding: SensitivityTable) -> Table:
    """Bang's index by arm, exact, and James's by trial, bootstrapped."""
    bang = blinding.parts["bang"].assign(index="Bang")
    james = blinding.parts["james"].assign(index="James", arm="both", role="")
    names = trials_of(blinding)
    rows = [
        {
            "trial": names.get(row["study"], row["study"]),
            "arm": row["role"] or row["arm"],
            "respondent": row["respondent"],
            "index": row["index"],
            "asked": count(row["n_asked"]),
            "value": number(row["value"]),
            "95% interval": interval(row["own_low"], row["own_high"]),
            "verification": VERIFICATION.get(row["verification"], row["verification"]),
        }
        for row in pd.concat([bang, james]).to_dict("records")
    ]
    note = "Intervals: exact for Bang's index, bootstrap for James's."
    return as_table(pd.DataFrame(rows), align="llllrrrl", notes=[note])


def synthesis_table(blinding: SensitivityTable) -> Table:
    """Share of each kind of arm who believed to be on active treatment."""
    rows = [
        {
            "arm": row["role"],
            "control": str(row["control_type"]).replace("_", " "),
            "basis": row["basis"],
            "arms asked": count(row["arms"]),
            "believe in treatment": percent(100 * row["share"]),
            "95% interval, %": interval(100 * row["ci_low"], 100 * row["ci_high"], 0),
            "method": row["method"],
        }
        for row in blinding.parts["guess_synthesis"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lllrrrl")


def rater_table(blinding: SensitivityTable) -> Table:
    """Pooled difference of clinician-rated less self-rated contrasts."""
    rows = [
        {
            "correlation assumed": number(row["r"]),
            "difference": number(row["difference"]),
            "95% interval": interval(row["ci_low"], row["ci_high"]),
            "trials": count(row["k"]),
            "detectable with 80% power": number(row["detectable"]),
        }
        for row in blinding.parts["raters_pooled"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="rrrrr")


#: Below this a slope has no digit left after rounding to two.
_SMALL = 0.05


def _digits(row: Mapping[Any, Any]) -> int:
    return 4 if abs(row["slope"]) < _SMALL else 2


def dose_table(blinding: SensitivityTable) -> Table:
    """Slope over dose by errors of the model, robust ones, and as printed."""
    rows = [
        {
            "errors": row["errors"],
            "slope": number(row["slope"], _digits(row)),
            "95% interval": interval(row["ci_low"], row["ci_high"], _digits(row)),
            "df": number(row["df"], 1),
            "p": p_value(row["p_value"]).removeprefix("p ").removeprefix("= "),
            "caution": row["flag"],
        }
        for row in blinding.parts["dose"].to_dict("records")
    ]
    note = (
        "Own slopes: SMD for 25 mg a session, active less control arm. The printed one "
        "is for each mg of cumulative dose."
    )
    return as_table(pd.DataFrame(rows), align="lrrrrl", notes=[note])
