"""Columns that several tables have in common."""

from __future__ import annotations

from mdmameta.schema.column import VERIFICATION, Column

__all__ = [
    "ARM",
    "COMPUTED",
    "COMPUTED_FROM",
    "DATE",
    "DATE_FORM",
    "NOTE",
    "PERIOD",
    "PREFERRED",
    "ROW",
    "SCOPE",
    "STUDY",
    "TIMEPOINT",
    "concern",
    "provenance",
]

#: A day, a month or a year.
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
DATE_FORM = "YYYY-MM-DD, YYYY-MM or YYYY"

STUDY = Column(
    name="study_id", meaning="Trial.", required=True, refers="studies.study_id"
)
ARM = Column(
    name="arm_id",
    meaning="Arm; empty where the row speaks of no single arm (see scope).",
    refers="arms.arm_id",
)
TIMEPOINT = Column(
    name="timepoint",
    meaning="Time of the assessment as a plain label that trials share.",
    required=True,
)
PERIOD = Column(
    name="period",
    meaning=(
        "Whether arms can be compared: blinded is randomised and blinded, the "
        "others are not."
    ),
    allowed=("baseline", "blinded", "post_crossover", "uncontrolled"),
    default="blinded",
)
SCOPE = Column(
    name="scope",
    meaning="What the row speaks of: one arm, one whole trial, or several trials.",
    allowed=("arm", "study", "pooled"),
    default="arm",
)
PREFERRED = Column(
    name="preferred",
    meaning="No: the row conflicts with another and is kept for the record (see note).",
    allowed=("yes", "no"),
    default="yes",
)
ROW = Column(
    name="row_id",
    meaning="Name of the row, unique over all tables and never reused.",
    pattern=r"[A-Za-z0-9_.\-]+",
    form="letters, digits, '_', '-' and '.'",
)
COMPUTED = Column(
    name="derived_columns",
    meaning="Columns of this row that were computed, not read; the note says how.",
    many=True,
)
COMPUTED_FROM = Column(
    name="derived_from",
    meaning="Names of the rows that derived_columns were computed from.",
    many=True,
)
NOTE = Column(name="note", meaning="What a careful reader should know.")


def concern(about: str) -> tuple[Column, Column, Column]:
    """Return the columns of a dated concern about the conduct of something.

    Parameters
    ----------
    about
        What the concern is about, as words.

    Examples
    --------
    >>> [column.name for column in concern("the trial")]
    ['concern', 'concern_date', 'concern_source_id']
    """
    return (
        Column(name="concern", meaning=f"Concern about the conduct of {about}."),
        Column(
            name="concern_date",
            meaning="Since when the concern is public.",
            pattern=DATE,
            form=DATE_FORM,
        ),
        Column(
            name="concern_source_id",
            meaning="Documents that say so, separated by ';'.",
            refers="sources.source_id",
            many=True,
        ),
    )


def provenance(*, required: bool = True) -> tuple[Column, Column, Column]:
    """Return the columns that say where a row was read, and how well.

    Examples
    --------
    >>> [column.name for column in provenance()]
    ['source_id', 'locator', 'verification']
    """
    return (
        Column(
            name="source_id",
            meaning="Documents in which the row was read, separated by ';'.",
            required=required,
            refers="sources.source_id",
            many=True,
        ),
        Column(
            name="locator",
            meaning="Where in the document: table, page, paragraph.",
            required=required,
        ),
        Column(
            name="verification",
            meaning=(
                "two_texts: read in two independent texts; text: in one; secondary: "
                "taken from the extraction of another team; derived: computed from "
                "other rows; unverified: a lead without a text."
            ),
            required=required,
            allowed=VERIFICATION,
        ),
    )
