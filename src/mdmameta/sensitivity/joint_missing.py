"""How the missing of each arm may differ, and why controls leave: what is assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.gauss import hermite
from mdmameta.sensitivity.verdicts import Z95

#: Nodes over the log of the attrition ratio: doubling them moves no mean here by
#: 1e-4.
NODES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Attrition:
    """Ratio by which lost blinding multiplies the dropout of controls.

    Parameters
    ----------
    ratio, low, high
        Estimate and 95 % interval; lognormal.
    source
        Citation.
    """

    ratio: float
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        """Refuse numbers in no order, and a ratio without a source."""
        if not 0 < self.low <= self.ratio <= self.high or not self.source.strip():
            raise SensitivityError(
                f"attrition is {self!r}; give 0 < low ≤ ratio ≤ high, and a source."
            )

    def nodes(self) -> tuple[FloatArray, FloatArray]:
        """Ratios and their probabilities."""
        sd = np.log(self.high / self.low) / (2 * Z95)
        z, w = hermite(NODES)
        return self.ratio * np.exp(sd * z), np.asarray(w / w.sum())


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Departures:
    """Normal priors, mean and SD, of how the missing differ from those observed.

    Parameters
    ----------
    active, control
        Missing of each arm, in the unit of the effects.
    disappointed
        Controls who would have stayed had they not known their arm; by default as
        other controls.
    """

    active: tuple[float, float]
    control: tuple[float, float]
    disappointed: tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Missing:
    """Fractions missing of each arm, and how many people they are estimated from.

    Parameters
    ----------
    f_active, f_control
        Shape (k,), 0 where not known.
    n_active, n_control
        Shape (k,), infinite where not known.
    """

    f_active: FloatArray
    f_control: FloatArray
    n_active: FloatArray
    n_control: FloatArray

    @classmethod
    def of(cls, fractions: pd.DataFrame) -> Missing:
        """Take a frame of fractions, in which NaN counts as nobody missing."""
        nobody = {"f_active": 0.0, "f_control": 0.0}
        filled = fractions.fillna({**nobody, "n_active": np.inf, "n_control": np.inf})
        names = ("f_active", "f_control", "n_active", "n_control")
        return cls(*(filled[name].to_numpy(dtype=float) for name in names))

    def placed(
        self, effects: Effects, departures: Departures, x: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Contrasts of everybody randomised, and their covariance.

        Parameters
        ----------
        effects
            Contrasts of available cases.
        departures
            Priors of how the missing differ.
        x
            Share of the missing controls who left because they knew their arm,
            shape (k,).
        """
        priors = (departures.active, departures.control, departures.disappointed)
        mean, sd = np.array(priors).T
        var = sd**2
        second = mean**2 + var
        f_t, f_c = self.f_active, self.f_control
        moves = np.column_stack([f_t, -f_c * (1 - x), -f_c * x])
        error = second[0] * f_t * (1 - f_t) / self.n_active
        of_control = (1 - x) * second[1] + x * second[2]
        error = error + of_control * f_c * (1 - f_c) / self.n_control
        V = np.diag(effects.v) if effects.covariance is None else effects.covariance
        cov = V + np.diag(error) + (moves * var) @ moves.T
        return effects.y + moves @ mean, cov

    def mean_share(self, x: FloatArray) -> float:
        """Mean of x over the missing controls; NaN where none is missing."""
        f_c = self.f_control
        return float(np.average(x, weights=f_c)) if f_c.any() else float("nan")
