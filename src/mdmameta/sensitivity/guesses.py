"""Guesses of allocation: checked, and made from percentages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import (
    check_at_most,
    check_once,
    check_roles,
    checked,
    numbers,
)

MissingU = Mapping[str, tuple[float, float]]

COLUMNS = ("study", "arm", "role", "n_asked", "n_guess_active", "n_guess_control")

#: Mean and SD of u where nobody was asked, by control type. ASSUMPTIONS, not
#: evidence: an inactive placebo is likely to be found out, a low dose less
#: so; two SD on either side hold nearly everything from no change in belief
#: (or hardly any) to complete unblinding.
DEFAULT_MISSING_U: MissingU = {"inactive": (0.6, 0.25), "low_dose": (0.4, 0.25)}


def checked_guesses(frame: pd.DataFrame, name: str = "guesses") -> pd.DataFrame:
    """Check a frame of guesses and mark the rows that have counts.

    Parameters
    ----------
    frame
        One row an arm: study, arm, role (active, control, medium), n_asked,
        n_guess_active, n_guess_control and, when known, n_unsure, control_type,
        verification. Missing stays missing: a row without counts is kept and
        not used. Where n_unsure is missing it is the rest of those asked.
    name
        The argument as the caller wrote it.

    Returns
    -------
    pandas.DataFrame
        With a column ``counted``.

    Raises
    ------
    SensitivityError
        For missing columns, unknown roles, counts that do not add up, or two
        counted rows of one arm.
    """
    table = checked(name, frame, COLUMNS)
    for column, empty in (
        ("n_unsure", np.nan),
        ("control_type", ""),
        ("verification", ""),
    ):
        if column not in table:
            table[column] = empty
    check_roles(name, table)
    counts = ["n_asked", "n_guess_active", "n_guess_control", "n_unsure"]
    table = numbers(name, table, counts)
    check_at_most(name, table, counts[1:], "n_asked")
    rest = table["n_asked"] - table[counts[1:3]].sum(axis=1, min_count=2)
    table["n_unsure"] = table["n_unsure"].fillna(rest)
    whole = table[counts].notna().all(axis=1) & (table["n_asked"] > 0)
    table["counted"] = whole & table["role"].isin(["active", "control", "medium"])
    _check_sums(name, table)
    check_once(name, table, table["counted"])
    return table


def by_respondent(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part what participants guessed from what others did.

    Parameters
    ----------
    frame
        Of guesses; without a column ``respondent`` all are participants'.

    Returns
    -------
    tuple
        Rows of participants, and of others such as therapists or raters.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"study": ["A", "A"], "respondent": ["participant", "rater"]})
    >>> [len(part) for part in by_respondent(frame)]
    [1, 1]
    """
    if not isinstance(frame, pd.DataFrame) or "respondent" not in frame:
        return frame, pd.DataFrame(columns=["respondent"])
    own = frame["respondent"].isna() | frame["respondent"].isin(["", "participant"])
    return frame[own], frame[~own]


def _check_sums(name: str, table: pd.DataFrame) -> None:
    parts = table[["n_guess_active", "n_guess_control", "n_unsure"]].sum(axis=1)
    off = table["counted"] & ~np.isclose(parts, table["n_asked"])
    if off.any():
        row = table[off].iloc[0]
        raise SensitivityError(
            f"{name}, study {row['study']}, arm {row['arm']}: guesses and unsure sum "
            f"to {parts[off].iloc[0]:g}, n_asked is {row['n_asked']:g}; the counts do "
            "not add up. Correct them, or leave n_unsure empty to take the rest."
        )


def guesses_from_percentages(
    pct_active: float,
    pct_control: float,
    n_active: int,
    n_control: int,
    unsure: float,
    *,
    study: str = "1",
    control_type: str = "",
) -> pd.DataFrame:
    """Make the counts that reported percentages of right guesses would mean.

    Parameters
    ----------
    pct_active, pct_control
        Percent of each arm who named their arm rightly.
    n_active, n_control
        People asked, assumed.
    unsure
        Share of those asked, 0 to 1, assumed to have been unsure, in both arms;
        the rest guessed wrong.
    study, control_type
        Of the trial that the percentages are taken to describe.

    Returns
    -------
    pandas.DataFrame
        Two rows of a frame of guesses, counts rounded, verification ``assumed``.

    Raises
    ------
    SensitivityError
        For a percentage outside 0–100, a share outside 0–1, no people, or
        right and unsure guesses that exceed all.

    Examples
    --------
    >>> frame = guesses_from_percentages(90, 75, 50, 40, 0.05)
    >>> frame[["role", "n_guess_active", "n_guess_control", "n_unsure"]]
          role  n_guess_active  n_guess_control  n_unsure
    0   active            45.0              3.0       2.0
    1  control             8.0             30.0       2.0
    """
    if not 0 <= unsure <= 1:
        raise SensitivityError(f"unsure is {unsure:g}; give a share from 0 to 1.")
    rows = []
    for role, pct, n in (
        ("active", pct_active, n_active),
        ("control", pct_control, n_control),
    ):
        right, wrong, not_sure = _split(role, pct, n, unsure)
        toward = (right, wrong) if role == "active" else (wrong, right)
        rows.append((study, role, role, control_type, n, *toward, not_sure, pct))
    names = ["study", "arm", "role", "control_type", "n_asked"]
    names += ["n_guess_active", "n_guess_control", "n_unsure", "pct_correct"]
    return pd.DataFrame(rows, columns=names).assign(verification="assumed")


def _split(role: str, pct: float, n: int, unsure: float) -> tuple[float, float, float]:
    if not (0 <= pct <= 100 and n >= 1):
        raise SensitivityError(
            f"pct_{role} is {pct:g} of n_{role} = {n}; give 0 to 100 percent of at "
            "least one person."
        )
    if pct / 100 + unsure > 1:
        raise SensitivityError(
            f"pct_{role} = {pct:g} and unsure = {unsure:g} are more than everybody "
            "asked; lower the share unsure."
        )
    right = float(round(n * pct / 100))
    not_sure = min(float(round(n * unsure)), n - right)
    return right, n - right - not_sure, not_sure
