"""How many single-cell faults the audit finds: a seeded mutation study.

Run from the root of the project: ``python benchmarks/audit_power.py``; it writes
docs/audit-power.md, and reports/audit-power.json for the page on the audit.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isnan
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from audit_faults import KINDS, Row, same  # noqa: E402

import mdmameta  # noqa: E402
from mdmameta.audit import audit  # noqa: E402
from mdmameta.audit.changes import complete_triples, triples  # noqa: E402
from mdmameta.audit.people import EFFICACY  # noqa: E402
from mdmameta.audit.statements import PERCENTAGES  # noqa: E402
from mdmameta.records import Evidence, load_evidence  # noqa: E402
from mdmameta.records.links import split  # noqa: E402

PAGE, FIGURES = ROOT / "docs/audit-power.md", ROOT / "reports/audit-power.json"

#: The rules were written with the first seed in sight; the second is a check.
SEEDS = (20261121, 7)

#: Faults tried for each kind and seed.
TRIES = {"continuous": 40, "binary": 20}

Known = dict[str, set[str]]


def constrained(evidence: Evidence) -> Known:
    """Columns of each row that another number of the tables constrains.

    A mean: baseline, endpoint and change are all there. A spread: the same with
    spreads, or spreads of like rows with ten degrees of freedom. n: another row of
    the same people, or the number in the arm. Events: a printed percentage.
    """
    found: Known = {}
    for t in triples(evidence):
        for row in t.rows:
            found.setdefault(row.row_id, set()).update({"mean", "n"})
    for t in complete_triples(evidence):
        for row in t.rows:
            found.setdefault(row.row_id, set()).update({"sd", "se"})
    table = evidence.continuous
    table = table[(table["preferred"] != "no") & table["n"].notna()]
    primary = dict(evidence.studies[["study_id", "primary_timepoint"]].to_numpy())
    for row in table.to_dict("records"):
        alike = same(table, row, "study_id", "instrument", "stat")
        mine = found.setdefault(row["row_id"], set())
        if (alike["n"] - 1).sum() - (row["n"] - 1) >= 10:
            mine.update({"sd", "se"})
        visit = same(table, row, "arm_id", "timepoint")
        if primary.get(row["study_id"]) == row["timepoint"] or len(visit) > 1:
            mine.add("n")
    _counts(evidence, found)
    return found


def _counts(evidence: Evidence, found: Known) -> None:
    claims, rows = evidence.claims, evidence.binary
    for cell in claims.loc[claims["recipe"] == PERCENTAGES, "rows"]:
        for name in split(cell):
            found.setdefault(name, set()).update({"events", "n"})
    visits = set(map(tuple, evidence.continuous[["arm_id", "timepoint"]].to_numpy()))
    for row in rows[rows["outcome"].isin(EFFICACY)].to_dict("records"):
        if (row["arm_id"], row["timepoint"]) in visits:
            found.setdefault(row["row_id"], set()).add("n")


def sound_rows(evidence: Evidence, table: str) -> list[int]:
    """Rows in use without a finding, of which faults are made."""
    flagged = {f.row_id for f in audit(evidence)}
    rows = evidence.to_frame(table)
    sound = (
        ~rows["row_id"].isin(flagged)
        & (rows["preferred"] != "no")
        & rows["n"].notna()
        & (rows["verification"] != "unverified")
    )
    if table == "continuous":
        sound &= rows["sd"].notna() | rows["se"].notna()
    else:
        sound &= (rows["arm_id"] != "") & (rows["unit"] != "events")
        sound &= rows["events"].notna()
    return list(np.flatnonzero(sound))


def with_fault(evidence: Evidence, table: str, index: int, cells: Row) -> Evidence:
    """Return the tables with other values in one row."""
    frame = evidence.to_frame(table)
    for column, value in cells.items():
        frame.loc[index, column] = value
    frames = MappingProxyType({**evidence._frames, table: frame})
    return replace(evidence, _frames=frames)


def study(evidence: Evidence, seed: int) -> Iterator[dict[str, Any]]:
    """Make faults of every kind and look for them."""
    rng, known = np.random.default_rng(seed), constrained(evidence)
    before = {(f.row_id, f.rule) for f in audit(evidence)}
    for name, kinds in KINDS.items():
        table, rows = evidence.to_frame(name), sound_rows(evidence, name)
        for kind in kinds:
            for row, index, cells in _faults(kind, table, rows, rng, TRIES[name]):
                made = audit(with_fault(evidence, name, index, cells))
                new = {f.row_id for f in made if (f.row_id, f.rule) not in before}
                held = known.get(row["row_id"], set())
                yield {
                    "table": name,
                    "kind": (kind.__doc__ or "").rstrip("."),
                    "seed": seed,
                    "row": row["row_id"],
                    "constrained": any(column in held for column in cells),
                    "caught": row["row_id"] in new or _refused(row | cells),
                    "others": len(new - {row["row_id"]}),
                }


def _faults(
    kind: Any,
    table: pd.DataFrame,
    rows: list[int],
    rng: np.random.Generator,
    tries: int,
) -> Iterator[tuple[Row, int, Row]]:
    done = 0
    for _ in range(20 * tries):
        index = int(rng.choice(rows))
        row = table.iloc[index].to_dict()
        cells = {c: v for c, v in kind(row, table, rng).items() if _moves(v, row[c])}
        if cells:
            yield row, index, cells
            done += 1
        if done == tries:
            return


def _moves(new: float, old: float) -> bool:
    return not (new == old or (isnan(new) and isnan(old)))


def _refused(row: Row) -> bool:
    """Whether the check of the tables stops before any comparison."""
    return bool(row.get("events", 0) > row["n"])


def figures(results: pd.DataFrame, data: Path, sound: Mapping[str, int]) -> Row:
    """Collect what the page of the report shows."""
    return {
        "seeds": list(SEEDS),
        "versions": {"mdmameta": mdmameta.__version__, "numpy": np.__version__},
        "tables": {
            name: hashlib.sha256((data / f"{name}.csv").read_bytes()).hexdigest()
            for name in KINDS
        },
        "sound": dict(sound),
        "others": float(results["others"].mean()),
        "kinds": [
            {
                "table": table,
                "kind": kind,
                **_counted(group, "constrained"),
                **_counted(group, "free"),
            }
            for (table, kind), group in results.groupby(["table", "kind"], sort=False)
        ],
        "by_seed": [
            {
                "seed": int(seed),
                **_counted(group, "constrained"),
                **_counted(group, "free"),
            }
            for seed, group in results.groupby("seed", sort=False)
        ],
    }


def _counted(group: pd.DataFrame, which: str) -> dict[str, int]:
    part = group[group["constrained"] == (which == "constrained")]
    return {which: len(part), f"{which}_caught": int(part["caught"].sum())}


def page(made: Row) -> str:
    """Compose the page of the documentation."""
    total = {
        key: sum(one[key] for one in made["kinds"])
        for key in ("constrained", "constrained_caught", "free", "free_caught")
    }
    lines = [
        "# How many faults the audit finds\n",
        f"{total['constrained'] + total['free']} single-cell faults were made, one at "
        f"a time, in the {made['sound']['continuous']} sound rows of scores and "
        f"{made['sound']['binary']} of counts (seeds {made['seeds'][0]} and "
        f"{made['seeds'][1]}; mdmameta {made['versions']['mdmameta']}, NumPy "
        f"{made['versions']['numpy']}). A fault is caught when the audit has a new "
        "finding on its row. *Constrained* cells are those that another number of the "
        "tables could expose: baseline, endpoint and change together, SDs of like rows "
        "with ten degrees of freedom, another count of the same people, a printed "
        "percentage. For the others there is only what is unlikely: a mean that is "
        "also its neighbour's, that leaves those before and after it, or is off the "
        "scale.\n",
        "| Fault | Constrained | Caught | Not constrained | Caught |",
        "|---|---:|---:|---:|---:|",
        *(_line(one["kind"], one) for one in made["kinds"]),
        _line("**All**", total),
        *(_line(f"Seed {one['seed']}", one) for one in made["by_seed"]),
        f"\nThe rules were written looking at faults of seed {SEEDS[0]} and of seeds 1 "
        f"and 2; those of seed {SEEDS[1]} were only counted.\n",
        "A row with a finding in the unchanged tables is not counted as sound, so "
        "there are no false alarms on sound rows by construction; what the audit finds "
        "on the real tables is listed by `mdmameta audit`, and a test has it find "
        "nothing on the rows that careful readers found right. A planted fault raises "
        "findings on "
        f"{made['others']:.1f} other rows on average: those that it now contradicts.",
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, one: Mapping[str, Any]) -> str:
    cells = [
        f"{one[which]} | {_share(one[f'{which}_caught'], one[which])}"
        for which in ("constrained", "free")
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def main() -> None:
    """Run the study and write both files."""
    data = ROOT / "data/raw"
    evidence = load_evidence(data)
    sound = {name: len(sound_rows(evidence, name)) for name in KINDS}
    results = pd.DataFrame([one for seed in SEEDS for one in study(evidence, seed)])
    made = figures(results, data, sound)
    PAGE.write_text(page(made), encoding="utf-8")
    FIGURES.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    if len(sys.argv) > 1:
        results.to_csv(sys.argv[1], index=False)


if __name__ == "__main__":
    main()
