"""What two pivotal trials show together, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.options import check_option
from mdmameta.sensitivity import two_trial_tests as tests
from mdmameta.sensitivity.two_trial_rows import (
    COLUMNS,
    Alternative,
    combined,
    row_of,
    sceptical,
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Replicability:
    """Two trials, tested together and compared.

    Parameters
    ----------
    frame
        One row a test, see `to_frame`.
    trials
        study, y, se, z, p_value (one-sided); the original trial first.
    alternative, alpha, level
        As given.
    q, q_p
        (y2 − y1)²/(v1 + v2) and its p-value: do the trials differ?
    predicted_low, predicted_high
        Where the second trial's estimate was to be expected from the first.
    as_predicted
        Whether it is there.
    relative, relative_low, relative_high
        Effect of the second trial over that of the first, with Fieller's interval;
        NaN limits where the first may be zero, and the set is no interval.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.sensitivity import two_trials
    >>> effects = mm.Effects.from_arrays(y=[-0.8, -0.6], v=[0.04, 0.05])
    >>> found = two_trials(effects, alternative="less")
    >>> found.to_frame()["test"].head(3).tolist()
    ['two-trials rule', 'Fisher', 'Stouffer']
    """

    frame: pd.DataFrame
    trials: pd.DataFrame
    alternative: Alternative
    alpha: float
    level: float
    q: float
    q_p: float
    predicted_low: float
    predicted_high: float
    as_predicted: bool
    relative: float
    relative_low: float
    relative_high: float

    def to_frame(self) -> pd.DataFrame:
        """One row a test: what it finds, at which threshold, and what it claims.

        ``p_value`` is compared with ``threshold``: alpha for the two-trials rule
        (its larger p-value) and sceptical p-values, alpha² for combinations.
        ``type1`` is the probability of success when neither trial has an effect.
        """
        return self.frame.copy()

    def __repr__(self) -> str:
        first, second = self.trials["study"]
        rows = [
            f"  {r.test:<27} p = {r.p_value:<9.3g} "
            f"{'shown' if r.shown else 'not shown'} at {r.threshold:.3g}"
            for r in self.frame.itertuples()
        ]
        inside = "inside" if self.as_predicted else "outside"
        return "\n".join(
            [
                f"Replicability of {first} by {second} ({self.alternative})",
                *rows,
                f"  Q = {self.q:.3g} (p = {self.q_p:.3g}); second trial {inside} the "
                f"{self.level:.0%} prediction of the first; relative effect "
                f"{self.relative:.2f}",
            ]
        )


def two_trials(
    effects: Effects,
    *,
    alternative: Alternative | None = None,
    alpha: float = 0.025,
    level: float = 0.95,
) -> Replicability:
    """Test and compare exactly two trials.

    Parameters
    ----------
    effects
        Two independent rows. The first is the original for the sceptical p-value,
        the prediction interval and the relative effect; for trials run side by side
        look at both orders (``effects.take([1, 0])``).
    alternative
        Side on which benefit lies, fixed in advance; by default that of the
        outcome's direction.
    alpha
        One-sided level of one trial; two significant trials have alpha².
    level
        Coverage of intervals.

    Returns
    -------
    Replicability

    Raises
    ------
    SensitivityError
        For any other number of trials, a missing or infinite value, a covariance
        between the trials, or a direction that is neither given nor known.

    References
    ----------
    Held 2020, doi:10.1111/rssa.12493; Held, Pawel & Micheloud 2024,
    doi:10.1098/rsos.240149; Patil, Peng & Leek 2016,
    doi:10.1177/1745691616646366 (prediction); Fieller 1954,
    doi:10.1111/j.2517-6161.1954.tb00159.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6], v=[0.04, 0.05])
    >>> found = two_trials(effects, alternative="less")
    >>> float(found.to_frame().set_index("test").p_value["two-trials rule"].round(4))
    0.0036
    >>> found.as_predicted
    True
    """
    side = _checked(effects, alternative, alpha, level)
    y, v = (-effects.y if side == "less" else effects.y), effects.v
    z = (float(y[0] / np.sqrt(v[0])), float(y[1] / np.sqrt(v[1])))
    rows = combined(y, v, level, side) + sceptical(z, float(v[0] / v[1]), alpha)
    frame = pd.DataFrame([row_of(alpha, *row) for row in rows], columns=list(COLUMNS))
    gap, spread = float(y[1] - y[0]), float(v.sum())
    half = float(ndtri(0.5 + level / 2) * np.sqrt(spread))
    fieller = _fieller(y, v, level)
    return Replicability(
        frame=frame,
        trials=_each_trial(effects, z),
        alternative=side,
        alpha=alpha,
        level=level,
        q=gap**2 / spread,
        q_p=float(chdtrc(1, gap**2 / spread)),
        predicted_low=float(effects.y[0]) - half,
        predicted_high=float(effects.y[0]) + half,
        as_predicted=abs(gap) <= half,
        relative=float(y[1] / y[0]) if y[0] else float("nan"),
        relative_low=fieller[0],
        relative_high=fieller[1],
    )


def _each_trial(effects: Effects, z: tests.Pair) -> pd.DataFrame:
    """Put the trials side by side, p-values on the side of z."""
    se = np.sqrt(effects.v)
    return pd.DataFrame(
        {
            "study": effects.study,
            "y": effects.y,
            "se": se,
            "z": effects.y / se,
            "p_value": ndtr(-np.array(z)),
        }
    )


def _fieller(y: np.ndarray, v: np.ndarray, level: float) -> tuple[float, float]:
    """Interval of y2/y1, or NaN where the set is unbounded."""
    g = float(ndtri(0.5 + level / 2)) ** 2
    a = y[0] ** 2 - g * v[0]
    if a <= 0:
        return float("nan"), float("nan")
    b, c = y[0] * y[1], y[1] ** 2 - g * v[1]
    root = np.sqrt(b**2 - a * c)
    return float((b - root) / a), float((b + root) / a)


def _checked(
    effects: Effects, alternative: Alternative | None, alpha: float, level: float
) -> Alternative:
    if effects.k != 2:
        raise SensitivityError(
            f"effects have {effects.k} rows; two_trials takes exactly two. Choose them "
            "with effects.take, or pool more with a model."
        )
    if not (np.isfinite(effects.y) & np.isfinite(effects.v)).all():
        raise SensitivityError("a trial has no finite effect and variance.")
    if effects.covariance is not None and effects.V[0, 1] != 0:
        raise SensitivityError("the rows are correlated; give two independent trials.")
    if not (0 < alpha < 0.5 and 0 < level < 1):
        raise SensitivityError(
            f"alpha = {alpha:g} and level = {level:g}; allowed: alpha between 0 and "
            "0.5, level between 0 and 1."
        )
    if alternative is not None:
        check_option("alternative", alternative, Alternative)
        return alternative
    if effects.direction is None:
        raise SensitivityError(
            "the direction of the outcome is not known; give alternative='less' or "
            "'greater', the side on which benefit lies."
        )
    return "less" if effects.direction == "lower" else "greater"
