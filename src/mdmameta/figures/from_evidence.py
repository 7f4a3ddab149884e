"""Frames for figures of time, from the tables of the evidence."""

from __future__ import annotations

import pandas as pd

from mdmameta.errors import OptionError
from mdmameta.records import Evidence

#: Standings of a document that are events.
_EVENTS = ("retracted", "corrected")


def timeline_events(evidence: Evidence) -> pd.DataFrame:
    """Return reports of trials, acts of regulators, and what befell documents.

    Parameters
    ----------
    evidence
        Checked tables.

    Returns
    -------
    DataFrame
        ``date`` (as exact as the tables have it, empty where they have none),
        ``label``, ``kind`` and ``row_id``, for `timeline`.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> events = timeline_events(load_evidence("data/raw"))
    >>> events.loc[events["date"] == "2023-02-03", "kind"].tolist()
    ['decision']
    """
    trials, acts, sources = evidence.studies, evidence.regulators, evidence.sources
    told = sources[sources["status"].isin(_EVENTS)]
    reports = pd.DataFrame(
        {
            "date": [f"{year:.0f}" if year == year else "" for year in trials["year"]],
            "label": _without_years(trials),
            "kind": "trial report",
            "row_id": trials["row_id"],
        }
    )
    regulators = pd.DataFrame(
        {
            "date": acts["date"],
            "label": acts["body"] + ": " + acts["statement"] + _votes(acts),
            "kind": acts["kind"],
            "row_id": acts["row_id"],
        }
    )
    documents = pd.DataFrame(
        {
            "date": told["status_date"],
            "label": told["title"].where(told["title"] != "", told["citation"]),
            "kind": told["status"],
            "row_id": told["source_id"],
        }
    )
    documents["label"] = told["status"].str.capitalize() + ": " + documents["label"]
    return pd.concat([reports, regulators, documents], ignore_index=True)


def _without_years(trials: pd.DataFrame) -> list[str]:
    """Names of trials; the year of a report stands beside it already."""
    return [
        str(label).removesuffix(f" {year:.0f}")
        for label, year in zip(trials["label"], trials["year"], strict=True)
    ]


def _votes(acts: pd.DataFrame) -> pd.Series[str]:
    counted = acts["votes_yes"].notna() & acts["votes_no"].notna()
    words = [
        f" ({yes:.0f} yes, {no:.0f} no)" if known else ""
        for known, yes, no in zip(
            counted, acts["votes_yes"], acts["votes_no"], strict=True
        )
    ]
    return pd.Series(words, index=acts.index)


def score_course(evidence: Evidence, instrument: str) -> pd.DataFrame:
    """Return the means of an instrument over time, and whether they are controlled.

    Parameters
    ----------
    evidence
        Checked tables.
    instrument
        Name of the instrument.

    Returns
    -------
    DataFrame
        Preferred rows of baselines and endpoints, of arms and of whole trials, with
        the columns that `durability` needs and ``row_id``. Controlled are time
        points that the tables place before any crossover.

    Raises
    ------
    OptionError
        For an instrument without means.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> course = score_course(load_evidence("data/raw"), "CAPS-5")
    >>> course.loc[~course["controlled"], "mean"].tolist()
    []
    """
    arms = evidence.continuous.merge(
        evidence.arms[["arm_id", "role"]], on="arm_id", how="left"
    )
    arms = arms[arms["preferred"] == "yes"].rename(columns={"arm_id": "arm"})
    whole = evidence.totals.assign(arm="", role="")
    rows = pd.concat([arms, whole], ignore_index=True)
    rows = rows[(rows["instrument"] == instrument) & rows["stat"].isin(_SCORES)]
    if rows.empty:
        there = sorted(set(evidence.continuous["instrument"]))
        raise OptionError(
            f"instrument={instrument!r} has no means; there are: {', '.join(there)}."
        )
    times = evidence.timepoints[["study_id", "timepoint", "weeks", "crossover"]]
    rows = rows.drop(columns="weeks").merge(
        times, on=["study_id", "timepoint"], how="left"
    )
    rows["controlled"] = rows["crossover"] == "before"
    rows = rows.rename(columns={"study_id": "study"})
    kept = ["study", "arm", "role", "weeks", "mean", "sd", "n", "controlled", "row_id"]
    return rows[kept].reset_index(drop=True)


_SCORES = ("baseline", "endpoint")
