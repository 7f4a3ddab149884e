"""The verdict on earlier use, in words made from the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from mdmameta.models.fit import Fit
from mdmameta.sensitivity.naive_bounds import POOLED
from mdmameta.sensitivity.table import TippingPoint, Verdict
from mdmameta.sensitivity.verdicts import (
    earlier_words,
    interval_words,
    kind_of,
    range_words,
    within,
)

#: The tipping difference, with shares known or at both ends of the unknown ones.
JUDGED = ("delta", "delta_share_low", "delta_share_high")


def region_note(regions: Mapping[str, tuple[float, float]], *, as_default: bool) -> str:
    """State the declared region and why it is that one."""
    ends = ", ".join(f"{name} {a:g} to {b:g}" for name, (a, b) in regions.items())
    why = (
        "ASSUMED, half a unit (of an SMD, a medium difference) either way: a default, "
        "and no finding on how much experienced people differ."
        if as_default
        else "as given."
    )
    return (
        f"Declared plausible region: {ends}: {why} Shares belong to it: one that "
        "nobody reports has its whole range, and a total is spread over the arms as "
        "randomisation does in 95 of 100 trials."
    )


def spread_words(bounds: pd.DataFrame) -> str:
    """Say what the bounds become when totals are not the same in both arms."""
    pooled = bounds[bounds["study"] == POOLED].set_index("split")
    same, chance = pooled.loc["same"], pooled.loc["chance"]
    if (same["low"], same["high"]) == (chance["low"], chance["high"]):
        return ""
    holds = chance["ci_low"] <= 0 <= chance["ci_high"]
    return (
        "This takes a total that is known to be the same share in both arms, which "
        "nobody reports; the region that is judged has it spread over the arms, at "
        "worst, as randomisation does in 95 of 100 trials. There the deciding "
        f"intervals run from {chance['ci_low']:.2f} to {chance['ci_high']:.2f} and "
        f"{'do not exclude' if holds else 'exclude'} zero. "
    )


def _holds_zero(bounds: pd.DataFrame) -> bool:
    """Tell whether zero is reached when totals are spread as chance does."""
    chance = bounds[(bounds["study"] == POOLED) & (bounds["split"] == "chance")]
    return bool(((chance["ci_low"] <= 0) & (chance["ci_high"] >= 0)).any())


def prior_use_verdict(
    plain: Fit,
    inside: pd.DataFrame,
    regions: Mapping[str, tuple[float, float]],
    points: Sequence[TippingPoint],
    shares: pd.DataFrame,
    bounds: pd.DataFrame,
) -> Verdict:
    """Judge by the whole declared region, and name the tipping differences.

    The region has three parts: both differences, shares that nobody reports, and
    how a total that is known falls on the arms (95 % of what randomisation does).
    The verdict is of the worst corner of all three.
    """
    known = int((shares["basis"] != "unknown").sum())
    tips = [p for p in points if p.parameter in JUDGED]
    crossed = [p.value for p in tips if within(p.value, regions["delta"])]
    kind = kind_of(inside, [x for x in crossed if x is not None], float(known == 0))
    if kind == "robust" and _holds_zero(bounds):
        kind = "fragile"
    (d0, d1), (g0, g1) = regions["delta"], regions["gamma"]
    told = "; ".join(
        f"{p.label}: {p.value:.2f}{earlier_words(p)}"
        if p.value is not None
        else f"{p.label}: none"
        for p in tips
    )
    text = (
        f"The pooled contrast over all participants is {interval_words(plain)}. In "
        f"participants without earlier use, with delta from {d0:g} to {d1:g} and gamma "
        f"from {g0:g} to {g1:g} declared plausible, {range_words(inside)}. Tipping "
        f"points ({told}). {spread_words(bounds)}Shares are known for {known} of "
        f"{len(shares)} contrasts; no summary table identifies delta or gamma, so "
        "these are bounds."
    )
    numbers: dict[str, float | str | None] = {
        "contrast": plain.estimate.value,
        "lowest": float(inside["ci_low"].min()),
        "highest": float(inside["ci_high"].max()),
        "trials_with_shares": float(known),
        **_spread_numbers(bounds),
        **{p.key: p.value for p in points},
    }
    return Verdict(kind=kind, text=text, region=regions, numbers=numbers)


def _spread_numbers(bounds: pd.DataFrame) -> dict[str, float]:
    pooled = bounds[bounds["study"] == POOLED].set_index("split")
    return {
        f"{end}_split_{split}": float(pooled[column][split])
        for split in ("chance", "any")
        for end, column in (("lowest", "ci_low"), ("highest", "ci_high"))
    }
