"""The contrast in experienced people that would leave naive people with none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.bounds import Judge
from mdmameta.sensitivity.naive import naive_contrast, suffix
from mdmameta.sensitivity.naive_bounds import POOLED
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.units import unit_size
from mdmameta.sensitivity.verdicts import unit_of

#: Differences searched to, in SDs or log units (see `unit_size`): beyond, practically
#: the whole contrast would be that of experienced people.
SEARCH = 50.0

LABEL = "delta_E that would make delta_N zero"


def experienced_table(
    effects: Effects,
    filled: Mapping[str, pd.DataFrame],
    gammas: Sequence[float],
    judge: Judge,
) -> pd.DataFrame:
    """Return δ_E that would make δ_N zero, by trial and pooled.

    With δ_N = 0, θᵢ = π_T δ_E + γ (π_T − π_C), so δ_E = (θᵢ − γ (π_T − π_C)) / π_T:
    the fewer experienced people, the larger their contrast would have to be.
    Pooled, it is the Δ at which the pooled δ_N is zero.

    Parameters
    ----------
    effects
        The contrasts θ, k rows.
    filled
        Shares by what the unknown ones are taken to be.
    gammas
        Values of the prognostic effect γ.
    judge
        Effects -> the fit that decides, whose estimate is followed.

    Returns
    -------
    pandas.DataFrame
        share_scenario, study, gamma, share_active, contrast (θ), delta_e (NaN
        where no one is experienced), times_contrast.
    """
    rows = []
    for name, shares in filled.items():
        treated, control = (
            shares[c].to_numpy(dtype=float) for c in ("share_active", "share_control")
        )
        pooled = judge(effects).estimate.value
        for g in gammas:
            alone = _alone(effects.y - g * (treated - control), treated)
            rows += [
                (name, str(study), g, share, theta, one)
                for study, share, theta, one in zip(
                    effects.study, treated, effects.y, alone, strict=True
                )
            ]
            together = pooled_zero(effects, shares, g, judge)[0]
            value = np.nan if together is None else together
            rows.append((name, POOLED, g, np.nan, pooled, value))
    columns = ["share_scenario", "study", "gamma", "share_active", "contrast"]
    frame = pd.DataFrame(rows, columns=[*columns, "delta_e"])
    return frame.assign(times_contrast=frame["delta_e"] / frame["contrast"])


def _alone(rest: FloatArray, treated: FloatArray) -> FloatArray:
    there = treated > 0
    return np.where(there, rest / np.where(there, treated, 1.0), np.nan)


def pooled_zero(
    effects: Effects, shares: pd.DataFrame, gamma: float, judge: Judge
) -> tuple[float | None, str]:
    """Return the Δ, which is then δ_E, at which the pooled δ_N is zero.

    Returns
    -------
    tuple
        The value or None, and how it was found or why there is none.
    """

    def pooled(delta: float) -> float:
        return judge(naive_contrast(effects, shares, delta, gamma)).estimate.value

    if np.allclose(shares["share_active"], 0):
        return None, "no participant is experienced, so delta_E changes nothing"
    side, size = np.copysign(1.0, pooled(0.0)), unit_size(effects)
    inside, outside, end = 0.0, float(side) * size, SEARCH * size
    while side * pooled(outside) > 0:
        inside, outside = outside, 2 * outside
        if abs(outside) > end:
            return None, f"the pooled delta_N is not zero for delta_E up to {end:g}"
    root = float(brentq(pooled, inside, outside, xtol=1e-9))
    return root, "delta_E at which the estimate of the pooled delta_N is zero"


def experienced_tipping(
    effects: Effects, filled: Mapping[str, pd.DataFrame], judge: Judge
) -> list[TippingPoint]:
    """Return the pooled δ_E that would make δ_N zero, with γ = 0."""
    deciding = repr(judge(effects).model)
    points = []
    for name, shares in filled.items():
        value, reason = pooled_zero(effects, shares, 0.0, judge)
        words = "" if name == "known" else f", unknown shares {name}"
        points.append(
            TippingPoint(
                parameter=f"experienced{suffix(name)}",
                value=value,
                reason=reason,
                deciding=deciding,
                unit=unit_of(effects.measure),
                label=f"{LABEL}{words}",
            )
        )
    return points
