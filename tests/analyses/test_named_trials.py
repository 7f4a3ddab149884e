"""Facts about a trial are data: no code names one."""

import ast
import csv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def trials() -> set[str]:
    with (ROOT / "data/raw/studies.csv").open(encoding="utf-8") as file:
        return {row["study_id"] for row in csv.DictReader(file)}


def texts(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    return {one for one in found if isinstance(one, str)}


def test_no_trial_of_the_tables_is_named_in_code():
    known = trials()
    assert len(known) > 10
    named = {
        str(path.relative_to(ROOT)): here
        for path in (ROOT / "src" / "mdmameta").rglob("*.py")
        if (here := texts(path) & known)
    }
    assert named == {}
