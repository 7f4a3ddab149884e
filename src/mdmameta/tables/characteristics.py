"""Who took part, what was measured, and how trials were judged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.records import Evidence
from mdmameta.tables.evidence import CODES, picked
from mdmameta.tables.numbers import GAP, count, number, percent, typeset
from mdmameta.tables.printable import Table, as_table

#: Columns of judgements in the order of RoB 2, and their headings.
DOMAINS = {
    "randomisation": "randomisation",
    "deviations": "deviations",
    "missing_data": "missing data",
    "measurement": "measurement",
    "reporting": "reporting",
    "overall": "overall",
}


def populations_table(
    evidence: Evidence, studies: Sequence[str] | None = None
) -> Table:
    """Print whom each trial studied, and under which conditions.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of trials, in the order wanted; all by default.

    Returns
    -------
    Table
        A dash is a number that no text gave.

    Raises
    ------
    OptionError
        For an unknown trial.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = populations_table(load_evidence("data/raw"), ["MAPP1"])
    >>> table.frame.loc[0, ["trial", "women"]].tolist()
    ['Mitchell 2021', '66%']
    """
    rows = picked(evidence.studies, studies)
    ages = zip(rows["age_mean"], rows["age_sd"], strict=True)
    frame = pd.DataFrame(
        {
            "trial": rows["label"],
            "country": rows["country"],
            "participants": rows["population"].map(typeset),
            "age, mean (SD)": [_mean(*age) for age in ages],
            "women": [percent(x) for x in rows["pct_female"]],
            "blinding": [CODES.get(code, code) for code in rows["blinding"]],
            "blinded sessions": [count(n) for n in rows["sessions_blinded"]],
        }
    )
    note = "Women: percent of participants. Blinding as planned, not as it held."
    return as_table(frame, align="lllrrlr", notes=(note,))


def outcomes_table(evidence: Evidence, studies: Sequence[str] | None = None) -> Table:
    """Print what each trial measured, when, and how many numbers are on record.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of trials, in the order wanted; all by default.

    Returns
    -------
    Table
        One row a trial and instrument or event.

    Raises
    ------
    OptionError
        For an unknown trial.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> table = outcomes_table(load_evidence("data/raw"), ["MAPP1"])
    >>> table.frame.loc[0, "better"]
    'lower'
    """
    scores = evidence.continuous[["study_id", "instrument", "timepoint"]]
    events = evidence.binary[["study_id", "outcome", "timepoint"]]
    events = events.rename(columns={"outcome": "instrument"})
    names = evidence.studies.set_index("study_id")["label"]
    known = {row["instrument"]: row for row in evidence.instruments.to_dict("records")}
    rows = []
    all_rows = picked(pd.concat([scores, events], ignore_index=True), studies)
    for (study, code), part in all_rows.groupby(["study_id", "instrument"], sort=False):
        about = known.get(code, {})
        rows.append(
            {
                "trial": names.get(study, study),
                "measured": about.get("label") or code,
                "kind": about.get("kind", ""),
                "rated by": about.get("rater", ""),
                "better": about.get("direction", ""),
                "times": "; ".join(dict.fromkeys(part["timepoint"])),
                "rows": count(len(part)),
            }
        )
    columns = ["trial", "measured", "kind", "rated by", "better", "times", "rows"]
    return as_table(pd.DataFrame(rows, columns=columns), align="llllllr")


def risk_of_bias_table(
    evidence: Evidence, studies: Sequence[str] | None = None
) -> Table:
    """Print how trials were judged, by whom, and with which tool.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of trials, in the order wanted; all that were judged by default.

    Returns
    -------
    Table
        Notes on the judgements, such as those of other teams, stand below.

    Raises
    ------
    OptionError
        For an unknown trial.

    Examples
    --------
    >>> from mdmameta import load_evidence
    >>> risk_of_bias_table(load_evidence("data/raw"), ["MP1"]).frame.loc[0, "overall"]
    'Some concerns'
    """
    rows = picked(evidence.risk_of_bias, studies)
    names = evidence.studies.set_index("study_id")["label"]
    frame = pd.DataFrame(
        {
            "trial": rows["study_id"].map(names),
            "judged by": rows["rater"] + ", " + rows["tool"],
            **{heading: rows[name] for name, heading in DOMAINS.items()},
            "source": rows["source_id"],
        }
    )
    notes = [note for note in dict.fromkeys(rows["note"]) if note]
    return as_table(frame, align="l" * frame.shape[1], notes=notes)


def _mean(mean: float, sd: float) -> str:
    if pd.isna(mean):
        return GAP
    return number(mean, 1) + ("" if pd.isna(sd) else f" ({number(sd, 1)})")
