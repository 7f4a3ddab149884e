"""Means of one arm over time, and changes that a model gives."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import isnan, sqrt

from mdmameta.audit.finding import Finding
from mdmameta.audit.rows import Scores, by, records, report, scores
from mdmameta.records import Evidence

__all__ = ["excursions", "modelled_changes", "worsenings"]

#: Standard errors by which a mean between two others may lie outside both: beyond,
#: p < 5e-4 as for the other rules of chance.
FURTHEST = 3.5

#: Scores of one person at two visits correlate by so much, at the least usual
#: (Balk 2012, AHRQ 12(13)-EHC155: lower quartile 0.40).
CORRELATION = 0.4

#: People who enter a trial because they are ill do not become worse by so many SDs,
#: on average: they were chosen at a bad time (regression to the mean).
WORST = 1.0

#: How far a mean change that a model gives may lie from the observed one, in half
#: widths of its interval: both are of the same people.
MODEL_ROOM = 1.0


def excursions(evidence: Evidence) -> Iterator[Finding]:
    """A mean does not leave those before and after it and come back."""
    rows = [
        r
        for r in scores(evidence)
        if r.stat in ("baseline", "endpoint")
        and r.kept
        and r.verification != "unverified"
        and not isnan(r.weeks)
    ]
    for series in by(rows, "arm").values():
        timed = sorted(series, key=lambda r: r.weeks)
        for before, row, after in zip(timed, timed[1:], timed[2:], strict=False):
            yield from _excursion(before, row, after)


def _excursion(before: Scores, row: Scores, after: Scores) -> Iterator[Finding]:
    low, high = sorted((before.mean, after.mean))
    away = max(low - row.mean, row.mean - high)
    spreads = [r.spread for r in (before, row, after) if not isnan(r.spread)]
    if away <= 0 or not spreads or isnan(row.n):
        return
    se = max(spreads) * sqrt(2 * (1 - CORRELATION) / row.n)
    if away > FURTHEST * se:
        yield report(
            "excursion",
            row,
            "mean",
            f"The mean goes from {before.mean:g} to {row.mean:g} and back to "
            f"{after.mean:g}: {away / se:.1f} standard errors beyond both; digits "
            "exchanged, or another row's?",
            severity="warning",
            evidence={"means": [before.mean, row.mean, after.mean], "se": se},
        )


def modelled_changes(evidence: Evidence) -> Iterator[Finding]:
    """A model's mean change is near the endpoint less the baseline."""
    rows = [r for r in scores(evidence) if r.kept and r.verification != "unverified"]
    for group in by(rows, "arm").values():
        stats = by(group, "stat")
        pairs = itertools.product(
            stats.get("lsmean_change", []),
            stats.get("baseline", []),
            stats.get("endpoint", []),
        )
        for model, baseline, endpoint in pairs:
            if model.timepoint == endpoint.timepoint:
                yield from _off_model(model, baseline, endpoint)


def _off_model(model: Scores, baseline: Scores, endpoint: Scores) -> Iterator[Finding]:
    observed = endpoint.mean - baseline.mean
    half = (model.ci_high - model.ci_low) / 2
    if isnan(half) or abs(observed - model.mean) <= MODEL_ROOM * half:
        return
    for row in (model, baseline, endpoint):
        yield report(
            "model-change",
            row,
            "mean",
            f"Endpoint {endpoint.mean:g} less baseline {baseline.mean:g} is "
            f"{observed:.3g}; the model's change is {model.mean:g} "
            f"[{model.ci_low:g}, {model.ci_high:g}].",
            severity="warning",
            evidence={"observed": observed, "model": model.mean, "half width": half},
        )


def worsenings(evidence: Evidence) -> Iterator[Finding]:
    """The mean of an arm does not become far worse: a sign may be lost or added.

    Beyond one SD and chance, by instruments of which a direction is known.
    """
    better = {
        row["instrument"]: row["direction"] for row in records(evidence, "instruments")
    }
    for row in scores(evidence):
        way = {"lower": 1.0, "higher": -1.0}.get(better.get(row.instrument, ""))
        if way is None or row.stat != "change" or not row.kept or isnan(row.spread):
            continue
        worse = way * row.mean / row.spread
        if worse > max(WORST, FURTHEST / sqrt(row.n)):
            yield report(
                "worsening",
                row,
                "mean",
                f"A mean change of {row.mean:g} is {worse:.1f} SDs for the worse on "
                f"the {row.instrument}: a sign lost or added?",
                severity="warning",
                evidence={"change": row.mean, "sd": row.spread},
            )
