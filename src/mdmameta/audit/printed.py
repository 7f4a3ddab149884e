"""Estimates as printed: interval, standard error, p-value and n against each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan, log, sqrt
from typing import Any

from scipy.special import ndtr, stdtr, stdtrit

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import records, report
from mdmameta.records import Evidence

__all__ = [
    "interval_holds",
    "interval_p",
    "interval_se",
    "possible_ratio",
    "precision",
]

RATIOS = ("OR", "RR")
STANDARDISED = ("d", "g", "SMD")

#: An estimate and its interval.
PARTS = ("estimate", "ci_low", "ci_high")

#: Half a 95 % interval in standard errors, for many participants.
NORMAL = 1.959964

#: A p-value and an interval agree when p is within this factor of the one that
#: the interval implies: tests differ from intervals in how they treat nuisance.
P_FACTOR = 3.0

#: An interval of 95 % excludes no effect where p is below this.
DECISION = 0.05

#: A standard error this many times larger or smaller than the numbers of people
#: allow is not of these people.
PRECISION_FACTOR = 1.7


def _tables(evidence: Evidence) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in records(evidence, "continuous"):
        yield "continuous.csv", row | {"estimate": row["mean"], "measure": row["stat"]}
    for name in ("contrasts", "reviews", "review_inputs"):
        for row in records(evidence, name):
            yield f"{name}.csv", row


def _intervals(evidence: Evidence) -> Iterator[tuple[str, dict[str, Any]]]:
    for file, row in _tables(evidence):
        numbers = [row[c] for c in PARTS]
        if any(map(isnan, numbers)) or (row["measure"] in RATIOS and min(numbers) <= 0):
            continue
        yield file, row


def _scaled(row: dict[str, Any], *columns: str) -> list[tuple[float, float]]:
    """Numbers with their rounding, on the log scale for ratios."""
    if row["measure"] not in RATIOS:
        return [(row[c], half_unit(row[c])) for c in columns]
    return [(log(row[c]), half_unit(row[c]) / row[c]) for c in columns]


def _as_quoted(file: str) -> bool:
    return file != "continuous.csv"


def possible_ratio(evidence: Evidence) -> Iterator[Finding]:
    """A ratio is above zero; the limits of its interval are not below."""
    for file, row in _tables(evidence):
        if row["measure"] not in RATIOS:
            continue
        for column in PARTS:
            value = row[column]
            if value < 0 or (value == 0 and column == "estimate"):
                yield report(
                    "ratio-range",
                    row,
                    column,
                    f"{row['measure']} = {value:g}, but no ratio is below zero: a "
                    "sign, or a logarithm?",
                    file=file,
                    severity="warning",
                    evidence={column: value},
                )


def interval_holds(evidence: Evidence) -> Iterator[Finding]:
    """An interval contains its estimate, in the middle on its scale."""
    for file, row in _intervals(evidence):
        (m, um), (a, ua), (b, ub) = _scaled(row, *PARTS)
        place = f"{row['estimate']:g} [{row['ci_low']:g}, {row['ci_high']:g}]"
        known = {"estimate": row["estimate"], "ci": [row["ci_low"], row["ci_high"]]}
        severity: Any = "warning" if _as_quoted(file) else "error"
        if not a - ua <= m <= b + ub:
            yield report(
                "interval-excludes",
                row,
                "ci_low",
                f"{place}: the interval does not contain its estimate.",
                file=file,
                severity=severity,
                evidence=known,
            )
            continue
        off = abs(m - (a + b) / 2)
        if off > max(um + (ua + ub) / 2, 0.04 * (b - a)):
            yield report(
                "interval-lopsided",
                row,
                "ci_low",
                f"{place}: the estimate is not in the middle of its interval.",
                file=file,
                severity="warning",
                evidence=known,
            )


def interval_se(evidence: Evidence) -> Iterator[Finding]:
    """A standard error and an interval of one estimate agree, by z or by t."""
    for file, row in _intervals(evidence):
        if isnan(row["se"]):
            continue
        (a, ua), (b, ub) = _scaled(row, "ci_low", "ci_high")
        half, rounding = (b - a) / 2, (ua + ub) / 2
        unit = half_unit(row["se"])
        n = row.get("n", float("nan"))
        factors = [NORMAL] + ([] if isnan(n) else [float(stdtrit(n - 1, 0.975))])
        if not any(abs(half - f * row["se"]) <= rounding + f * unit for f in factors):
            implied = ", ".join(f"{half / f:.3g}" for f in factors)
            yield report(
                "interval-se",
                row,
                "se",
                f"A standard error of {row['se']:g} does not give the interval, which "
                f"needs {implied}{' (by z, by t)' if len(factors) > 1 else ''}.",
                file=file,
                severity="warning",
                evidence={"se": row["se"], "half width": half},
            )


def interval_p(evidence: Evidence) -> Iterator[Finding]:
    """A p-value and an interval of one estimate tell the same, by z or by t."""
    for file, row in _intervals(evidence):
        if isnan(row.get("p", float("nan"))) or row.get("test"):
            continue
        if not any(_agrees(row, *_implied(row, df)) for df in _freedoms(row)):
            least, most = _implied(row, inf)
            yield report(
                "interval-p",
                row,
                "p",
                f"p {row['p_relation']} {row['p']:g}, but [{row['ci_low']:g}, "
                f"{row['ci_high']:g}] implies p = {sqrt(most * least):.2g}.",
                file=file,
                severity="warning",
                evidence={"p": row["p"], "implied": [least, most]},
            )


def _freedoms(row: dict[str, Any]) -> list[float]:
    k = row.get("k", float("nan"))
    return [inf] if isnan(k) or k < 2 else [inf, k - 1]


def _implied(row: dict[str, Any], df: float) -> tuple[float, float]:
    """Smallest and largest p that the interval and its rounding imply."""
    (m, _), (a, ua), (b, ub) = _scaled(row, *PARTS)
    half, rounding = abs(b - a) / 2, (ua + ub) / 2
    quantile = NORMAL if df == inf else float(stdtrit(df, 0.975))
    tails = []
    for width in (max(half - rounding, 1e-12), half + rounding):
        t = -abs(m) * quantile / width
        tails.append(2 * float(ndtr(t) if df == inf else stdtr(df, t)))
    return tails[0], tails[1]


def _agrees(row: dict[str, Any], least: float, most: float) -> bool:
    p, relation = float(row["p"]), row["p_relation"]
    null = 1.0 if row["measure"] in RATIOS else 0.0
    crosses = bool(row["ci_low"] < null < row["ci_high"])
    if relation == "<":
        return least / P_FACTOR <= p and not (crosses and p <= DECISION)
    if relation == ">":
        return most * P_FACTOR >= p
    if not least / P_FACTOR <= p <= most * P_FACTOR:
        return False
    return bool(crosses == (p > DECISION) or least <= DECISION <= most)


def precision(evidence: Evidence) -> Iterator[Finding]:
    """An interval is as wide as the numbers of people make it.

    Standardised differences: SE² ≈ 1/n₁ + 1/n₂ + d²/(2N). Odds ratios: no table
    of these people gives less than 4/n₁ + 4/n₂. Differences of means: by the SDs
    of the same trial and instrument, where these tables hold them.
    """
    spreads = _spreads(evidence)
    for file, row in _intervals(evidence):
        (a, _), (b, _) = _scaled(row, "ci_low", "ci_high")
        if a > b:
            continue
        found, usual = (b - a) / (2 * NORMAL), _usual(row, spreads)
        if usual is None or 1 / PRECISION_FACTOR <= found / usual <= PRECISION_FACTOR:
            continue
        if row["measure"] == "OR" and found > usual:
            continue
        yield report(
            "precision",
            row,
            "ci_low",
            f"The interval implies a standard error of {found:.3g}; these people give "
            f"{usual:.3g}{_guess(row, found / usual)}.",
            file=file,
            severity="warning",
            evidence={"implied": found, "from the people": usual},
        )


def _guess(row: dict[str, Any], factor: float) -> str:
    if row["measure"] == "OR":
        return " at least: events may have been counted, not people"
    return ": SDs may have been taken for standard errors" if factor < 1 else ""


def _usual(row: dict[str, Any], spreads: dict[str, tuple[float, ...]]) -> float | None:
    n1, n2 = row.get("n_active", float("nan")), row.get("n_control", float("nan"))
    known = n1 >= 1 and n2 >= 1
    if row["measure"] in STANDARDISED and known and _is_between(row):
        return sqrt(1 / n1 + 1 / n2 + row["estimate"] ** 2 / (2 * (n1 + n2)))
    if row["measure"] == "OR" and known:
        return sqrt(4 / n1 + 4 / n2)
    if row["measure"] == "MD" and row.get("study_id") in spreads:
        return spreads[row["study_id"]][0]
    return None


def _is_between(row: dict[str, Any]) -> bool:
    return bool(row.get("design", "between_arms") == "between_arms")


def _spreads(evidence: Evidence) -> dict[str, tuple[float, ...]]:
    """Standard error of a primary difference of means, for trials of two arms."""
    rows = evidence.continuous.query("stat == 'endpoint' and preferred != 'no'")
    names = ["primary_timepoint", "primary_instrument"]
    primary = evidence.studies.set_index("study_id")[names]
    found: dict[str, tuple[float, ...]] = {}
    for study, group in rows.groupby("study_id"):
        time, instrument = primary.loc[study]
        last = group[(group["timepoint"] == time) & (group["instrument"] == instrument)]
        if len(last) != 2:
            continue
        se = last["se"].fillna(last["sd"] / last["n"] ** 0.5)
        if se.isna().any():
            continue
        found[str(study)] = (sqrt(float((se**2).sum())),)
    return found
