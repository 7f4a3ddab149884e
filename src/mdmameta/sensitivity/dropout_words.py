"""The verdict on missing events, in words made from the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.models.fit import Fit
from mdmameta.sensitivity.flow import lost_more
from mdmameta.sensitivity.question import Question
from mdmameta.sensitivity.table import TippingPoint, Verdict
from mdmameta.sensitivity.verdicts import kind_of


def failure_note(
    available: Fit, failure: Fit, sign: float, counts: pd.DataFrame
) -> str:
    """Say whether counting the missing as failures lowers the benefit here."""
    before, after = available.estimate.value, failure.estimate.value
    measure = available.effects.measure
    natural = _natural(measure)
    shown = [f"{natural(x):.2f}" for x in (before, after)]
    if shown[0] == shown[1] and before != after:
        shown = [f"{natural(x):.4f}" for x in (before, after)]
    words = f"Missing = failure moves the pooled {measure} from {' to '.join(shown)}"
    if sign * (after - before) < 0:
        return f"{words}: it lowers the benefit here."
    if after == before:
        return f"{words}: it changes nothing here."
    lost = [
        float((counts[n] - counts[assessed]).sum() / counts[n].sum())
        for n, assessed in (("n_active", "n1i"), ("n_control", "n2i"))
    ]
    cause = ", because controls lost more" if lost[1] > lost[0] else ""
    return (
        f"{words}, towards more benefit: it is NOT conservative here{cause} "
        f"({lost[1]:.0%} missing in control arms, {lost[0]:.0%} in active arms)."
    )


def _natural(measure: str) -> Callable[..., Any]:
    return np.exp if measure in ("RR", "OR") else np.asarray


def binary_verdict(
    question: Question,
    imputed: pd.DataFrame,
    inside: pd.DataFrame,
    region: tuple[float, float],
    points: Sequence[TippingPoint],
    counts: pd.DataFrame,
    note: str,
) -> Verdict:
    """Judge by the declared region of odds ratios, and show the imputed outcomes."""
    known, measure = int(counts["known"].sum()), question.effects.measure
    natural = _natural(measure)
    told = "; ".join(_scenario(row, natural) for _, row in imputed.iterrows())
    ends = natural(np.array([inside["ci_low"].min(), inside["ci_high"].max()]))
    text = (
        f"Pooled {measure}: {told}. {lost_more(_fractions(counts))} {note} With odds "
        f"among the missing {region[0]:g} to {region[1]:g} times those observed, in "
        f"either arm (declared plausible), deciding intervals reach from "
        f"{ends[0]:.2f} to {ends[1]:.2f}. Numbers missing are known by arm for "
        f"{known} of {len(counts)} contrasts."
    )
    values = {str(row["scenario"]): row["value"] for _, row in imputed.iterrows()}
    return Verdict(
        kind=kind_of(inside, [], float(known == 0)),
        text=text,
        region={"imor_active": region, "imor_control": region},
        numbers={**values, **{p.key: p.value for p in points}},
    )


def _scenario(row: pd.Series[Any], natural: Callable[..., Any]) -> str:
    value, low, high = (natural(row[c]) for c in ("value", "ci_low", "ci_high"))
    return f"{row['scenario']} {value:.2f} [{low:.2f}, {high:.2f}]"


def _fractions(counts: pd.DataFrame) -> pd.DataFrame:
    """Fractions missing for this outcome, from the counts behind it."""
    return counts.assign(
        f_active=1 - counts["n1i"] / counts["n_active"],
        f_control=1 - counts["n2i"] / counts["n_control"],
    )
