"""Shares of earlier use as reported, and differences between arms, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.effects.proportion_intervals import proportion_interval
from mdmameta.sensitivity.share_splits import allocations, central

#: The window of earlier use that no text states.
NOT_STATED = "not stated"


def reported_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Return every share that is reported, with an exact interval, and the gaps.

    Parameters
    ----------
    table
        From `checked_shares`; ``window`` is used where there is such a column.

    Returns
    -------
    pandas.DataFrame
        study, arm, role, window, n, n_prior, share, ci_low, ci_high (Clopper and
        Pearson's, NaN without counts), verification; a row a share, and one with
        NaN for a trial without any.

    References
    ----------
    Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404.
    """
    known = table["share"].notna()
    some = known.groupby(table["study"]).transform("any")
    gaps = table[~some].drop_duplicates("study").assign(arm="", role="")
    rows = pd.concat([table[known], gaps]).sort_index().reset_index(drop=True)
    counted = rows["n_prior"].notna() & (rows["n"] > 0)
    limits = pd.DataFrame(np.nan, index=rows.index, columns=["ci_low", "ci_high"])
    if counted.any():
        made = proportion_interval(
            rows.loc[counted, "n_prior"].to_numpy(), rows.loc[counted, "n"].to_numpy()
        )
        limits.loc[counted] = made[["ci_low", "ci_high"]].to_numpy()
    window = rows["window"] if "window" in rows else pd.Series("", index=rows.index)
    said = window.fillna("").astype(str).str.replace("_", " ")
    rows = rows.assign(window=said.where(said != "", NOT_STATED), **limits)
    rows.loc[rows["share"].isna(), "window"] = ""
    columns = ["study", "arm", "role", "window", "n", "n_prior", "share"]
    return rows[[*columns, "ci_low", "ci_high", "verification"]]


def difference_limits(
    xa: int, na: int, xc: int, nc: int
) -> tuple[float, float, float, float]:
    """Return limits of a difference of shares, and what chance alone would give.

    Parameters
    ----------
    xa, na, xc, nc
        People with earlier use and all people in the treated and control arm.

    Returns
    -------
    tuple
        95 % interval of the difference (Newcombe's, from Wilson's), and the range
        of differences in which 95 % of random allocations of these people lie.

    References
    ----------
    Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> [round(x, 3) for x in difference_limits(56, 70, 48, 80)][:2]
    [0.052, 0.334]
    """
    limits = proportion_interval([xa, xc], [na, nc], method="WS")
    (la, lc), (ua, uc) = limits["ci_low"], limits["ci_high"]
    pa, pc = xa / na, xc / nc
    low = pa - pc - np.hypot(pa - la, uc - pc)
    high = pa - pc + np.hypot(ua - pa, pc - lc)
    counts, p = allocations(na + nc, xa + xc, na)
    first, last = central(counts, p)
    least, most = (x / na - (xa + xc - x) / nc for x in (first, last))
    return float(low), float(high), least, most
