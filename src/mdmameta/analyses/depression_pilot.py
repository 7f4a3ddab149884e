"""What a change within twelve people can say: spreads, exact intervals, bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from mdmameta.analyses.pilot_numbers import endpoint_sd, exact_d, people_needed
from mdmameta.effects.depression import depression_effects
from mdmameta.effects.proportion_intervals import proportion_interval
from mdmameta.records import Evidence

#: The scale that the paper on the trial without a control leads with.
SCALE = "MADRS"

#: Events with exact intervals, in the order of the page.
EVENTS = ("response", "remission", "relapse", "sae", "left_study", "missing_assessment")

#: Correlations of baseline and endpoint; none is printed.
CORRELATIONS = (0.0, 0.3, 0.5, 0.7, 0.9)

#: Reliabilities of a rating over weeks; ASSUMED, over what such scales may have.
RELIABILITIES = (0.5, 0.6, 0.7, 0.8, 0.9)

#: Mean of those from whom participants were selected, in points below theirs;
#: ASSUMED: no text gives it.
BELOW = (5.0, 10.0, 15.0)

POWERS = (0.8, 0.9)

#: What such a change could be held against, and how it would stand in the tables.
COMPARATORS = (
    ("untreated course", "untreated"),
    ("therapy with as many sessions", "therapy"),
    ("pill placebo", "placebo"),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class DepressionPilot:
    """Tables about one arm without a control; none of them holds a contrast.

    Parameters
    ----------
    change, n
        Mean change in points of `SCALE`, and people.
    baseline_mean, baseline_sd
        At baseline; the SD is that of people selected by a lower bound.
    spread
        One row a reading of the standard error: reading, se, sd, then the exact
        interval of the mean change by t (ci_low, ci_high), and the standardised
        mean change by its own SD with its interval (d, d_low, d_high).
    standardised
        One row a reading and correlation: the change over the baseline SD, with
        r in the variance alone, and the endpoint SD that r implies.
    events
        outcome, timepoint, events, n, low, high (exact), verification, source_id.
    regression
        One row a reliability and mean selected from: points expected by chance
        alone, and the mean that would explain all of the change.
    comparators
        What a source gives for each kind of comparator, or that none does.
    samples
        People needed in each arm of a randomised trial.
    """

    change: float
    n: int
    baseline_mean: float
    baseline_sd: float
    spread: pd.DataFrame
    standardised: pd.DataFrame
    events: pd.DataFrame
    regression: pd.DataFrame
    comparators: pd.DataFrame
    samples: pd.DataFrame


def depression_pilot(evidence: Evidence) -> DepressionPilot:
    """Work out everything that the single arm supports.

    Parameters
    ----------
    evidence
        Checked tables.
    """
    effects = depression_effects(evidence)
    frame = effects.frame
    row = frame[frame["instrument"] == SCALE].iloc[0]
    rows, study = evidence.continuous, str(row["study_id"])
    base = rows[
        (rows["study_id"] == study)
        & (rows["instrument"] == SCALE)
        & (rows["stat"] == "baseline")
    ].iloc[0]
    change, n, sd = float(row["y"]), int(row["n"]), float(base["sd"])
    readings = {
        "printed SE": float(row["se_printed"]),
        "interval, normal": float(row["se_from_ci_z"]),
        "interval, t": float(row["se_from_ci_t"]),
    }
    mean = float(base["mean"])
    return DepressionPilot(
        change=change,
        n=n,
        baseline_mean=mean,
        baseline_sd=sd,
        spread=_spread(change, n, readings),
        standardised=_standardised(change, n, sd, readings),
        events=_events(evidence, study),
        regression=_regression(change, mean),
        comparators=_comparators(evidence),
        samples=_samples(evidence, readings["printed SE"] * np.sqrt(n)),
    )


def _spread(change: float, n: int, readings: Mapping[str, float]) -> pd.DataFrame:
    half = float(stdtrit(n - 1, 0.975))
    made = []
    for name, se in readings.items():
        d, (low, high) = change / se / np.sqrt(n), exact_d(change / se, n)
        ends = (change - half * se, change + half * se)
        made.append((name, se, se * np.sqrt(n), *ends, d, low, high))
    columns = ["reading", "se", "sd", "ci_low", "ci_high", "d", "d_low", "d_high"]
    return pd.DataFrame(made, columns=columns)


def _standardised(
    change: float, n: int, sd: float, readings: Mapping[str, float]
) -> pd.DataFrame:
    made = []
    for name, se in readings.items():
        sd_change = se * np.sqrt(n)
        for r in CORRELATIONS:
            d = change / sd
            se_d = float(np.sqrt(2 * (1 - r) / n + d**2 / (2 * n)))
            made.append((name, r, endpoint_sd(sd, sd_change, r), d, se_d))
    columns = ["reading", "r", "sd_endpoint", "d", "se"]
    return pd.DataFrame(made, columns=columns)


def _events(evidence: Evidence, study: str) -> pd.DataFrame:
    rows = evidence.binary
    rows = rows[(rows["study_id"] == study) & rows["outcome"].isin(EVENTS)]
    rows = rows[rows["events"].notna() & rows["n"].notna()]
    order = {name: at for at, name in enumerate(EVENTS)}
    rows = rows.sort_values("outcome", key=lambda names: names.map(order))
    rows = rows.drop_duplicates(["outcome", "timepoint"])
    exact = proportion_interval(rows["events"].to_numpy(), rows["n"].to_numpy())
    low, high = exact["ci_low"].to_numpy(), exact["ci_high"].to_numpy()
    kept = ["outcome", "timepoint", "events", "n", "verification", "source_id"]
    return rows[kept].assign(low=low, high=high).reset_index(drop=True)


def _regression(change: float, mean: float) -> pd.DataFrame:
    made = [
        (rho, below, -(1 - rho) * below, mean + change / (1 - rho))
        for rho in RELIABILITIES
        for below in BELOW
    ]
    columns = ["reliability", "below", "expected", "mean_that_explains_all"]
    return pd.DataFrame(made, columns=columns)


def _comparators(evidence: Evidence) -> pd.DataFrame:
    table = evidence.benchmarks
    about = table["quantity"] + " " + table["population"]
    about = about[about.str.contains("depress", case=False)]
    made = []
    for name, word in COMPARATORS:
        found = about[about.str.contains(word, case=False)]
        reason = (
            "" if len(found) else "GAP: no change on this scale was found in a text"
        )
        made.append((name, "; ".join(table.loc[found.index, "row_id"]), reason))
    return pd.DataFrame(made, columns=["comparator", "rows", "reason"])


def _samples(evidence: Evidence, sd_change: float) -> pd.DataFrame:
    table = evidence.thresholds
    sizes = table[
        (table["measure"] == "SMD")
        & table["label"].str.contains("depression", case=False)
        & (table["kind"] != "comparator")
    ]
    made = [
        (row["label"], row["source_id"], size, size * sd_change, power, n)
        for row in sizes.to_dict("records")
        for size in (float(row["size"]), 2 * float(row["size"]))
        for power in POWERS
        for n in (people_needed(size, power),)
    ]
    columns = ["label", "source_id", "size", "points", "power", "n_each"]
    return pd.DataFrame(made, columns=columns)
