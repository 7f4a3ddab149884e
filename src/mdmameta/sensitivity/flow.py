"""The flow of participants: checked, by arm, and as fractions missing by trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import (
    check_at_most,
    check_once,
    check_roles,
    checked,
    listed,
    numbers,
    place,
)

COLUMNS = ("study", "arm", "role", "randomised", "assessed")

#: Three different things, each missing where it was not reported by arm.
LOSSES = ("missing", "stopped_treatment", "left_study")


def checked_flow(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of participant flow.

    Parameters
    ----------
    frame
        One row an arm: study, arm, role, randomised, assessed and, when known,
        missing, stopped_treatment, left_study, verification, status (of the
        sources). Missing is taken as randomised less assessed where it is empty.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    SensitivityError
        For missing columns, unknown roles, counts that do not add up, or two rows of
        one arm.
    """
    table = checked("flow", frame, COLUMNS)
    for column in LOSSES:
        if column not in table:
            table[column] = np.nan
    for column in ("verification", "status"):
        if column not in table:
            table[column] = ""
    check_roles("flow", table)
    table = numbers("flow", table, ["randomised", "assessed", *LOSSES])
    for column in ("assessed", *LOSSES):
        check_at_most("flow", table, [column], "randomised")
    rest = table["randomised"] - table["assessed"]
    off = (rest - table["missing"]).abs() > 0
    if off.any():
        row = int(np.flatnonzero(off)[0])
        raise SensitivityError(
            f"{place('flow', table, row)}: missing {table['missing'].iloc[row]:g}, but "
            f"randomised less assessed is {rest.iloc[row]:g}; the counts do not add "
            "up. Correct them, or leave missing empty."
        )
    table["missing"] = table["missing"].fillna(rest)
    check_once("flow", table, table["missing"].notna())
    return table


def fractions_missing(table: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Numbers randomised and fractions missing in both arms of each effect.

    Parameters
    ----------
    table
        From `checked_flow`.
    labels
        Study of each effect, shape (k,).

    Returns
    -------
    pandas.DataFrame
        study, n_active, n_control (randomised), f_active, f_control (fraction
        missing), known; one row an effect. NaN where the flow is not known.
    """
    rows = []
    for label in labels:
        arms = table[(table["study"] == label) & table["missing"].notna()]
        sums = arms.groupby("role")[["randomised", "missing"]].sum()
        both = {"active", "control"} <= set(sums.index)
        if both and (sums["randomised"] > 0).all():
            n, lost = sums.loc[["active", "control"]].to_numpy(dtype=float).T
            rows.append((label, *n, *(lost / n), True))
        else:
            rows.append((label, np.nan, np.nan, np.nan, np.nan, False))
    names = ["study", "n_active", "n_control", "f_active", "f_control", "known"]
    return pd.DataFrame(rows, columns=names)


def flow_table(table: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Flow of the trials analysed by arm, with totals of the arms that report.

    Returns
    -------
    pandas.DataFrame
        study, arm, role, randomised, assessed, missing, stopped_treatment,
        left_study, verification, status, share_missing; then one row of totals a
        role.
    """
    columns = ["study", "arm", "role", "randomised", "assessed", *LOSSES]
    columns += ["verification", "status"]
    used = table[table["study"].isin(labels)][columns]
    complete = used[used["missing"].notna()]
    totals = complete.groupby("role", sort=False)[["randomised", "assessed", "missing"]]
    total = totals.sum().reset_index().assign(study="all with both numbers", arm="")
    both = pd.concat([used, total], ignore_index=True)[columns]
    both = both.fillna({"verification": "derived", "status": ""})
    return both.assign(share_missing=both["missing"] / both["randomised"])


def lost_more(fractions: pd.DataFrame) -> str:
    """Say which arms lost more, from the numbers, or that it is not known."""
    known = fractions[fractions["known"]]
    if known.empty:
        return "No trial reports randomised and assessed by arm."
    lost = [
        float((known[f"f_{arm}"] * known[f"n_{arm}"]).sum())
        for arm in ("active", "control")
    ]
    n = [float(known[f"n_{arm}"].sum()) for arm in ("active", "control")]
    words = (
        f"Without an assessment: {lost[0]:g} of {n[0]:g} randomised to active and "
        f"{lost[1]:g} of {n[1]:g} to control treatment"
    )
    rates = lost[0] / n[0], lost[1] / n[1]
    if rates[0] < rates[1]:
        return f"{words}: controls lost more."
    return (
        f"{words}: the active arms lost {'more' if rates[0] > rates[1] else 'as many'}."
    )


def flow_notes(fractions: pd.DataFrame, unknown_missing: float) -> tuple[str, ...]:
    """State for which trials the numbers missing are not known."""
    unknown = fractions.loc[~fractions["known"], "study"]
    if unknown.empty:
        return ()
    if unknown_missing:
        return (
            f"ASSUMED: {unknown_missing:.0%} missing in both arms of "
            f"{listed(unknown)}, whose numbers randomised or assessed by arm are not "
            "known.",
        )
    return (
        f"Not known by arm how many are missing in {listed(unknown)}: these contrasts "
        "stay as they are in every scenario, as if nobody were missing.",
    )
