"""What is known after the randomised comparison ended: uncontrolled, and kept so."""

from __future__ import annotations

import pandas as pd

from mdmameta.records import Evidence
from mdmameta.records.links import split

#: Value of the column crossover of a time at which arms are no longer randomised.
AFTER = "after"

COLUMNS = ["study", "arm", "instrument", "timepoint", "quantity", "n", "value",
           "spread", "source_id", "verification", "status", "row_id"]  # fmt: skip


def durability(evidence: Evidence, instruments: tuple[str, ...]) -> pd.DataFrame:
    """List scores and changes after crossover; no contrast can be made of them.

    Parameters
    ----------
    evidence
        Checked tables.
    instruments
        Whose scores.

    Returns
    -------
    pandas.DataFrame
        study, arm, instrument, timepoint, quantity (mean, or what a source calls
        its number), n, value, spread (SD, or the interval), source_id,
        verification, status of the worst document, row_id.
    """
    times = evidence.timepoints
    late = set(times.loc[times["crossover"] == AFTER, "timepoint"])
    scores = evidence.continuous
    scores = scores[
        scores["timepoint"].isin(late) & scores["instrument"].isin(instruments)
    ]
    scores = scores[scores["n"].notna()].drop_duplicates(
        ["arm_id", "instrument", "timepoint", "stat"]
    )
    changes = evidence.contrasts
    changes = changes[
        (changes["design"] == "within_arm")
        & changes["timepoint"].isin(late)
        & changes["instrument"].isin(instruments)
    ]
    frames = [_means(scores), _changes(changes)]
    made = pd.concat([one for one in frames if len(one)], ignore_index=True)
    standing = evidence.sources.set_index("source_id")["status"]
    worst: list[str] = [
        next((s for i in split(ids) if (s := str(standing[i])) != "current"), "current")
        for ids in made["source_id"]
    ]
    return made.assign(status=worst).reindex(columns=COLUMNS)


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": rows["study_id"],
            "arm": rows["arm_id"],
            "instrument": rows["instrument"],
            "timepoint": rows["timepoint"],
            "quantity": "mean " + rows["stat"],
            "n": rows["n"],
            "value": rows["mean"],
            "spread": ["" if pd.isna(sd) else f"SD {sd:g}" for sd in rows["sd"]],
            "source_id": rows["source_id"],
            "verification": rows["verification"],
            "row_id": rows["row_id"],
        }
    )


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": rows["study_id"],
            "arm": rows["comparison"],
            "instrument": rows["instrument"],
            "timepoint": rows["timepoint"],
            "quantity": "within-arm " + rows["measure"],
            "n": rows["n_active"],
            "value": rows["estimate"],
            "spread": [
                "" if pd.isna(low) else f"{low:g} to {high:g}"
                for low, high in zip(rows["ci_low"], rows["ci_high"], strict=True)
            ],
            "source_id": rows["source_id"],
            "verification": rows["verification"],
            "row_id": rows["row_id"],
        }
    )
