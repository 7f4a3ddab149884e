"""Where bias takes the contrast to a difference that matters, in several readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.bounds import Judged
from mdmameta.sensitivity.deciding import margin, side_of
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint
from mdmameta.sensitivity.tipping import STEPS, TOLERANCE
from mdmameta.sensitivity.verdicts import Sids

#: Fractions of u taken to be caused by efficacy, from none to all.
REMOVED: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)

Reached = Callable[[Judged], float]


def threshold_points(
    question: Question, run: Belief, sids: Sids, end: float, unit: str
) -> tuple[TippingPoint, ...]:
    """Find the bias at which the deciding interval reaches each important difference.

    From there on the data are compatible with a contrast smaller than the
    difference.

    Parameters
    ----------
    question
        Whose deciding interval is followed.
    run
        u of each contrast.
    sids
        Name -> (size, citation).
    end
        Bias searched to.
    unit
        Unit of b.
    """
    side = side_of(question.plain.fit)
    points = []
    for name, (size, source) in sids.items():

        def beyond(fit: Judged, t: float = abs(size)) -> float:
            return margin(fit, side) - t

        value, reason = _reached(question, run, beyond, end, f"{abs(size):g}")
        points.append(
            TippingPoint(
                parameter=f"b_sid_{slug(name)}",
                value=value,
                reason=reason,
                deciding=repr(question.plain.fit.model),
                unit=unit,
                label=f"bias b, interval reaches {name} ({source})",
            )
        )
    return tuple(points)


def estimate_crossings(
    question: Question, run: Belief, sids: Sids, end: float
) -> pd.DataFrame:
    """Find the bias at which the point estimate itself falls to zero and each SID.

    Returns
    -------
    pandas.DataFrame
        threshold, source_id, size, b, reason; b NaN where there is none.
    """
    side = side_of(question.plain.fit)
    rows = []
    for name, (size, source) in {"zero": (0.0, ""), **sids}.items():

        def beyond(fit: Judged, t: float = abs(size)) -> float:
            return side * fit.estimate.value - t

        value, reason = _reached(
            question, run, beyond, end, f"{abs(size):g}", "estimate"
        )
        rows.append(
            (name, source, abs(size), np.nan if value is None else value, reason)
        )
    return pd.DataFrame(rows, columns=["threshold", "source_id", "size", "b", "reason"])


def removed_table(
    question: Question,
    run: Belief,
    tip: TippingPoint,
    at: float,
    removed: Sequence[float] = REMOVED,
) -> pd.DataFrame:
    """Let a fraction ρ of the belief be caused by efficacy, and so be no bias.

    θᵢ = δᵢ + b (1 − ρ) uᵢ: the answer at b is that at b (1 − ρ) without removal,
    so the tipping bias is the plain one over 1 − ρ, and none exists at ρ = 1.

    Parameters
    ----------
    question, run
        As in the main run.
    tip
        Tipping point of the main run.
    at
        Bias at which contrasts are shown, such as the region's far end.
    removed
        Fractions ρ.

    Returns
    -------
    pandas.DataFrame
        removed, b, value, ci_low, ci_high, excludes_zero, tipping_b, reason.
    """
    rows = []
    for rho in removed:
        fit = question.judge(
            adjusted(run.of(question.effects), run.table, (1 - rho) * at)
        )
        e = fit.estimate
        found, reason = tip.value, tip.reason
        if rho == 1 and found is not None:
            found, reason = (
                None,
                "all of the belief is taken for an effect: no bias is left",
            )
        value = np.nan if found is None else found / (1 - rho)
        ends = (e.value, e.ci_low, e.ci_high, e.excludes(0.0))
        rows.append((rho, at, *ends, value, reason))
    names = ["removed", "b", "value", "ci_low", "ci_high", "excludes_zero"]
    return pd.DataFrame(rows, columns=[*names, "tipping_b", "reason"])


def multiples_table(
    points: Sequence[TippingPoint], published: pd.DataFrame
) -> pd.DataFrame:
    """Each tipping bias as a multiple of each published estimate.

    Returns
    -------
    pandas.DataFrame
        tipping, prior_id, source_id, delta_u, b_published, tipping_b, multiple;
        above 1, the published bias would not do; NaN where a published estimate
        points the other way or there is no tipping point.
    """
    rows = []
    for point in points:
        for row in published.to_dict("records"):
            b = float(row["b"])
            tip = np.nan if point.value is None else point.value
            multiple = tip / b if b * tip > 0 else np.nan
            names = (point.parameter, row["prior_id"], row["source_id"], row["delta_u"])
            rows.append((*names, b, tip, multiple))
    columns = ["tipping", "prior_id", "source_id", "delta_u"]
    return pd.DataFrame(
        rows, columns=[*columns, "b_published", "tipping_b", "multiple"]
    )


def slug(name: str) -> str:
    """Name of a threshold as part of a key of JSON.

    Examples
    --------
    >>> slug("0.5, low end for the CAPS")
    '0_5_low_end_for_the_caps'
    """
    return re.sub(r"[^0-9a-z]+", "_", name.casefold()).strip("_")


def _reached(
    question: Question,
    run: Belief,
    beyond: Reached,
    end: float,
    named: str,
    what: str = "deciding interval",
) -> tuple[float | None, str]:
    effects = run.of(question.effects)

    def left(b: float) -> float:
        return beyond(question.judge(adjusted(effects, run.table, b)))

    if left(0.0) <= 0:
        return None, f"the {what} does not lie beyond {named} even without bias"
    grid: FloatArray = np.linspace(0.0, end, STEPS + 1)
    inside = 0.0
    for x in map(float, grid[1:]):
        if left(x) <= 0:
            root = float(brentq(left, inside, x, xtol=TOLERANCE))
            return root, f"first value at which the {what} reaches {named}"
        inside = x
    return None, f"the {what} stays beyond {named} up to b = {end:g}"
