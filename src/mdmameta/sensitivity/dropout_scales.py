"""Departures of the missing in points of each instrument, against its range."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.missing_means import shifted
from mdmameta.sensitivity.question import Question

SCORES = ("n1", "mean1", "sd1", "n2", "mean2", "sd2")

#: Ends of an instrument that was given no range.
NO_RANGE = (np.nan, np.nan)

Shifts = tuple[float, float]


def has_scores(effects: Effects) -> bool:
    """Tell whether the means and SDs behind standardised effects are there."""
    return set(SCORES) <= set(effects.frame)


def scores_of(effects: Effects, scales: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return means, pooled SD and range of the instrument behind each effect.

    Parameters
    ----------
    effects
        With the moderators n1, mean1, sd1, n2, mean2, sd2 and, for a range,
        instrument.
    scales
        instrument, min, max (lowest and highest possible score).

    Returns
    -------
    pandas.DataFrame
        study, instrument, mean_active, mean_control, sd, low, high.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.5], v=[0.1], study=["A"], moderators={
    ...     "n1": [10], "mean1": [20.0], "sd1": [8.0], "n2": [10], "mean2": [24.0],
    ...     "sd2": [8.0]})
    >>> float(scores_of(effects)["sd"].iloc[0])
    8.0
    """
    frame = effects.frame.reset_index(drop=True)
    n1, m1, s1, n2, m2, s2 = (frame[name].to_numpy(dtype=float) for name in SCORES)
    sd = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
    named = frame["instrument"].astype(str) if "instrument" in frame else ""
    out = pd.DataFrame({"study": np.asarray(effects.study, dtype=str)})
    out = out.assign(instrument=named, mean_active=m1, mean_control=m2, sd=sd)
    known: Mapping[str, tuple[float, float]] = {}
    if scales is not None:
        ends = scales.set_index("instrument")[["min", "max"]].apply(pd.to_numeric)
        known = {str(name): (row["min"], row["max"]) for name, row in ends.iterrows()}
    pairs = [known.get(name, NO_RANGE) for name in out["instrument"]]
    return out.assign(low=[a for a, _ in pairs], high=[b for _, b in pairs])


def implied_table(
    scores: pd.DataFrame, fractions: pd.DataFrame, points: Mapping[str, Shifts]
) -> pd.DataFrame:
    """Say which mean score the missing of each arm would have at a tipping point.

    Parameters
    ----------
    scores
        From `scores_of`.
    fractions
        From `fractions_missing`; arms in which nobody is missing have no row.
    points
        Pattern -> shifts of the active and the control arm, in SD.

    Returns
    -------
    pandas.DataFrame
        pattern, study, instrument, role, shift (SD), shift_points, observed_mean,
        missing_mean, low, high, possible (yes, no, or unknown without a range).
    """
    rows = []
    for pattern, shifts in points.items():
        for row, known in zip(
            scores.to_dict("records"), fractions.to_dict("records"), strict=True
        ):
            for role, shift in zip(("active", "control"), shifts, strict=True):
                if known[f"f_{role}"] > 0 and shift != 0:
                    mean = float(row[f"mean_{role}"])
                    at = mean + shift * row["sd"]
                    rows.append(
                        {
                            "pattern": pattern,
                            "study": row["study"],
                            "instrument": row["instrument"],
                            "role": role,
                            "shift": shift,
                            "shift_points": shift * row["sd"],
                            "observed_mean": mean,
                            "missing_mean": at,
                            "low": row["low"],
                            "high": row["high"],
                            "possible": _possible(at, row["low"], row["high"]),
                        }
                    )
    return pd.DataFrame(rows)


def _possible(at: float, low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return "unknown"
    return "yes" if low <= at <= high else "no"


def extremes_table(
    question: Question, scores: pd.DataFrame, fractions: pd.DataFrame
) -> pd.DataFrame:
    """Refit with every missing score at an end of its instrument's range.

    No departure that the instruments allow lies beyond: bounds without any
    assumption on the missing.

    Returns
    -------
    pandas.DataFrame
        missing_active, missing_control (lowest or highest score), value, ci_low,
        ci_high, excludes_zero, k_bounded (contrasts whose range is known); no rows
        where none is.
    """
    known = scores[["low", "high"]].notna().all(axis=1).to_numpy()
    if not known.any():
        return pd.DataFrame()
    rows = []
    for active, control in (("high", "low"), ("low", "high"), ("high", "high"),
                            ("low", "low")):  # fmt: skip
        effects = shifted(
            question.effects,
            fractions,
            _to_end(scores, "active", active),
            _to_end(scores, "control", control),
        )
        e = question.judge(effects).estimate
        ends = (e.value, e.ci_low, e.ci_high, e.excludes(0.0), int(known.sum()))
        rows.append((f"{active}est", f"{control}est", *ends))
    names = ["missing_active", "missing_control", "value", "ci_low", "ci_high"]
    names += ["excludes_zero", "k_bounded"]
    return (
        pd.DataFrame(rows, columns=names)
        .replace("lowest", "lowest score")
        .replace("highest", "highest score")
    )


def _to_end(scores: pd.DataFrame, role: str, end: str) -> FloatArray:
    gap = (scores[end] - scores[f"mean_{role}"]) / scores["sd"]
    return np.asarray(gap.fillna(0.0), dtype=np.float64)
