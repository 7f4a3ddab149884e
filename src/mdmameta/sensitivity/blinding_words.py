"""The verdict on blinding, in words made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.beliefs import Belief
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.bias_region import PlausibleBias
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint, Verdict
from mdmameta.sensitivity.verdicts import (
    FOLLOWS_PRIOR,
    earlier_words,
    interval_words,
    kind_of,
    range_words,
    within,
)

#: What b u may not be taken for.
BOUNDS_ONLY = (
    "Guesses follow the outcome, so b·u can subtract true effect: these are bounds, "
    "not corrected estimates."
)


def label_of(effects: Effects, run: Belief) -> str:
    """Title of the analysis, saying whether guesses are unverified."""
    flag = " (UNVERIFIED guess counts)" if unverified(run) else ""
    return f"Lost blinding: {effects.label or 'contrasts'}{flag}"


def unverified(run: Belief) -> bool:
    """Tell whether any of the counts behind a run are only leads."""
    levels = run.table.loc[run.table["basis"] == "counts", "verification"].astype(str)
    return bool(levels.str.contains("unverified").any())


def prior_ratio(run: Belief, weights: FloatArray) -> float:
    """SD of the weighted mean u as used, over its SD had no trial been asked."""
    table, w = run.table, weights[run.rows] / weights[run.rows].sum()
    if run.counted() == 0:
        return 1.0
    used, prior = table["u_var"].to_numpy(float), table["prior_var"].to_numpy(float)
    if not np.isfinite(prior).all() or not w**2 @ prior > 0:
        return 0.0
    return float(np.sqrt((w**2 @ np.minimum(used, prior)) / (w**2 @ prior)))


def blinding_verdict(
    question: Question,
    inside: pd.DataFrame,
    points: Sequence[TippingPoint],
    run: Belief,
    bias: PlausibleBias,
) -> Verdict:
    """Judge by the main run, and say what stands behind the judgement."""
    tip, plain = points[0].value, question.plain.fit
    ratio = prior_ratio(run, plain.weights)
    crossed = [tip] if tip is not None and within(tip, bias.region) else []
    share = None if tip is None else _share(question, run, tip)
    sentences = (
        f"Without bias the pooled contrast is {interval_words(plain)}.",
        *_covered_words(question, run),
        _region_words(inside, bias.region),
        _tipping_words(points[0], share),
        *_same_words(points, run),
        *_anchor_words(tip, bias.published),
        _basis_words(run, ratio),
        BOUNDS_ONLY,
    )
    return Verdict(
        kind=kind_of(inside, crossed, ratio),
        text=" ".join(sentences),
        region={"b": bias.region},
        numbers={
            "contrast": plain.estimate.value,
            "ci_low": plain.estimate.ci_low,
            "ci_high": plain.estimate.ci_high,
            "share_explained_at_tipping": share,
            "mean_u": _mean_u(run, plain),
            "trials_with_counts": float(run.counted()),
            "prior_ratio_of_u": ratio,
            **{p.key: p.value for p in points},
        },
    )


def _covered_words(question: Question, run: Belief) -> tuple[str, ...]:
    """Say so where bias is looked at in some of the contrasts alone."""
    covered, k = len(run.rows), question.effects.k
    if covered == k:
        return ()
    start = question.judge(run.of(question.effects)).estimate
    return (
        f"Belief is known, or assumed, for {covered} of {k} contrasts; all that "
        f"follows is of these alone, without bias {start.value:.2f} "
        f"[{start.ci_low:.2f}, {start.ci_high:.2f}].",
    )


def _region_words(inside: pd.DataFrame, region: tuple[float, float]) -> str:
    return (
        f"Over the declared plausible bias, b from {region[0]:.2f} to {region[1]:.2f}, "
        f"{range_words(inside)}."
    )


def _mean_u(run: Belief, plain: Fit) -> float:
    return float(np.average(run.table["u"], weights=plain.weights[run.rows]))


def _share(question: Question, run: Belief, tip: float) -> float:
    """Part of the pooled contrast that is gone at the tipping bias."""
    effects = run.of(question.effects)
    left = question.judge(adjusted(effects, run.table, tip)).estimate.value
    start = question.judge(effects).estimate.value
    return float((start - left) / start)


def _tipping_words(tip: TippingPoint, share: float | None) -> str:
    if tip.value is None:
        return f"There is no tipping bias: {tip.reason}."
    return (
        f"The deciding interval reaches zero at b = {tip.value:.2f}"
        f"{earlier_words(tip)}, in {tip.unit}; there lost blinding would explain "
        f"{share:.0%} of the contrast."
    )


def _same_words(points: Sequence[TippingPoint], run: Belief) -> tuple[str, ...]:
    """Say where zero is reached if belief changed everywhere as it was counted."""
    same = [p for p in points if p.parameter == "b_same_u" and p.value is not None]
    if not same or run.counted() == len(run.rows):
        return ()
    return (
        "Had belief changed in every trial as it did where it was counted, it would "
        f"be reached at {same[0].value:.2f}.",
    )


def _anchor_words(tip: float | None, published: pd.DataFrame) -> tuple[str, ...]:
    """Count the published estimates beyond the tipping point, by change assumed."""
    if published.empty or tip is None:
        return ()
    counts = []
    for change, estimates in published.groupby("delta_u", sort=False):
        beyond = estimates[estimates["b"] / tip >= 1]
        counts.append(f"{len(beyond)} of {len(estimates)} if by {change:g}")
    first = published[published["delta_u"] == published["delta_u"].iloc[0]]
    strongest = first.iloc[int(np.argmax(first["b"] / tip))]
    name = strongest["setting"] or strongest["prior_id"]
    return (
        f"The strongest published estimate of b is {strongest['b']:.2f} ({name}), if "
        f"its source changed belief by {strongest['delta_u']:g}. Published estimates "
        "that reach the tipping point, by the change in belief assumed of their "
        f"sources: {', '.join(counts)}.",
    )


def _basis_words(run: Belief, ratio: float) -> str:
    counted, k = run.counted(), len(run.rows)
    words = f"Guesses were counted in {counted} of {k} contrasts; the rest is assumed."
    if counted == k:
        words = f"Guesses were counted in all {k} contrasts."
        words = words if k > 1 else "Guesses were counted in this contrast."
    if unverified(run):
        words += " Those counts are UNVERIFIED."
    if ratio >= FOLLOWS_PRIOR:
        words += " So the answer follows the assumption about u, not data."
    return words
