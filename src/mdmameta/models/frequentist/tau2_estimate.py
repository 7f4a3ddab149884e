"""What every estimator of tau2 returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tau2:
    """An estimate of tau2, never below zero.

    Parameters
    ----------
    value, se
        Estimate and standard error, squared units of the effects.
    converged, iterations
        Of the iteration, where there is one.
    """

    value: float
    se: float
    converged: bool = True
    iterations: int = 0
