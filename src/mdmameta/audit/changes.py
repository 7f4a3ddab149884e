"""Baseline, endpoint and change of one arm against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan

from mdmameta.audit.finding import Finding, Severity
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, by, report, scores
from mdmameta.records import Evidence

__all__ = [
    "change_is_a_difference",
    "change_spread",
    "complete_triples",
    "confirmed",
    "consistent",
]

#: Those lost between two times may have differed from the others by this many
#: SDs, on average, before the means of all contradict each other.
LOST_DIFFER = 2.5

#: Scores of one person before and after treatment are seldom less alike than
#: this (Balk 2012, AHRQ 12(13)-EHC155: median 0.59, quartiles 0.40 and 0.81 over
#: 811 correlations).
LEAST_CORRELATION = -0.3

#: A correlation beyond one by this much is no rounding of the SDs.
ROUNDED = 0.05


@dataclass(frozen=True, slots=True)
class Triple:
    """Rows of one arm that determine each other."""

    baseline: Scores
    endpoint: Scores
    change: Scores

    @property
    def rows(self) -> tuple[Scores, Scores, Scores]:
        """The three."""
        return self.baseline, self.endpoint, self.change

    @property
    def correlation(self) -> float:
        """Correlation of scores that the three SDs imply."""
        b, e, c = (row.spread for row in self.rows)
        return float((b**2 + e**2 - c**2) / (2 * b * e))


def triples(evidence: Evidence) -> list[Triple]:
    """Every baseline, endpoint and observed change that belong together."""
    found = []
    for rows in by(scores(evidence), "arm").values():
        stats = by(rows, "stat")
        found += [
            Triple(b, e, c)
            for c in stats.get("change", [])
            for e in stats.get("endpoint", [])
            for b in stats.get("baseline", [])
            if c.timepoint == e.timepoint and c.verification != "unverified"
        ]
    return found


def consistent(t: Triple) -> bool:
    """Whether the SDs of a triple imply a plausible correlation."""
    return LEAST_CORRELATION <= t.correlation <= 1 + ROUNDED


def complete_triples(evidence: Evidence) -> list[Triple]:
    """Triples in which each row has an SD."""
    return [t for t in triples(evidence) if not any(isnan(r.spread) for r in t.rows)]


def confirmed(evidence: Evidence) -> set[str]:
    """Rows whose mean baseline, endpoint and change confirm, to the rounding."""
    return {
        row.row_id
        for t in triples(evidence)
        if abs(_gap(t)) <= _rounding(t)
        for row in t.rows
    }


def change_is_a_difference(evidence: Evidence) -> Iterator[Finding]:
    """A mean change is the endpoint less the baseline.

    Where fewer people have the endpoint, the means of all may differ by what
    those lost could have changed.
    """
    yield from _blamed(
        triples(evidence),
        lambda t: abs(_gap(t)) <= _allowed(t),
        lambda row, t: report(
            "change-difference",
            row,
            "mean",
            f"A change of {t.change.mean:g} is not the endpoint {t.endpoint.mean:g} "
            f"less the baseline {t.baseline.mean:g} (off by {_gap(t):+.3g}, "
            f"{_allowed(t):.2g} allowed).",
            evidence={
                "baseline": t.baseline.mean,
                "endpoint": t.endpoint.mean,
                "change": t.change.mean,
                "n": [r.n for r in t.rows],
            },
        ),
    )


def _gap(t: Triple) -> float:
    return float(t.change.mean - (t.endpoint.mean - t.baseline.mean))


def _rounding(t: Triple) -> float:
    return float(3 * half_unit(*(row.mean for row in t.rows)) * (1 + 1e-9))


def _allowed(t: Triple) -> float:
    numbers = [row.n for row in t.rows]
    lost = max(numbers) - min(numbers)
    spread = 0.0 if isnan(t.baseline.spread) else t.baseline.spread
    return float(_rounding(t) + LOST_DIFFER * spread * lost / min(numbers))


def change_spread(evidence: Evidence) -> Iterator[Finding]:
    """The SDs of baseline, endpoint and change imply a possible correlation."""
    yield from _blamed(
        complete_triples(evidence),
        consistent,
        lambda row, t: report(
            "change-spread",
            row,
            row.spread_column,
            f"SDs of {t.baseline.spread:.3g} (baseline), {t.endpoint.spread:.3g} "
            f"(endpoint) and {t.change.spread:.3g} (change) need scores that correlate "
            f"by {t.correlation:.2f}: a standard error for an SD, or another arm's?",
            severity=_severity(t),
            evidence={"sd": [r.spread for r in t.rows], "correlation": t.correlation},
        ),
    )


def _severity(t: Triple) -> Severity:
    return "error" if abs(t.correlation) > 1 + 2 * ROUNDED else "warning"


def _blamed(
    found: list[Triple],
    sound: Callable[[Triple], bool],
    finding: Callable[[Scores, Triple], Finding],
) -> Iterator[Finding]:
    """Report the rows of unsound triples that no sound triple clears.

    Where one of them has been set aside for it, the others are not blamed.
    """
    good = {id(row.row["row_id"]): row for t in found if sound(t) for row in t.rows}
    cleared = {row.row_id for row in good.values()}
    said: set[str] = set()
    for t in found:
        if sound(t):
            continue
        aside = [r for r in t.rows if r.row.get("preferred") == "no"]
        suspects = aside or [r for r in t.rows if r.row_id not in cleared]
        suspects = suspects or list(t.rows)
        for row in suspects:
            if row.row_id not in said:
                said.add(row.row_id)
                yield finding(row, t)
