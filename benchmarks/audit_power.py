"""How many single-cell faults the audit finds: a seeded mutation study.

Run from the root of the project: ``python benchmarks/audit_power.py``; it writes
docs/audit-power.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import mdmameta
from mdmameta.audit import audit
from mdmameta.audit.changes import complete_triples, triples
from mdmameta.records import Evidence, load_evidence
from mdmameta.schema import TABLES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/audit-power.md"
SEED = 20261121

#: Faults tried for each kind.
TRIES = 60

Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A cell, or two, of one row with other values than the table has."""

    table: str
    index: int
    cells: dict[str, float]


def spread_columns(row: Row) -> tuple[str, str]:
    """Column that holds the spread, and the other."""
    return ("se", "sd") if isnan(row["sd"]) else ("sd", "se")


def mixed_up(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A standard error under SD, or the reverse."""
    there, other = spread_columns(row)
    return {there: np.nan, other: row[there]}


def converted(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """An SD divided, or a standard error multiplied, by the root of n."""
    there, _ = spread_columns(row)
    factor = sqrt(row["n"]) ** (1 if there == "se" else -1)
    return {there: round(row[there] * factor, 1)}


def sign(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A minus sign lost or added."""
    return {"mean": -row["mean"]}


def transposed(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """Two neighbouring digits exchanged."""
    column = str(rng.choice(["mean", spread_columns(row)[0]]))
    text = f"{abs(row[column]):.1f}"
    places = [i for i in range(len(text) - 1) if "." not in text[i : i + 2]]
    i = int(rng.choice(places)) if places else 0
    text = text[:i] + text[i + 1] + text[i] + text[i + 2 :] if places else text
    return {column: float(np.copysign(float(text), row[column]))}


def shifted(row: Row, others: pd.DataFrame, rng: np.random.Generator) -> Row:
    """A decimal point one place off."""
    column = str(rng.choice(["mean", spread_columns(row)[0]]))
    return {column: round(row[column] * float(rng.choice([10, 0.1])), 2)}


def _from_another(
    row: Row, others: pd.DataFrame, rng: np.random.Generator, *columns: str
) -> Row:
    if not len(others):
        return {}
    other = others.iloc[int(rng.integers(len(others)))]
    return {column: other[column] for column in columns if not isnan(other[column])}


def _same(table: pd.DataFrame, row: Row, *columns: str) -> pd.DataFrame:
    kept = table[table["preferred"] != "no"]
    return kept[np.logical_and.reduce([kept[c] == row[c] for c in columns])]


def other_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another arm."""
    same = _same(table, row, "study_id", "instrument", "timepoint", "stat")
    return _from_another(row, same[same["arm_id"] != row["arm_id"]], rng, "mean")


def n_of_other_arm(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The n of another arm."""
    same = _same(table, row, "study_id", "instrument", "timepoint", "stat")
    return _from_another(row, same[same["arm_id"] != row["arm_id"]], rng, "n")


def other_time(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another time point."""
    same = _same(table, row, "arm_id", "instrument", "stat")
    return _from_another(row, same[same["timepoint"] != row["timepoint"]], rng, "mean")


def other_study(row: Row, table: pd.DataFrame, rng: np.random.Generator) -> Row:
    """The mean of another trial."""
    same = _same(table, row, "instrument", "stat")
    return _from_another(row, same[same["study_id"] != row["study_id"]], rng, "mean")


KINDS: tuple[Callable[..., Row], ...] = (
    mixed_up,
    converted,
    sign,
    transposed,
    shifted,
    other_arm,
    n_of_other_arm,
    other_time,
    other_study,
)


def constrained(evidence: Evidence) -> dict[str, set[str]]:
    """Columns of each row that another number of the tables constrains.

    A mean: baseline, endpoint and change are all there. An SD: the same with SDs,
    or SDs of like rows with ten degrees of freedom. n: another row of the same
    people, or the number in the arm.
    """
    found: dict[str, set[str]] = {}
    for t in triples(evidence):
        for row in t.rows:
            found.setdefault(row.row_id, set()).update({"mean", "n"})
    for t in complete_triples(evidence):
        for row in t.rows:
            found.setdefault(row.row_id, set()).update({"sd", "se"})
    table = evidence.continuous
    table = table[(table["preferred"] != "no") & table["n"].notna()]
    for row in table.to_dict("records"):
        alike = _same(table, row, "study_id", "instrument", "stat")
        if (alike["n"] - 1).sum() - (row["n"] - 1) >= 10:
            found.setdefault(row["row_id"], set()).update({"sd", "se"})
    primary = dict(evidence.studies[["study_id", "primary_timepoint"]].to_numpy())
    for row in table.to_dict("records"):
        if primary.get(row["study_id"]) == row["timepoint"]:
            found.setdefault(row["row_id"], set()).add("n")
    return found


def sound_rows(evidence: Evidence) -> list[int]:
    """Rows of scores without a finding, of which faults are made."""
    flagged = {f.row_id for f in audit(evidence)}
    table = evidence.continuous
    sound = (
        ~table["row_id"].isin(flagged)
        & (table["preferred"] != "no")
        & table["n"].notna()
        & (table["verification"] != "unverified")
        & (table["sd"].notna() | table["se"].notna())
    )
    return list(np.flatnonzero(sound))


def with_fault(evidence: Evidence, index: int, cells: Row) -> Evidence:
    """Return the tables with other values in one row."""
    frames = {name: evidence.to_frame(name) for name in TABLES}
    for column, value in cells.items():
        frames["continuous"].loc[index, column] = value
    return Evidence.from_frames(frames, path=evidence.path, digest="changed")


def study(evidence: Evidence) -> Iterator[dict[str, Any]]:
    """Make faults of every kind and look for them."""
    rng = np.random.default_rng(SEED)
    table, rows, known = (
        evidence.continuous,
        sound_rows(evidence),
        constrained(evidence),
    )
    for kind in KINDS:
        done = 0
        for _ in range(20 * TRIES):
            index = int(rng.choice(rows))
            row = table.iloc[index].to_dict()
            cells = kind(row, table, rng)
            changed = {
                c: v
                for c, v in cells.items()
                if not (v == row[c] or (isnan(v) and isnan(row[c])))
            }
            if not changed:
                continue
            found = audit(with_fault(evidence, index, changed))
            held = known.get(row["row_id"], set())
            yield {
                "kind": (kind.__doc__ or "").rstrip("."),
                "constrained": any(column in held for column in changed),
                "caught": any(f.row_id == row["row_id"] for f in found),
            }
            done += 1
            if done == TRIES:
                break


def page(evidence: Evidence) -> str:
    """Compose the page of results."""
    results = pd.DataFrame(study(evidence))
    lines = [
        "# How many faults the audit finds\n",
        f"{len(results)} single-cell faults were made, one at a time, in the "
        f"{len(sound_rows(evidence))} sound rows of scores (seed {SEED}; mdmameta "
        f"{mdmameta.__version__}, NumPy {np.__version__}). A fault is caught when the "
        "audit has a finding on its row. *Constrained* cells are those that another "
        "number of the tables could expose: baseline, endpoint and change together, "
        "SDs of like rows with ten degrees of freedom, another count of the same "
        "people. Nothing else in the tables speaks of the others.\n",
        "| Fault | Constrained | Caught | Not constrained | Caught |",
        "|---|---:|---:|---:|---:|",
    ]
    groups = [*results.groupby("kind", sort=False), ("**All**", results)]
    for name, group in groups:
        parts = [group[group["constrained"]], group[~group["constrained"]]]
        cells = [f"{len(p)} | {_share(p)}" for p in parts]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    alarms = [
        f
        for f in audit(evidence)
        if f.row - 2 in sound_rows(evidence) and f.file == "continuous.csv"
    ]
    lines += [
        f"\nFalse alarms on the sound rows of the unchanged tables: {len(alarms)}, by "
        "construction: a row with a finding is not counted as sound. What the audit "
        "finds on the real tables is listed by `mdmameta audit`.",
    ]
    return "\n".join(lines) + "\n"


def _share(part: pd.DataFrame) -> str:
    return "–" if part.empty else f"{100 * part['caught'].mean():.0f} %"


if __name__ == "__main__":
    PAGE.write_text(page(load_evidence(ROOT / "data/raw")), encoding="utf-8")
