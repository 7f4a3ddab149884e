"""Tables and figures of the page on dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mdmameta import figures
from mdmameta.analyses.assumptions import REPORTED_PHASE
from mdmameta.reporting.results import Results
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import bias_label
from mdmameta.tables.numbers import (
    RATIO_MEASURES,
    chance,
    effect,
    interval,
    number,
    percent,
    share,
    typeset,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What a reader calls each kind of loss.
LOSSES = {
    "missing": "no primary assessment",
    "stopped_treatment": "stopped treatment",
    "left_study": "left the study",
}

#: Quantities of pooled losses, shares of people in percent.
QUANTITIES = {
    "risk difference": "difference, % points",
    "proportion active": "treated arms, %",
    "proportion control": "control arms, %",
}

#: Statement of the dropout of phase III, in the ledger.
PUBLISHED = "seed-dropout"

#: Where a reader finds what was recomputed, and who was counted.
LEDGER, FLOW = "page “Reproduced numbers”", "participants by arm, above"

#: Quantity of benchmark rows about dropout.
BENCHMARK = "dropout"


def losses_table(dropout: SensitivityTable) -> Table:
    """Pool each kind of loss, and keep the three apart."""
    rows = []
    for row in dropout.parts["losses"].to_dict("records"):
        ratio, known = row["quantity"] == "odds ratio", np.isfinite(row["value"])
        scale, digits = (1, 2) if ratio else (100, 1)
        low, high = scale * row["ci_low"], scale * row["ci_high"]
        rows.append(
            {
                "loss": LOSSES[str(row["loss"])],
                "quantity": QUANTITIES.get(str(row["quantity"]), row["quantity"]),
                "trials": number(row["k"], 0),
                "treated": share(row["lost_active"], row["n_active"]),
                "control": share(row["lost_control"], row["n_control"]),
                "pooled": number(scale * row["value"], digits),
                "95% interval": interval(low, high, digits)
                if known
                else typeset(str(row["reason"])),
            }
        )
    frame = pd.DataFrame(rows)
    told = frame.duplicated(["loss", "95% interval"]) & (frame["pooled"] == "–")
    return as_table(frame[~told], align="llrrrrl")


def comparators_table(results: Results) -> Table:
    """Put the published dropout of phase III beside that of other treatments."""
    entry = results.ledger[PUBLISHED]
    rows = _phase_three(results)
    table = results.evidence.benchmarks
    for row in table[table["quantity"] == BENCHMARK].to_dict("records"):
        low, high = row["ci_low"], row["ci_high"]
        rows.append(
            {
                "population": row["population"],
                "dropout": percent(row["value"], int(row["value"] % 1 != 0)),
                "95% interval": interval(low, high, 0) if np.isfinite(low) else "–",
                "source": row["source_id"],
            }
        )
    note = (
        f"The statement: {entry.claim['statement']} Other treatments: dropout from "
        "treatment, in other populations, by other definitions: not like for like."
    )
    return as_table(pd.DataFrame(rows), align="lrrl", notes=[note])


def _phase_three(results: Results) -> list[dict[str, str]]:
    entry, studies = results.ledger[PUBLISHED], results.evidence.studies
    named = studies.loc[studies["phase"] == REPORTED_PHASE, "study_id"]
    flow = results.evidence.flow()
    flow = flow[flow["study"].isin(named) & flow["missing"].notna()]
    published = percent(entry.printed[0].value, 1)
    mixed = percent(entry.recomputed["percent"], 1)
    rows = [
        _phase_three_row("as published", published, str(entry.claim["source_id"])),
        _phase_three_row("recomputed, two definitions mixed", mixed, LEDGER),
    ]
    for role, arms in flow.groupby("role"):
        lost = share(arms["missing"].sum(), arms["randomised"].sum())
        words = f"no primary assessment, {role} arms"
        rows.append(_phase_three_row(words, lost, FLOW))
    return rows


def _phase_three_row(words: str, dropout: str, source: str) -> dict[str, str]:
    return {
        "population": f"MDMA-AT, phase III: {words}",
        "dropout": dropout,
        "95% interval": "–",
        "source": source,
    }


def thresholds_table(dropout: SensitivityTable) -> Table:
    """Departures that reach each threshold, by what reaches it."""
    part = dropout.parts["thresholds"]
    rows = []
    for (pattern, threshold), group in part.groupby(
        ["pattern", "threshold"], sort=False
    ):
        null = "no difference" if _is_ratio(dropout) else "zero"
        said = null if threshold == "zero" else typeset(str(threshold))
        row = {"who departs": pattern, "threshold": said}
        for one in group.to_dict("records"):
            row[str(one["criterion"])] = _cell(one["value"], str(one["reason"]))
        rows.append(row)
    frame = pd.DataFrame(rows)
    return as_table(
        frame,
        align="ll" + "r" * (frame.shape[1] - 2),
        notes=[
            f"In {part['unit'].iloc[0]}. “already”: reached without any departure; "
            "“none”: not reached over the whole search. Equal: both arms by the "
            "value; opposite: treated by the value, controls by its reverse."
        ],
    )


def trials_table(dropout: SensitivityTable) -> Table:
    """Departures at which each trial's own interval reaches zero."""
    part = dropout.parts["by_trial_tipping"]
    rows = []
    for study, group in part.groupby("study", sort=False):
        row = {"trial": str(study)}
        for one in group.to_dict("records"):
            row[str(one["pattern"])] = _cell(one["value"], str(one["reason"]))
        rows.append(row)
    frame = pd.DataFrame(rows)
    return as_table(frame, align="l" + "r" * (frame.shape[1] - 1))


