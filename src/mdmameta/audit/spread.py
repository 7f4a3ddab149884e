"""SDs and means of rows that measure the same thing in like people."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import isnan, log, sqrt

import numpy as np
from scipy.special import fdtr, fdtrc, stdtr

from mdmameta.audit.changes import complete_triples, consistent
from mdmameta.audit.finding import Finding
from mdmameta.audit.rows import Scores, by, report, scores
from mdmameta.records import Evidence

__all__ = ["baseline_balance", "jumps", "spread_of_alike"]

#: An F test of variances below this is no chance among some hundred rows.
UNLIKELY = 5e-4

#: Smaller p-values are printed as below this one.
LEAST = 1e-4

#: An F test below this counts where the factor is also that between an SD and
#: a standard error, and no change clears the SD.
DOUBTFUL = 0.02

#: How near, on the log scale, the factor must come to the square root of n, as a
#: part of its distance from one.
SIGNATURE = 0.35

#: SD between like rows of the logs of their SDs, beyond chance: a fifth.
LIKE_ROWS_DIFFER = 0.2

#: Log likelihood ratio, 55 to 1, from which a mix-up of SE and SD is reported
#: whatever else clears the row.
LIKELIER = 4.0

#: A mean seldom moves by more SDs than this between two assessments.
LARGEST_JUMP = 4.5


def spread_of_alike(evidence: Evidence) -> Iterator[Finding]:
    """An SD is like those of the other arms and times; SE and SD are not mixed up."""
    usable = [
        r
        for r in scores(evidence)
        if not isnan(r.spread) and r.verification != "unverified"
    ]
    cleared = {
        r.row_id for t in complete_triples(evidence) for r in t.rows if consistent(t)
    }
    places = by((r for r in usable if r.kept), _place)
    for row in usable:
        alike = [r for r in places.get(_place(row), ()) if _alike(row, r)]
        if sum(r.n - 1 for r in alike) < 3:
            continue
        usual = sqrt(
            sum((r.n - 1) * r.spread**2 for r in alike) / sum(r.n - 1 for r in alike)
        )
        df = sum(r.n - 1 for r in alike)
        yield from _against(row, usual, df, doubtful=row.row_id not in cleared)


def _place(row: Scores) -> tuple[str, str, str]:
    return (row.study_id, row.instrument, row.stat)


def _alike(row: Scores, other: Scores) -> bool:
    return other is not row and (other.arm, other.moment) != (row.arm, row.moment)


def _against(
    row: Scores, usual: float, df: float, *, doubtful: bool
) -> Iterator[Finding]:
    factor = row.spread / usual
    p = _variance_test(factor**2, row.n - 1, df)
    confused = _is_signature(factor, row.n)
    likelier = confused and _evidence_of_mix_up(factor, row.n, df) > LIKELIER
    if p >= (DOUBTFUL if confused and doubtful else UNLIKELY) and not likelier:
        return
    what = "differs from the others of this trial"
    if confused:
        what = (
            "looks like a standard error"
            if factor < 1
            else "looks like an SD that was multiplied by the root of n once too often"
        )
    yield report(
        "se-for-sd" if confused else "sd-unlike",
        row,
        row.spread_column,
        f"An SD of {row.spread:.3g} {what} ({usual:.3g} elsewhere; "
        f"F test p {f'= {p:.1g}' if p >= LEAST else f'< {LEAST:g}'}).",
        severity="error" if p < UNLIKELY and confused else "warning",
        evidence={"sd": row.spread, "elsewhere": usual, "n": row.n, "p": p},
    )


def _evidence_of_mix_up(factor: float, n: float, df: float) -> float:
    """Log likelihood ratio of an SE (or SD) in the wrong place, against an SD.

    Logs of SDs are about normal with variance 1 / (2 df); like rows differ
    besides.
    """
    variance = 1 / (2 * (n - 1)) + 1 / (2 * df) + LIKE_ROWS_DIFFER**2
    off = abs(log(factor))
    return (off**2 - (off - log(n) / 2) ** 2) / (2 * variance)


def _variance_test(ratio: float, df1: float, df2: float) -> float:
    tail = min(fdtr(df1, df2, ratio), fdtrc(df1, df2, ratio))
    return float(min(1.0, 2 * tail))


def _is_signature(factor: float, n: float) -> bool:
    distance = abs(log(factor))
    return bool(
        distance > log(2) and abs(distance - log(n) / 2) < SIGNATURE * log(n) / 2
    )


def baseline_balance(evidence: Evidence) -> Iterator[Finding]:
    """Randomised arms begin alike, but for chance."""
    rows = [r for r in scores(evidence) if r.stat == "baseline" and r.kept]
    for group in by(rows, lambda r: (r.study_id, r.instrument)).values():
        for row in group:
            others = [r for r in group if r.arm_id != row.arm_id]
            if not others or isnan(row.spread):
                continue
            weights = [r.n for r in others]
            rest = float(np.average([r.mean for r in others], weights=weights))
            se = sqrt(row.spread**2 * (1 / row.n + 1 / sum(weights)))
            p = 2 * stdtr(row.n + sum(weights) - 2, -abs(row.mean - rest) / se)
            if p < UNLIKELY:
                yield report(
                    "baseline-balance",
                    row,
                    "mean",
                    f"A mean of {row.mean:g} at baseline is far from the {rest:.3g} of "
                    f"the other arms (p = {p:.1g}); were the arms randomised?",
                    severity="warning",
                    evidence={"mean": row.mean, "others": rest, "p": float(p)},
                )


def jumps(evidence: Evidence) -> Iterator[Finding]:
    """A mean does not jump between two assessments of one arm."""
    rows = [
        r for r in scores(evidence) if r.stat in ("baseline", "endpoint") and r.kept
    ]
    for series in by(rows, "arm").values():
        timed = sorted((r for r in series if not isnan(r.weeks)), key=lambda r: r.weeks)
        for before, after in itertools.pairwise(timed):
            usual = max(before.spread, after.spread)
            jump = abs(after.mean - before.mean) / usual
            if jump > LARGEST_JUMP:
                for row in (before, after):
                    yield report(
                        "jump",
                        row,
                        "mean",
                        f"The mean moves from {before.mean:g} to {after.mean:g}, "
                        f"{jump:.1f} SDs, between two assessments.",
                        severity="warning",
                        evidence={"means": [before.mean, after.mean], "sd": usual},
                    )
