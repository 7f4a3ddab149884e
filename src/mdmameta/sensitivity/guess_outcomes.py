"""Szigeti's curve: the contrast as the rate of right guesses changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from mdmameta.arrays import FloatArray
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import checked

COLUMNS = ("study", "role", "guess", "n", "mean", "sd")

#: Rates of right guesses; 0.5 is what perfect blinding gives.
RATES: tuple[float, ...] = tuple(float(x) for x in np.round(np.arange(0, 1.01, 0.1), 2))

#: Why there is no curve without such a table.
NOT_POSSIBLE = (
    "The curve of the contrast against the rate of right guesses needs outcomes by arm "
    "and guess. No text gives them for these trials, so it is not possible here."
)

_STRATA = [
    (role, guess) for role in ("active", "control") for guess in ("active", "control")
]


def correct_guess_curve(
    outcomes: pd.DataFrame,
    *,
    rates: Sequence[float] = RATES,
    level: float = 0.95,
) -> pd.DataFrame:
    """Contrast of a trial if a share c of each arm had guessed rightly.

    Δ(c) = c (m_AA − m_CC) + (1 − c) (m_AC − m_CA), with m the mean outcome by arm
    and then guess; c = 0.5 is a blind trial. This is the expectation of Szigeti's
    resampled curve, with its sampling error instead of a kernel density's. It takes
    the guess for a cause of the outcome: where improvement made people guess right,
    it removes true effect, so it is a bound like every other here.

    Parameters
    ----------
    outcomes
        study, role (active, control), guess (active, control), n, mean, sd: one
        row a stratum; each needs two people. Those unsure are left out.
    rates
        Values of c, 0 to 1.
    level
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        study, rate, difference, se, df (Welch–Satterthwaite), ci_low, ci_high.

    Raises
    ------
    SensitivityError
        For missing columns or strata, rates outside 0–1, or fewer than two people.

    References
    ----------
    Szigeti et al. 2023, doi:10.1038/s41598-023-34938-7.

    Examples
    --------
    >>> outcomes = pd.DataFrame({"study": ["A"] * 4,
    ...     "role": ["active", "active", "control", "control"],
    ...     "guess": ["active", "control"] * 2, "n": [40, 10, 10, 40],
    ...     "mean": [-12, -6, -8, -4], "sd": [8.0] * 4})
    >>> correct_guess_curve(outcomes, rates=[0.5, 0.8])["difference"].round(1).tolist()
    [-3.0, -6.0]
    """
    table = checked("outcomes", outcomes, COLUMNS)
    c = np.asarray(rates, dtype=float)
    if not ((c >= 0) & (c <= 1)).all():
        raise SensitivityError(f"rates are {list(rates)}; give shares from 0 to 1.")
    frames = [
        _curve(str(study), rows, c, level)
        for study, rows in table.groupby("study", sort=False)
    ]
    return pd.concat(frames, ignore_index=True)


def _curve(study: str, rows: pd.DataFrame, c: FloatArray, level: float) -> pd.DataFrame:
    cells = rows.set_index(["role", "guess"])[["n", "mean", "sd"]].astype(float)
    if not cells.index.is_unique or set(cells.index) != set(_STRATA):
        raise SensitivityError(
            f"outcomes, study {study}: found {sorted(cells.index)}; needed: each of "
            "active and control by each guess, once."
        )
    cells = cells.loc[_STRATA]
    if not (cells["n"] >= 2).all():
        raise SensitivityError(
            f"outcomes, study {study}: a stratum of fewer than two people has no "
            "variance; the curve needs two in each."
        )
    # Order of _STRATA: right guesses of the treated first, of controls last.
    weights = np.stack([c, 1 - c, -(1 - c), -c], axis=1)
    each = weights**2 * (cells["sd"] ** 2 / cells["n"]).to_numpy()
    v = each.sum(axis=1)
    df = v**2 / (each**2 / (cells["n"].to_numpy() - 1)).sum(axis=1)
    d, half = weights @ cells["mean"].to_numpy(), stdtrit(df, 0.5 + level / 2) * v**0.5
    return pd.DataFrame(
        {
            "study": study,
            "rate": c,
            "difference": d,
            "se": v**0.5,
            "df": df,
            "ci_low": d - half,
            "ci_high": d + half,
        }
    )
