"""Which trials and times enter a set of contrasts, and which rows may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

from mdmameta.errors import EffectsError
from mdmameta.records import Evidence

#: Periods without a randomised contrast, and why there is none.
NOT_RANDOMISED = {
    "post_crossover": "controls may have had the treatment by then",
    "uncontrolled": "no arm serves as a randomised control",
}

#: Roles of arms that a contrast is made of.
COMPARED = ("active", "medium", "control")

#: "primary", a time that trials share, or study_id -> time for the trials that
#: differ from their primary time.
Timepoint = str | Mapping[str, str]


def selected_studies(
    evidence: Evidence, studies: Sequence[str] | str | None
) -> list[dict[str, object]]:
    """Trials asked for, or every trial that has a control arm.

    Returns
    -------
    list of dict
        Rows of the table of trials, in its order.

    Raises
    ------
    EffectsError
        For a study that is not in the evidence.
    """
    table, arms = evidence.studies, evidence.arms
    known = set(table["study_id"])
    if studies is None:
        wanted = set(arms.loc[arms["role"] == "control", "study_id"])
    else:
        wanted = {studies} if isinstance(studies, str) else set(studies)
    for name in sorted(wanted - known):
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise EffectsError(
            f"study {name!r} is not in the evidence; known: "
            f"{', '.join(sorted(known))}.{hint}"
        )
    chosen = table[table["study_id"].isin(wanted)]
    return [{str(k): v for k, v in row.items()} for row in chosen.to_dict("records")]


def time_of(study: Mapping[str, object], timepoint: Timepoint) -> str:
    """Name the time at which one trial is compared."""
    primary = str(study["primary_timepoint"])
    if isinstance(timepoint, str):
        return primary if timepoint == "primary" else timepoint
    return timepoint.get(str(study["study_id"]), primary)


def alternative_times(evidence: Evidence, question: str) -> dict[str, str]:
    """Return times that may stand in place of the primary ones: study_id -> time.

    Parameters
    ----------
    evidence
        Its table of times names them in the column ``alternative``.
    question
        For which question, such as ``"after_two_sessions"``.
    """
    times = evidence.timepoints
    rows = times[times["alternative"] == question]
    return dict(zip(rows["study_id"], rows["timepoint"], strict=True))


def check_times(timepoint: Timepoint, rows: pd.DataFrame) -> None:
    """Refuse a time that is named for a trial and that the trial does not have.

    Parameters
    ----------
    timepoint
        What was asked for.
    rows
        Rows of results, with study_id and timepoint.

    Raises
    ------
    EffectsError
        Naming the trial and its times.
    """
    if isinstance(timepoint, str):
        return
    for study, time in timepoint.items():
        known = sorted(set(rows.loc[rows["study_id"] == study, "timepoint"]))
        if time not in known:
            near = get_close_matches(time, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise EffectsError(
                f"timepoint {time!r} of {study!r} has no results; that trial's times: "
                f"{', '.join(known) or 'none'}.{hint}"
            )


def rows_where(frame: pd.DataFrame, **cells: object) -> pd.DataFrame:
    """Return the rows whose columns hold what is named, in their order.

    Comparing a few hundred cells one by one is quicker than masks over columns,
    and sets of contrasts ask for a dozen such selections a trial.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["a", "b", "a"], "week": [4, 4, 8]})
    >>> rows_where(frame, arm="a", week=8).index.tolist()
    [2]
    """
    wanted = tuple(cells.values())
    columns = (frame[name].tolist() for name in cells)
    found = enumerate(zip(*columns, strict=True))
    return frame.iloc[[place for place, held in found if held == wanted]]


def compared_arms(evidence: Evidence, study_id: object) -> pd.DataFrame:
    """Arms of one trial that a contrast can be made of."""
    ours = rows_where(evidence.arms, study_id=study_id)
    return ours[ours["role"].isin(COMPARED)]


def randomised_rows(rows: pd.DataFrame, study_id: object, time: str) -> pd.DataFrame:
    """Return the rows of one trial at one time, if its arms are still randomised.

    Raises
    ------
    EffectsError
        When a row at this time is from after crossover or has no control.
    """
    there = rows_where(rows, study_id=study_id, timepoint=time)
    if not NOT_RANDOMISED.keys().isdisjoint(there["period"].tolist()):
        row = there[there["period"].isin(NOT_RANDOMISED)].iloc[0]
        raise EffectsError(
            f"{study_id} at {time!r} is {row['period']} (row {row['row_id']}): "
            f"{NOT_RANDOMISED[row['period']]}, so no contrast exists there. Choose a "
            "blinded time, such as timepoint='primary', or leave the trial out with "
            "studies=."
        )
    return there


def no_trial(what: str, rows: pd.DataFrame, column: str) -> EffectsError:
    """Return the error for a set that no trial can enter.

    Parameters
    ----------
    what
        What was asked for.
    rows
        The rows that may be used.
    column
        Column of the outcome, which stands in one table only.
    """
    if rows.empty:
        table = "continuous.csv" if column == "instrument" else "binary.csv"
        return EffectsError(
            f"k = 0: {table} has no rows that may be used for {what}. Add rows with "
            "an arm_id and preferred = yes, or allow more levels of verification."
        )
    known = ", ".join(sorted({str(x) for x in rows[column]} - {""}))
    times = ", ".join(sorted({str(x) for x in rows["timepoint"]} - {""}))
    return EffectsError(
        f"k = 0: no trial has both arms for {what}. Known values of {column}: {known}; "
        f"times: {times}. Choose among these, or allow more levels of verification."
    )
