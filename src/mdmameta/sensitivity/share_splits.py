"""What the shares of both arms can be when only a total, or nothing, is known."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.choose import log_choose
from mdmameta.options import check_option

#: How the people of a known total may be spread over the arms.
Split = Literal["same", "chance", "any"]


def split_frame(
    effects: Effects, table: pd.DataFrame, by_study: pd.DataFrame
) -> pd.DataFrame:
    """Return what is known of the people behind each effect's shares.

    Parameters
    ----------
    effects
        Contrasts; their columns n1 and n2, where there are any, say how a total
        number of people divides into arms. Otherwise halves are taken.
    table, by_study
        From `checked_shares` and `shares_by_study`.

    Returns
    -------
    pandas.DataFrame
        by_study with n_total, n_prior and n_active; NaN where not counted.
    """
    whole = table[table["whole"] & table["share"].notna()].drop_duplicates("study")
    counts = whole.set_index("study")[["n", "n_prior"]]
    found = counts.reindex(by_study["study"]).reset_index(drop=True)
    total = found["n"].to_numpy(dtype=float)
    part = np.full(len(by_study), 0.5)
    if {"n1", "n2"} <= set(effects.frame):
        n1, n2 = (effects.frame[c].to_numpy(dtype=float) for c in ("n1", "n2"))
        part = np.where(np.isfinite(n1 / (n1 + n2)), n1 / (n1 + n2), 0.5)
    counted = (by_study["basis"] == "trial").to_numpy()
    return by_study.assign(
        n_total=np.where(counted, total, np.nan),
        n_prior=np.where(counted, found["n_prior"].to_numpy(dtype=float), np.nan),
        n_active=np.where(counted, np.round(total * part), np.nan),
    )


def allocations(n_total: int, n_prior: int, n_active: int) -> tuple[FloatArray, ...]:
    """Return what chance makes of a total: counts in the treated arm, probability.

    Under randomisation the number of experienced people in the treated arm is
    hypergeometric, whatever earlier use does to outcomes.

    Parameters
    ----------
    n_total, n_prior, n_active
        People, those of them with earlier use, and people in the treated arm.

    Returns
    -------
    tuple of arrays
        Possible counts and their probabilities.

    Examples
    --------
    >>> x, p = allocations(4, 2, 2)
    >>> x.tolist(), p.round(3).tolist()
    ([0.0, 1.0, 2.0], [0.167, 0.667, 0.167])
    """
    fewest = max(0, n_prior - (n_total - n_active))
    x = np.arange(fewest, min(n_prior, n_active) + 1, dtype=float)
    rest = n_total - n_prior
    log_p = log_choose(n_prior, x) + log_choose(rest, n_active - x)
    p = np.exp(log_p - log_p.max())
    return x, p / p.sum()


def central(x: FloatArray, p: FloatArray, level: float = 0.95) -> tuple[float, float]:
    """Return the central range of a discrete distribution, at least ``level``.

    Examples
    --------
    >>> central(np.arange(3.0), np.array([0.01, 0.98, 0.01]))
    (1.0, 1.0)
    """
    tail, below = (1 - level) / 2, np.cumsum(p)
    low = x[np.flatnonzero(below > tail * (1 + 1e-9))[0]]
    high = x[np.flatnonzero(below >= (1 - tail) * (1 - 1e-9))[0]]
    return float(low), float(high)


def share_corners(
    row: pd.Series, split: Split, missing: tuple[float, float]
) -> FloatArray:
    """Return the corners of what the pair of shares of one effect can be.

    Parameters
    ----------
    row
        Of `split_frame`.
    split
        "same": equal shares in both arms where the arms are not known; "chance":
        a total is spread as randomisation does it in 95 of 100 trials; "any":
        every spread that the total allows, and any pair where nothing is known.
    missing
        Range of a share that is not known.

    Returns
    -------
    array of shape (corners, 2)
        Share in the treated and in the control arm.
    """
    check_option("split", split, Split)
    pair = np.array([[row["share_active"], row["share_control"]]], dtype=float)
    if row["basis"] == "arms":
        return pair
    low, high = missing
    if row["basis"] == "unknown":
        both = [(low, low), (high, high)]
        crossed = [(low, high), (high, low)] if split == "any" else []
        return np.array(both + crossed)
    if split == "same" or not np.isfinite([row["n_prior"], row["n_active"]]).all():
        return pair
    n, m, a = (int(row[c]) for c in ("n_total", "n_prior", "n_active"))
    if a in (0, n):
        return pair
    x, p = allocations(n, m, a)
    ends = np.array(central(x, p) if split == "chance" else (x[0], x[-1]))
    return np.column_stack([ends / a, (m - ends) / (n - a)])
