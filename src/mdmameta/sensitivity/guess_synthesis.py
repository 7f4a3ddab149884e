"""Shares who believe to be on active treatment, pooled over arms by their counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv, expit, logit

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import BinomialNormal
from mdmameta.sensitivity.guesses import checked_guesses

#: A binomial-normal model needs arms of two trials to know of differences.
NEEDED = 2


def guess_synthesis(guesses: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Pool the share of each kind of arm who believe to be on active treatment.

    The counts enter a binomial likelihood with normal log odds between arms, so
    that no constant is added; one arm alone has its exact interval.

    Parameters
    ----------
    guesses
        See `checked_guesses`; arms by ``role`` and ``control_type``.
    level
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        role, control_type, arms, n_believe, n_asked, share, ci_low, ci_high,
        tau (SD of log odds between arms), method, verification. Kinds of arms of
        which none was asked have a row with zero arms.

    References
    ----------
    Hamza, van Houwelingen and Stijnen 2008, doi:10.1016/j.jclinepi.2007.03.016;
    Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "study": ["A", "A"], "arm": ["t", "c"], "role": ["active", "control"],
    ...     "n_asked": [10, 10], "n_guess_active": [9, 3],
    ...     "n_guess_control": [1, 7], "control_type": ["inactive"] * 2})
    >>> guess_synthesis(frame)[["role", "share", "ci_low", "ci_high"]].round(2)
          role  share  ci_low  ci_high
    0   active    0.9    0.55     1.00
    1  control    0.3    0.07     0.65
    """
    table = guesses if "counted" in guesses else checked_guesses(guesses)
    kinds = table[table["role"].isin(["active", "control", "medium"])]
    rows = [
        _row(str(role), str(control), arms, level)
        for (role, control), arms in kinds.fillna({"control_type": ""}).groupby(
            ["role", "control_type"], sort=True
        )
    ]
    return pd.DataFrame(rows)


def exact_share(x: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Clopper–Pearson interval of a share.

    Examples
    --------
    >>> [round(end, 3) for end in exact_share(0, 10)]
    [0.0, 0.308]
    """
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    return low, high


def _row(role: str, control: str, arms: pd.DataFrame, level: float) -> dict[str, Any]:
    asked = arms[arms["counted"]]
    x, n = float(asked["n_guess_active"].sum()), float(asked["n_asked"].sum())
    row: dict[str, Any] = {"role": role, "control_type": control, "arms": len(asked)}
    row |= {"n_believe": x, "n_asked": n, "share": np.nan, "ci_low": np.nan}
    row |= {"ci_high": np.nan, "tau": np.nan, "method": "nobody asked"}
    if len(asked):
        row["share"] = x / n
        row["ci_low"], row["ci_high"] = exact_share(x, n, level)
        row["method"] = "exact, one arm" if len(asked) < NEEDED else "exact, arms added"
    if len(asked) >= NEEDED and 0 < x < n:
        row |= _pooled(asked, level)
    levels = sorted(set(asked["verification"].astype(str)))
    return row | {"verification": ", ".join(levels)}


def _pooled(asked: pd.DataFrame, level: float) -> dict[str, Any]:
    x, n = (asked[c].to_numpy(dtype=float) for c in ("n_guess_active", "n_asked"))
    effects = Effects.from_arrays(
        y=logit((x + 0.5) / (n + 1)),
        v=1 / (x + 0.5) + 1 / (n - x + 0.5),
        study=[str(study) for study in asked["study"]],
        moderators={"xi": list(x), "ni": list(n)},
        measure="PLO",
    )
    fit = BinomialNormal(measure="PLO", level=level).fit(effects)
    e = fit.estimate
    share, low, high = (float(expit(end)) for end in (e.value, e.ci_low, e.ci_high))
    return {
        "share": share,
        "ci_low": low,
        "ci_high": high,
        "tau": float(np.sqrt(fit.heterogeneity.tau2)),
        "method": "binomial-normal",
    }
