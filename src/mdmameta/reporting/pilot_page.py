"""Tables and words of the page on the depression pilot: one arm, no contrast."""

from __future__ import annotations

import pandas as pd

from mdmameta.analyses.depression_pilot import DepressionPilot
from mdmameta.tables import Table, as_table
from mdmameta.tables.labels import VERIFICATION
from mdmameta.tables.numbers import count, effect, interval, number, percent, share

#: Reading of the standard error that a sentence needs one of: as printed.
PRINTED = "printed SE"

#: What a reader calls events whose names are short.
WORDS = {"sae": "serious adverse event"}


def answer(pilot: DepressionPilot) -> str:
    """Give the plain answer in two sentences made from the results."""
    row = _printed(pilot)
    events = pilot.events
    remission = events[events["outcome"] == "remission"].iloc[0]
    ends = f"{number(-row['ci_high'], 1)} to {number(-row['ci_low'], 1)}"
    sizes = pilot.samples.sort_values("size").iloc[0]
    return (
        f"Depression fell by {number(-pilot.change, 1)} points of the MADRS in "
        f"{count(pilot.n)} people who all knew what they had been given (exact "
        f"95% interval {ends}), and {count(remission['events'])} of "
        f"{count(remission['n'])} were in remission, which is compatible with any "
        f"share between {percent(100 * remission['low'])} and "
        f"{percent(100 * remission['high'])}. "
        "Without a control none of this says how much the treatment did: a randomised "
        f"trial would need {count(sizes['n_each'])} people in each arm to find the "
        "smallest difference that a source proposes as important."
    )


def _printed(pilot: DepressionPilot) -> pd.Series:
    return pilot.spread[pilot.spread["reading"] == PRINTED].iloc[0]


def spread_table(pilot: DepressionPilot) -> Table:
    """Print what each reading of the standard error makes of the change."""
    rows = [
        {
            "standard error from": row["reading"],
            "SE": number(row["se"]),
            "SD of the change": number(row["sd"], 1),
            "mean change, points": (
                f"{number(pilot.change, 1)} "
                f"{interval(row['ci_low'], row['ci_high'], 1)}"
            ),
            "in SDs of the change": effect(row["d"], row["d_low"], row["d_high"]),
        }
        for row in pilot.spread.to_dict("records")
    ]
    note = (
        f"Intervals of the mean by t with {pilot.n - 1} degrees of freedom, of the "
        "standardised change by the noncentral t: exact if changes are normal."
    )
    return as_table(pd.DataFrame(rows), align="lrrrr", notes=[note])


def standardised_table(pilot: DepressionPilot) -> Table:
    """Print the change over the baseline SD, with r in its error alone."""
    rows: dict[float, dict[str, str]] = {}
    for row in pilot.standardised.to_dict("records"):
        line = rows.setdefault(
            row["r"],
            {
                "r": number(row["r"], 1),
                "in baseline SDs": number(row["d"]),
                "its SE": number(row["se"]),
            },
        )
        line[f"endpoint SD, {row['reading']}"] = number(row["sd_endpoint"], 1)
    note = (
        f"The baseline SD of {number(pilot.baseline_sd, 1)} is that of people chosen "
        "by a lower bound of severity, so it is too small and the ratio too large. No "
        "r is printed: each one implies the SD at the end that stands beside it. r "
        "changes the error and not the size."
    )
    frame = pd.DataFrame(list(rows.values()))
    return as_table(frame, align="r" * frame.shape[1], notes=[note])


def events_table(pilot: DepressionPilot) -> Table:
    """Print events with their exact intervals."""
    rows = [
        {
            "event": WORDS.get(row["outcome"], str(row["outcome"]).replace("_", " ")),
            "time": row["timepoint"],
            "people": share(row["events"], row["n"]),
            "exact 95% interval, %": interval(100 * row["low"], 100 * row["high"], 0),
            "source": row["source_id"],
            "verification": VERIFICATION.get(row["verification"], row["verification"]),
        }
        for row in pilot.events.to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="llrrll")


def regression_table(pilot: DepressionPilot) -> Table:
    """Print the fall that comes of having chosen people when they were ill."""
    rows: dict[float, dict[str, str]] = {}
    for row in pilot.regression.to_dict("records"):
        key = row["reliability"]
        line = rows.setdefault(key, {"reliability": number(key, 1)})
        mean = pilot.baseline_mean - row["below"]
        line[f"expected, selected from a mean of {number(mean, 1)}"] = number(
            row["expected"], 1
        )
        line["mean that would explain all"] = number(row["mean_that_explains_all"], 1)
    names = [c for c in next(iter(rows.values())) if not c.startswith("mean")]
    frame = pd.DataFrame(list(rows.values()))[[*names, "mean that would explain all"]]
    note = (
        "Assumed: reliability, and the mean of those from whom participants came; no "
        "text gives either. The MADRS begins at 0: a mean below that does not exist."
    )
    return as_table(frame, align="r" * frame.shape[1], notes=[note])


def regression_words(pilot: DepressionPilot) -> str:
    """Say how far regression to the mean goes."""
    part = pilot.regression
    most = -float(part["expected"].min())
    possible = (part["mean_that_explains_all"] >= 0).any()
    return (
        "Over the reliabilities and means assumed, regression to the mean accounts for "
        f"up to {number(most, 1)} of the {number(-pilot.change, 1)} "
        f"points; {'it could' if possible else 'it could not'} account for all of "
        "them by itself. Expectation, time and other care are not in that number."
    )


def comparators_table(pilot: DepressionPilot) -> Table:
    """Print what the change could be held against, and whether a text gives it."""
    frame = pilot.comparators
    rows = [
        {
            "held against": row["comparator"],
            "what is known": row["rows"] or row["reason"].removeprefix("GAP: "),
        }
        for row in frame.to_dict("records")
    ]
    return as_table(pd.DataFrame(rows), align="ll")


def bound_words(pilot: DepressionPilot) -> str:
    """Say which change of a comparator would leave no difference."""
    row = _printed(pilot)
    return (
        "Whatever it is held against: a comparator whose people fall by "
        f"{number(-row['ci_high'], 1)} points or more could do as well as MDMA did: "
        "then this interval does not exclude that there is no difference, even if "
        "the comparator's own change were known without error."
    )


def samples_table(pilot: DepressionPilot) -> Table:
    """Print the people that a randomised trial would need."""
    rows = [
        {
            "difference, SD": number(row["size"]),
            "in points of the MADRS": number(row["points"], 1),
            "power": percent(100 * row["power"]),
            "people in each arm": count(row["n_each"]),
        }
        for row in pilot.samples.to_dict("records")
    ]
    first = pilot.samples.iloc[0]
    note = (
        f"{first['label']} ({first['source_id']}), and twice that. Two-sided t-test at "
        "5%, two equal arms, everybody assessed; points by the SD of the change as "
        "printed."
    )
    return as_table(pd.DataFrame(rows), align="rrrr", notes=[note])
