"""Numbers printed for several arms together against those of the arms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isnan, sqrt
from typing import Any

from mdmameta.audit.finding import Finding
from mdmameta.audit.rounding import half_unit
from mdmameta.audit.rows import Scores, records, report, scores
from mdmameta.records import Evidence
from mdmameta.records.links import split

__all__ = ["totals_from_parts"]


def totals_from_parts(evidence: Evidence) -> Iterator[Finding]:
    """A mean over several arms is the weighted mean of theirs.

    Where an arm has rows of several sources, each is tried: a row that no
    agreeing combination contains is reported.
    """
    for total in records(evidence, "totals"):
        parts = _parts(evidence, total)
        if not all(parts):
            continue
        combinations = list(product(*parts))
        good = [c for c in combinations if _gives(c, total)]
        agreeing = {row.row_id for combination in good for row in combination}
        for row in {r.row_id: r for choice in parts for r in choice}.values():
            if row.row_id not in agreeing:
                yield _finding(row, total, combinations, good)


def _parts(evidence: Evidence, total: dict[str, Any]) -> list[list[Scores]]:
    place = (total["instrument"], total["timepoint"], total["stat"])
    rows = [
        r
        for r in scores(evidence)
        if (r.instrument, r.timepoint, r.stat) == place and not isnan(r.n)
    ]
    return [[r for r in rows if r.arm_id == arm] for arm in split(total["arm_ids"])]


def _gives(rows: tuple[Scores, ...], total: dict[str, Any]) -> bool:
    mean, sd, n = _pooled(rows)
    unit = half_unit(total["mean"], *(r.mean for r in rows))
    if not isnan(total["n"]) and n != total["n"]:
        return False
    if abs(mean - total["mean"]) > 2 * unit * (1 + 1e-9):
        return False
    return isnan(total["sd"]) or isnan(sd) or abs(sd - total["sd"]) <= 4 * unit


def _pooled(rows: tuple[Scores, ...]) -> tuple[float, float, float]:
    n = sum(r.n for r in rows)
    mean = sum(r.n * r.mean for r in rows) / n
    inside = sum((r.n - 1) * r.spread**2 for r in rows)
    between = sum(r.n * (r.mean - mean) ** 2 for r in rows)
    return mean, sqrt((inside + between) / (n - 1)), n


def _finding(
    row: Scores,
    total: dict[str, Any],
    combinations: list[tuple[Scores, ...]],
    good: list[tuple[Scores, ...]],
) -> Finding:
    best = min(
        (c for c in combinations if row in c),
        key=lambda c: abs(_pooled(c)[0] - total["mean"]),
    )
    mean, sd, n = _pooled(best)
    cure = f" With {_numbers(good[0])} people they do." if good else ""
    return report(
        "total",
        row,
        "n",
        f"The arms' rows give {mean:.4g} (SD {sd:.3g}, n {n:g}) for all arms together, "
        f"where {total['row_id']} has {total['mean']:g}.{cure}",
        severity="error",
        evidence={"from the arms": mean, "printed": total["mean"], "n": n},
    )


def _numbers(rows: tuple[Scores, ...]) -> str:
    return ", ".join(f"{r.n:g}" for r in rows)
