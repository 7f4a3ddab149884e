"""Contrasts rated by clinicians beside those rated by patients, in the same trials."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import RandomEffects
from mdmameta.sensitivity.control_type import detectable_difference
from mdmameta.sensitivity.frames import with_columns

COLUMNS = ("study", "rater", "y", "v")

#: Correlations of the two contrasts of a trial: between scales of one construct
#: 0.5 to 0.7 are common; the whole range that is plausible is shown.
CORRELATIONS = (0.0, 0.3, 0.5, 0.7, 0.9)

WARNING = (
    "A scale rated by a clinician rests on what the patient says, so lost blinding of "
    "patients moves both: equal contrasts prove little. Where the two scales measure "
    "different things, a difference need not be bias either."
)


def rater_differences(
    contrasts: pd.DataFrame,
    *,
    correlations: Sequence[float] = CORRELATIONS,
    model: Model | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Difference of clinician-rated less self-rated contrasts within trials.

    The two share patients, so var(difference) = v₁ + v₂ − 2 r √(v₁ v₂), with r
    varied, as no trial reports it.

    Parameters
    ----------
    contrasts
        study, rater (clinician or self), y, v; one row each a study.
    correlations
        Values of r, from −1 up to less than 1.
    model
        Pools the differences; by default REML with the ad hoc Knapp–Hartung
        interval, never narrower than Wald's.

    Returns
    -------
    tuple
        By trial: study, clinician, self, r, difference, se. Pooled: r, difference,
        se, ci_low, ci_high, k, detectable (true difference seen with 80 % power).
        Without rows where fewer than two trials have both.

    Raises
    ------
    SensitivityError
        For missing columns, another rater, or a correlation out of range.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": ["A", "A", "B", "B"],
    ...     "rater": ["clinician", "self"] * 2, "y": [-0.8, -0.6, -0.5, -0.5],
    ...     "v": [0.05] * 4})
    >>> trials, pooled = rater_differences(frame, correlations=[0.5])
    >>> trials["difference"].round(2).tolist(), pooled["difference"].round(2).tolist()
    ([-0.2, 0.0], [-0.1])
    """
    _check(contrasts, correlations)
    wide = _side_by_side(contrasts)
    names = ["study", "clinician", "self", "r", "difference", "se"]
    trials, pooled = [], []
    for r in correlations:
        if wide.empty:
            break
        y1, y2, v1, v2 = wide.to_numpy(dtype=float).T
        v = v1 + v2 - 2 * r * np.sqrt(v1 * v2)
        rows = zip(wide.index, y1, y2, y1 - y2, np.sqrt(v), strict=True)
        trials += [(study, a, b, r, d, se) for study, a, b, d, se in rows]
        if len(wide) > 1:
            pooled.append(_pool(y1 - y2, v, list(map(str, wide.index)), r, model))
    columns = ["r", "difference", "se", "ci_low", "ci_high", "k", "detectable"]
    return pd.DataFrame(trials, columns=names), pd.DataFrame(pooled, columns=columns)


def _side_by_side(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Both contrasts of each trial that has both, with their variances."""
    by_rater = contrasts.set_index("study")[["rater", "y", "v"]]
    one, two = (
        by_rater.loc[by_rater["rater"] == rater, ["y", "v"]].dropna()
        for rater in ("clinician", "self")
    )
    one.columns, two.columns = ["y1", "v1"], ["y2", "v2"]
    both = one.join(two, how="inner")
    return both[["y1", "y2", "v1", "v2"]]


def _pool(
    d: FloatArray, v: FloatArray, study: list[str], r: float, model: Model | None
) -> tuple[float, ...]:
    chosen = model or RandomEffects(interval="knapp-hartung-adhoc")
    fit = chosen.fit(Effects.from_arrays(y=d, v=v, study=study))
    e = fit.estimate
    seen = detectable_difference(e.se, e.df)
    return (r, e.value, e.se, e.ci_low, e.ci_high, fit.k, seen)


def _check(contrasts: pd.DataFrame, correlations: Sequence[float]) -> None:
    with_columns("contrasts", contrasts, COLUMNS)
    if bad := sorted(set(contrasts["rater"].astype(str)) - {"clinician", "self"}):
        raise SensitivityError(
            f"contrasts, column rater: found {bad[0]!r}; allowed: clinician, self."
        )
    if contrasts.duplicated(["study", "rater"]).any():
        study = contrasts.loc[contrasts.duplicated(["study", "rater"]), "study"].iloc[0]
        raise SensitivityError(
            f"contrasts: study {study} has two rows of one rater; choose one of them."
        )
    if wrong := [r for r in correlations if not -1 <= r < 1]:
        raise SensitivityError(
            f"correlations holds {wrong[0]!r}; give numbers from -1 to below 1."
        )
