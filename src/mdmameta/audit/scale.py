"""One row against the scale of its instrument."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, isnan, sqrt

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import decimals, half_unit
from mdmameta.audit.rows import Scores, records, report, scores
from mdmameta.records import Evidence

__all__ = ["grim", "grimmer", "possible_mean", "possible_spread"]

#: Sums of squares to try before a test of the SD says nothing.
MOST_SUMS = 40


def _ranges(evidence: Evidence) -> dict[str, tuple[float, float]]:
    return {
        row["instrument"]: (row["min"], row["max"])
        for row in records(evidence, "instruments")
        if not isnan(row["min"]) and not isnan(row["max"])
    }


def _ranged(evidence: Evidence) -> Iterator[tuple[Scores, float, float]]:
    """Rows whose instrument has a known range, with that of the stat."""
    ranges = _ranges(evidence)
    for row in scores(evidence):
        if row.instrument in ranges:
            low, high = ranges[row.instrument]
            if row.stat in ("change", "lsmean_change"):
                low, high = low - high, high - low
            yield row, low, high


def possible_mean(evidence: Evidence) -> Iterator[Finding]:
    """A mean lies within the range of its scale."""
    for row, low, high in _ranged(evidence):
        if not low <= row.mean <= high:
            yield report(
                "mean-range",
                row,
                "mean",
                f"A mean of {row.mean:g} is outside the {row.instrument}'s range for "
                f"this stat, {low:g} to {high:g}.",
                evidence={"mean": row.mean, "low": low, "high": high},
            )


def possible_spread(evidence: Evidence) -> Iterator[Finding]:
    """An SD is no larger than the range of its scale and its mean allow.

    The largest has every score at an end of the range: its square is
    (high − mean)(mean − low) n / (n − 1).
    """
    for row, low, high in _ranged(evidence):
        inside = (high - row.mean) * (row.mean - low)
        if isnan(row.spread) or isnan(row.n) or inside < 0:
            continue
        largest = sqrt(inside * row.n / (row.n - 1))
        if row.spread > largest + half_unit(row.spread):
            yield report(
                "sd-range",
                row,
                row.spread_column,
                f"An SD of {row.spread:.3g} is larger than the scale allows at this "
                f"mean, {largest:.3g}.",
                evidence={"sd": row.spread, "largest": largest, "n": row.n},
            )


def _sums(row: Scores) -> list[int]:
    """Integer sums of n scores whose mean rounds to the printed one."""
    unit = half_unit(row.mean) * (1 + 1e-9)
    low, high = (row.mean - unit) * row.n, (row.mean + unit) * row.n
    return list(range(ceil(low), floor(high) + 1))


def _granular(row: Scores) -> bool:
    return not isnan(row.n) and row.stat != "lsmean_change" and decimals(row.mean) > 0


def grim(evidence: Evidence) -> Iterator[Finding]:
    """A mean of n whole scores is a whole number of n-ths (GRIM).

    Both roundings of a half are accepted, and padded zeros ignored. Brown and
    Heathers 2017, doi:10.1177/1948550616673876.
    """
    for row, _, _ in _ranged(evidence):
        if _granular(row) and not _sums(row):
            yield report(
                "grim",
                row,
                "mean",
                f"No {row.n:g} whole scores have the mean {row.mean:g}: the mean, n or "
                "a person's score is not what the row says.",
                severity="warning",
                evidence={"mean": row.mean, "n": row.n},
            )


def grimmer(evidence: Evidence) -> Iterator[Finding]:
    """An SD of n whole scores comes from a whole sum of squares (GRIMMER).

    The sum of squares is of the same parity as the sum. Anaya 2016,
    doi:10.7287/peerj.preprints.2400v1.
    """
    for row, _, _ in _ranged(evidence):
        sums = _sums(row) if _granular(row) and not isnan(row.sd) else []
        if sums and not any(_has_squares(row, total) for total in sums):
            yield report(
                "grimmer",
                row,
                "sd",
                f"No {row.n:g} whole scores have the mean {row.mean:g} and the SD "
                f"{row.sd:g}.",
                severity="warning",
                evidence={"mean": row.mean, "sd": row.sd, "n": row.n},
            )


def _has_squares(row: Scores, total: int) -> bool:
    unit, rest = half_unit(row.sd) * (1 + 1e-9), total**2 / row.n
    low = max(row.sd - unit, 0.0) ** 2 * (row.n - 1) + rest
    high = (row.sd + unit) ** 2 * (row.n - 1) + rest
    if high - low > MOST_SUMS:
        return True
    squares = range(ceil(low - 1e-9), floor(high + 1e-9) + 1)
    return any(square % 2 == total % 2 for square in squares)
