"""Shares of experienced participants: checked, by arm, with the unknown bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.errors import SensitivityError
from mdmameta.models.choose import log_choose
from mdmameta.sensitivity.frames import (
    SHARE_TOLERANCE,
    check_at_most,
    check_once,
    check_roles,
    checked,
    listed,
    numbers,
    place,
)
from mdmameta.sensitivity.matching import unverified_note
from mdmameta.sensitivity.share_tables import difference_limits

SAME_SHARE = (
    "ASSUMED: those assessed have the share reported of those randomised or treated."
)

#: Tables whose probabilities differ by less than this, relatively, are as probable:
#: the same number to rounding, as R has it.
TIES = 1e-7

COLUMNS = ("study", "arm", "role", "n", "n_prior", "share")


def checked_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of shares.

    Parameters
    ----------
    frame
        One row an arm, or with an empty arm for a whole trial: study, arm,
        role, n, n_prior, share (0 to 1) and, when known, verification and
        window (of earlier use). The share is taken from the counts where both
        are there.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    SensitivityError
        For missing columns, unknown roles, more experienced people than people,
        shares outside 0–1, a share that its counts do not give, or two rows of
        one arm.
    """
    table = checked("shares", frame, COLUMNS)
    if "verification" not in table:
        table["verification"] = ""
    check_roles("shares", table)
    table = numbers("shares", table, ["n", "n_prior", "share"])
    check_at_most("shares", table, ["n_prior"], "n")
    if (table["share"] > 1).any():
        row = int(np.flatnonzero(table["share"] > 1)[0])
        raise SensitivityError(
            f"{place('shares', table, row)}, column share: found "
            f"{table['share'].iloc[row]:g}; allowed: 0 to 1. Divide percent by 100."
        )
    counted = table["n_prior"] / table["n"].where(table["n"] > 0)
    off = (counted - table["share"]).abs() > SHARE_TOLERANCE
    if off.any():
        row = int(np.flatnonzero(off)[0])
        raise SensitivityError(
            f"{place('shares', table, row)}: share {table['share'].iloc[row]:g}, but "
            f"n_prior / n is {counted.iloc[row]:.3f}. Correct the row."
        )
    table["share"] = counted.fillna(table["share"])
    table["whole"] = table["arm"].isna() | (table["arm"].astype(str) == "")
    check_once("shares", table, table["share"].notna())
    return table


def shares_by_study(table: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Share of experienced participants of both arms of each effect.

    Parameters
    ----------
    table
        From `checked_shares`.
    labels
        Study of each effect, shape (k,).

    Returns
    -------
    pandas.DataFrame
        study, share_active, share_control, basis (arms, trial, unknown),
        verification; one row an effect. A trial with only a total share has it
        in both arms.
    """
    rows = [(label, *_pair(table[table["study"] == label])) for label in labels]
    names = ["study", "share_active", "share_control", "basis", "verification"]
    return pd.DataFrame(rows, columns=names)


def _pair(rows: pd.DataFrame) -> tuple[float, float, str, str]:
    known = rows[rows["share"].notna()]
    arms = known[~known["whole"]]
    active, control = (arms[arms["role"] == role] for role in ("active", "control"))
    if len(active) and len(control):
        levels = {*active["verification"], *control["verification"]}
        return _pooled(active), _pooled(control), "arms", ", ".join(sorted(levels))
    total = known[known["whole"]]
    if len(total):
        first = total.iloc[0]
        return first["share"], first["share"], "trial", str(first["verification"])
    return np.nan, np.nan, "unknown", ""


def _pooled(rows: pd.DataFrame) -> float:
    if len(rows) == 1 or rows["n"].isna().any():
        return float(rows["share"].iloc[0])
    return float(np.average(rows["share"], weights=rows["n"]))


def imbalance_table(table: pd.DataFrame) -> pd.DataFrame:
    """Difference in earlier use between arms, with Fisher's exact test.

    A p-value here asks whether chance under randomisation could give the
    difference; a large one does not make the difference harmless.

    Returns
    -------
    pandas.DataFrame
        study, n_prior and n of both arms, share of both, difference with its
        interval, range of differences by chance (see `difference_limits`),
        p_value, verification; one row a trial with counts in both arms.
    """
    rows = []
    known = table[~table["whole"] & table["n_prior"].notna() & table["n"].notna()]
    for study, arms in known.groupby("study", sort=False):
        sums = arms.groupby("role")[["n_prior", "n"]].sum()
        if not {"active", "control"} <= set(sums.index):
            continue
        (xa, na), (xc, nc) = sums.loc[["active", "control"]].to_numpy(dtype=float)
        p = fisher_test(int(xa), int(na), int(xc), int(nc))
        levels = ", ".join(sorted(set(arms["verification"].astype(str))))
        shares = (xa / na, xc / nc, xa / na - xc / nc)
        limits = difference_limits(int(xa), int(na), int(xc), int(nc))
        rows.append((study, xa, na, xc, nc, *shares, *limits, p, levels))
    columns = ["study", "n_prior_active", "n_active", "n_prior_control", "n_control"]
    columns += ["share_active", "share_control", "difference", "ci_low", "ci_high"]
    columns += ["chance_low", "chance_high", "p_value", "verification"]
    return pd.DataFrame(rows, columns=columns)


def fisher_test(xa: int, na: int, xc: int, nc: int) -> float:
    """Return the two-sided p-value of Fisher's exact test of two counts.

    Every table with the same margins that is no more probable than the one
    observed counts as extreme. Written out, because `scipy.stats` takes longer
    to import than all tests of all trials.

    Parameters
    ----------
    xa, na, xc, nc
        Events and people in two arms.

    Examples
    --------
    >>> round(fisher_test(8, 10, 1, 10), 4)
    0.0055
    """
    events = xa + xc
    x = np.arange(max(0, events - nc), min(events, na) + 1)
    log_p = log_choose(na, x) + log_choose(nc, events - x)
    p = np.exp(log_p - log_choose(na + nc, np.array([events])))
    observed = p[xa - x[0]]
    return float(min(1.0, p[p <= observed * (1 + TIES)].sum()))


def share_notes(
    table: pd.DataFrame, shares: pd.DataFrame, missing: tuple[float, float]
) -> tuple[str, ...]:
    """Say which trials report shares by arm, as a total, or not at all."""
    notes = [*unverified_note("shares", table[table["share"].notna()]), SAME_SHARE]
    total = shares.loc[shares["basis"] == "trial", "study"]
    unknown = shares.loc[shares["basis"] == "unknown", "study"]
    if len(total):
        notes.append(
            "ASSUMED: the same share in both arms where only the trial's total is "
            f"known: {listed(total)}."
        )
    if len(unknown):
        notes.append(
            f"No share is known for {listed(unknown)}: analysed twice, with "
            f"{missing[0]:.0%} and with {missing[1]:.0%} experienced in both arms."
        )
    return tuple(notes)


def filled_shares(
    shares: pd.DataFrame, missing: tuple[float, float]
) -> dict[str, pd.DataFrame]:
    """Make a table for each end of the range of the unknown shares.

    Returns
    -------
    dict
        "known" alone when no share is missing, else "low" and "high".
    """
    unknown = shares["basis"] == "unknown"
    if not unknown.any():
        return {"known": shares}
    columns = ["share_active", "share_control"]
    filled = {}
    for name, value in zip(("low", "high"), missing, strict=True):
        table = shares.copy()
        table.loc[unknown, columns] = value
        filled[name] = table
    return filled