def _cell(value: float, reason: str) -> str:
    if np.isfinite(value):
        return number(value)
    return "already" if "already" in reason else "none"


def implied_table(dropout: SensitivityTable) -> Table:
    """Scores that the missing would have at the tipping points, against the scale."""
    rows = [
        {
            "who departs": row["pattern"],
            "trial": row["study"],
            "arm": row["role"],
            "points": number(row["shift_points"], 1),
            "observed mean": number(row["observed_mean"], 1),
            "mean of the missing": number(row["missing_mean"], 1),
            "scale": f"{row['instrument']} {interval(row['low'], row['high'], 0)}",
            "possible": row["possible"],
        }
        for row in dropout.parts["implied"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="lllrrrll")


def extremes_table(dropout: SensitivityTable) -> Table:
    """Bounds that no score on the instruments can pass."""
    rows = [
        {
            "missing treated": row["missing_active"],
            "missing controls": row["missing_control"],
            "contrast": number(row["value"]),
            "deciding interval": interval(row["ci_low"], row["ci_high"]),
        }
        for row in dropout.parts["extremes"].to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="llrr")


def priors_table(dropout: SensitivityTable) -> Table:
    """Contrasts under priors of the departures."""
    ratio = _is_ratio(dropout)
    rows = []
    for row in dropout.parts["priors"].to_dict("records"):
        shown = [float(row[c]) for c in ("value", "ci_low", "ci_high")]
        value, low, high = (float(np.exp(x)) if ratio else x for x in shown)
        rows.append(
            {
                "departure": f"{row['parameter']}, {row['method']}",
                "prior SD": number(row["prior_sd"]),
                "correlation of arms": number(row["correlation"], 1),
                "across trials": row["across"],
                "contrast": number(value, 3),
                "deciding interval": interval(low, high, 3),
            }
        )
    return as_table(pd.DataFrame(rows), align="lrrlrr")


def _is_ratio(dropout: SensitivityTable) -> bool:
    return dropout.fits[0].effects.measure in RATIO_MEASURES


def joint_table(dropout: SensitivityTable) -> Table:
    """Dropout and lost blinding together."""
    part = dropout.parts["joint"]
    sizes = [c for c in part if str(c).startswith("probability_")]
    rows = []
    for row in part.to_dict("records"):
        shown = {
            "bias": bias_label(str(row["bias"])),
            "controls who left unblinded": row["dropout"],
            "contrast [95%]": effect(row["value"], row["ci_low"], row["ci_high"]),
            "beyond 0": chance(row["probability"]),
        }
        for name in sizes:
            size = str(name).removeprefix("probability_")
            shown[f"beyond {size}"] = chance(row[name])
        rows.append(shown)
    frame = pd.DataFrame(rows)
    notes = (
        "Beyond: posterior probability of a contrast larger than the size named, in "
        "favour of treatment.",
        "Bias: the published estimate whose prior is used; the page on blinding has "
        "their sources.",
    )
    return as_table(frame, align="ll" + "r" * (frame.shape[1] - 2), notes=notes)


def _sizes(dropout: SensitivityTable) -> dict[str, float]:
    part = dropout.parts["thresholds"].drop_duplicates("threshold")
    side = np.sign(dropout.fits[0].estimate.value)
    return {number(side * size): float(size) for size in part["size"] if size > 0}


def arms_map(dropout: SensitivityTable) -> Figure:
    """Draw the contrast over departures of both arms."""
    return figures.sensitivity_map(
        dropout,
        "shift_active",
        "shift_control",
        where={"scenario": "both arms"},
        xlabel="shift of the missing treated, SD",
        ylabel="shift of the missing controls, SD",
        title="Positive: higher scores among the missing than among those assessed",
        levels=_sizes(dropout),
    )
