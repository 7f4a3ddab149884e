"""Effect modification as a ratio λ = δ_E / δ_N."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.altered import scaled
from mdmameta.sensitivity.bounds import Judge, Judged
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.verdicts import Sids, sid_words

#: Ratios shown in the table.
RATIOS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)

#: A ratio above this would mean that practically all of the contrast is that of
#: experienced people.
SEARCH = 20.0


def ratio_contrast(effects: Effects, shares: pd.DataFrame, ratio: float) -> Effects:
    """Return δ_N,i = θᵢ / (1 − π_T,i + π_T,i λ), with γ = 0.

    Standard errors are divided by the same number.

    Parameters
    ----------
    effects
        The contrasts θ, k rows.
    shares
        share_active, one row an effect.
    ratio
        λ = δ_E / δ_N, from 0.

    Raises
    ------
    SensitivityError
        For a negative ratio, which would let contrasts change sign.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9], v=[0.09])
    >>> shares = pd.DataFrame({"share_active": [0.5]})
    >>> out = ratio_contrast(effects, shares, 2.0)
    >>> out.y.round(3), out.v.round(3)
    (array([-0.6]), array([0.04]))
    """
    if ratio < 0:
        raise SensitivityError(f"lambda is {ratio:g}; a ratio of contrasts is from 0.")
    treated = shares["share_active"].to_numpy(dtype=float)
    return scaled(effects, 1 / (1 - treated + treated * ratio))


def ratio_table(
    effects: Effects, filled: Mapping[str, pd.DataFrame], judge: Judge
) -> pd.DataFrame:
    """Pooled contrast of naive participants at a few ratios.

    Returns
    -------
    pandas.DataFrame
        share_scenario, ratio, value, ci_low, ci_high, model.
    """
    rows = []
    for name, shares in filled.items():
        for ratio in RATIOS:
            fit = judge(ratio_contrast(effects, shares, ratio))
            e = fit.estimate
            rows.append((name, ratio, e.value, e.ci_low, e.ci_high, repr(fit.model)))
    columns = ["share_scenario", "ratio", "value", "ci_low", "ci_high", "model"]
    return pd.DataFrame(rows, columns=columns)


def ratio_tipping(
    effects: Effects, shares: pd.DataFrame, judge: Judge, sids: Sids, tail: str
) -> list[TippingPoint]:
    """Ratios at which the pooled δ_N falls below each smallest important difference.

    Parameters
    ----------
    effects, shares, judge
        As elsewhere.
    sids
        name -> (value, citation).
    tail
        Ending of the parameters' names.
    """
    start = judge(effects)
    words = tail.removeprefix("_share_")
    under = f", unknown shares {words}" if words else ""
    points = [
        TippingPoint(
            parameter=f"lambda_zero{tail}",
            value=None,
            reason=f"{_already(start)}with gamma = 0 a ratio rescales each contrast "
            "together with its standard error, so no lambda takes a trial's interval "
            "to zero",
            deciding=repr(start.model),
            unit="ratio",
            label=f"delta_E / delta_N at which the interval reaches zero{under}",
        )
    ]
    if not sids:
        reason = "no smallest important difference was given; it needs a citation"
        words = f"none given{under}"
        points.append(_point(f"lambda_sid{tail}", None, reason, start, words))
    for name, (sid, source) in sids.items():
        value, reason = _below(effects, shares, judge, abs(sid))
        words = f"{sid_words(name, sid, source)}{under}"
        points.append(_point(f"lambda_{name}{tail}", value, reason, start, words))
    return points


def _already(fit: Judged) -> str:
    e = fit.estimate
    holds = e.ci_low <= 0 <= e.ci_high
    return "the interval holds zero already with lambda = 1; " if holds else ""


def _below(
    effects: Effects, shares: pd.DataFrame, judge: Judge, sid: float
) -> tuple[float | None, str]:
    def excess(ratio: float) -> float:
        fit = judge(ratio_contrast(effects, shares, ratio))
        return abs(fit.estimate.value) - sid

    if excess(1.0) <= 0:
        return None, "the pooled contrast is below it already with lambda = 1"
    grid = np.geomspace(1.0, SEARCH, 13)
    for inside, outside in pairwise(grid):
        if excess(float(outside)) <= 0:
            root = float(brentq(excess, inside, outside, xtol=1e-7))
            return root, "first lambda at which the pooled delta_N falls below it"
    if np.allclose(shares["share_active"], 0):
        return None, "no experienced participants: lambda changes nothing"
    return None, f"the pooled delta_N stays above it for lambda up to {SEARCH:g}"


def _point(
    parameter: str, value: float | None, reason: str, fit: Judged, words: str
) -> TippingPoint:
    return TippingPoint(
        parameter=parameter,
        value=value,
        reason=reason,
        deciding=repr(fit.model),
        unit="ratio",
        label="delta_E / delta_N at which delta_N falls below the difference called "
        f"important: {words}",
    )
