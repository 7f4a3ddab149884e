"""The outcome in each arm of each trial: data of a L'Abbé plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.binary import AddTo, adjusted_cells
from mdmameta.effects.counts import counts
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit, Model

#: Points of the curve of the pooled contrast.
CURVE_POINTS = 101


@dataclass(frozen=True, eq=False, kw_only=True)
class Labbe:
    """Points of a L'Abbé plot and its two curves.

    Parameters
    ----------
    fit
        The fit whose contrast is drawn.
    frame
        study, x, y, risk_control, risk_active, weight; one row an effect used.
    curve
        risk_control, risk_active: where the pooled contrast holds exactly,
        from 0 to 1. Without a contrast the two risks are equal.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.sensitivity import labbe
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.2], v=[0.08], measure="RD",
    ...     moderators={"ai": [3], "n1i": [5], "ci": [2], "n2i": [5]})
    >>> plotted = labbe(effects, mm.CommonEffect())
    >>> plotted.to_frame()[["risk_control", "risk_active"]].to_numpy().tolist()
    [[0.4, 0.6]]
    """

    fit: Fit
    frame: pd.DataFrame
    curve: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row an effect; see `Labbe`."""
        return self.frame.copy()


def labbe(
    effects: Effects,
    model: Model,
    *,
    add: float = 0.5,
    to: AddTo = "only0",
) -> Labbe:
    """Place each trial by the outcome of its control and of its active group.

    Parameters
    ----------
    effects
        Effects of measure RR, OR or RD with counts as moderators (ai, n1i, ci,
        n2i).
    model
        A model without moderators, for the curve of the pooled contrast.
    add, to
        What to add to events and non-events, and in which groups: "only0"
        (default) where the group has none of the one or the other, "all",
        "if0all" or "none". Each group by itself, as metafor does: a point
        shows the groups and not the contrast.

    Returns
    -------
    Labbe
        x and y are log odds for OR, log risks for RR, risks for RD, control
        and active; the risks stand beside them.

    Raises
    ------
    SensitivityError
        When the effects are of another measure, or the model has moderators.
    EffectsError
        When they have no counts.

    References
    ----------
    L'Abbé, Detsky and O'Rourke 1987, doi:10.7326/0003-4819-107-2-224.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.2], v=[0.08], measure="RD",
    ...     moderators={"ai": [3], "n1i": [5], "ci": [2], "n2i": [5]})
    >>> labbe(effects, CommonEffect()).to_frame()[["x", "y"]].values.tolist()
    [[0.4, 0.6]]
    """
    if effects.measure not in ("RR", "OR", "RD"):
        raise SensitivityError(
            f"effects are of measure {effects.measure!r}; a L'Abbé plot shows RR, OR "
            "or RD."
        )
    fit = model.fit(effects)
    if len(fit.coefficients) > 1:
        raise SensitivityError(
            f"{model!r} has {len(fit.coefficients)} coefficients; a L'Abbé plot has "
            "one contrast. Give a model without moderators."
        )
    ai, bi, ci, di = counts(effects).to_numpy().T
    control, active = _risk(ci, di, add, to), _risk(ai, bi, add, to)
    frame = pd.DataFrame(
        {
            "study": effects.study,
            "x": _link(effects.measure, control),
            "y": _link(effects.measure, active),
            "risk_control": control,
            "risk_active": active,
            "weight": fit.weights,
        }
    )
    frame = frame.iloc[fit.used].reset_index(drop=True)
    curve = _curve(effects.measure, fit.estimate.value)
    return Labbe(fit=fit, frame=frame, curve=curve)


def _risk(events: FloatArray, others: FloatArray, add: float, to: AddTo) -> FloatArray:
    x, rest, _, _ = adjusted_cells(events, others, events, others, add=add, to=to)
    return x / (x + rest)


def _link(measure: str, risk: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "RD":
            return risk
        return np.log(risk) if measure == "RR" else np.log(risk / (1 - risk))


def _curve(measure: str, contrast: float) -> pd.DataFrame:
    control = np.linspace(0.0, 1.0, CURVE_POINTS)
    if measure == "RD":
        active = control + contrast
    elif measure == "RR":
        active = control * np.exp(contrast)
    else:
        odds = np.exp(contrast)
        active = odds * control / (1 - control + odds * control)
    inside = (active >= 0) & (active <= 1)
    curve = pd.DataFrame({"risk_control": control, "risk_active": active})
    return curve[inside].reset_index(drop=True)
