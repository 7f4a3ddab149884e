"""The page that says under which versions the tests passed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs/versions.md"

#: What each set of versions is, and what runs it.
SETS = {
    "lowest": "the lowest that `pyproject.toml` allows (`nox -s oldest`)",
    "lock": "the locked ones (`nox -s locked`)",
    "newest": "the newest that `pyproject.toml` allows (`nox -s newest`)",
}

HEAD = """# Versions that the tests ran on

Made by `nox -s oldest`, `nox -s locked` and `nox -s newest` (`benchmarks/versions.py`).
They run every test in parts, each in a process of its own, and keep what each part
counted; a part that is run again replaces what it had. The continuous integration runs
every test but those of the documentation's pages besides, with the lock of one Python.
"""

#: Runs in the order of the page: by Python, and by set as above.
Runs = dict[str, dict[str, Any]]


def write_page(kept: Runs, parts: list[str], found: list[str]) -> None:
    """Write docs/versions.md from what was kept."""
    order = sorted(kept, key=lambda name: (name.split()[0], [*SETS].index(_set(name))))
    runs = {name: kept[name] for name in order}
    sections = [HEAD, totals(runs, parts), by_part(runs, parts), failures(runs)]
    sections += [learned(found), versions(runs)]
    PAGE.write_text("\n".join(section for section in sections if section), "utf-8")


def totals(runs: Runs, parts: list[str]) -> str:
    """One row a run: its parts together."""
    rows = []
    for name, run in runs.items():
        done = [run["parts"][part] for part in parts if part in run["parts"]]
        counts = [
            sum(one["passed"] for one in done),
            sum(len(one["failed"]) for one in done),
            sum(one["skipped"] for one in done),
        ]
        whole = sum(not one["stopped"] for one in done)
        rows.append(
            [
                *(run["python"], SETS[_set(name)], f"{whole} of {len(parts)}"),
                *(f"{count:,}" for count in counts),
                _ends(one["date"] for one in done),
            ]
        )
    head = ["Python", "versions", "whole parts", "passed", "failed", "skipped", "date"]
    return f"## Together\n\n{_table(head, rows, 'llrrrrl')}"


def by_part(runs: Runs, parts: list[str]) -> str:
    """One row a part: what passed of how many, at which commit and with what else."""
    rows = [[part, *(_told(run, part) for run in runs.values())] for part in parts]
    head = ["part", *(_title(name) for name in runs)]
    return f"## By part\n\n{_table(head, rows, 'l' * len(head))}"


def failures(runs: Runs) -> str:
    """Name every test that fails, or nothing."""
    lines = [
        f"- {_title(name)}: `{test}`"
        for name, run in runs.items()
        for outcome in run["parts"].values()
        for test in outcome["failed"]
    ]
    return "\n".join(["## What fails", "", *lines, ""]) if lines else ""


def learned(found: list[str]) -> str:
    """Tell what runs found that is mended since."""
    lines = [f"- {sentence}" for sentence in found]
    return "\n".join(["## What such runs found, and is mended", "", *lines, ""])


def versions(runs: Runs) -> str:
    """One row a package that pyproject.toml names."""
    names = sorted({name for run in runs.values() for name in run["versions"]})
    rows = [
        [name, *(run["versions"].get(name, "–") for run in runs.values())]
        for name in sorted(names, key=str.lower)
    ]
    head = ["package", *(_title(name) for name in runs)]
    return f"## What was installed\n\n{_table(head, rows, 'l' * len(head))}"


def _set(name: str) -> str:
    return name.split()[1]


def _title(name: str) -> str:
    minor, of = name.split()
    return f"{minor}, {of}"


def _told(run: dict[str, Any], part: str) -> str:
    outcome = run["parts"].get(part)
    if outcome is None:
        return "not run"
    failed = len(outcome["failed"])
    text = f"{outcome['passed']:,} passed"
    text += f", {failed:,} failed" if failed else ""
    text += f", {outcome['skipped']:,} skipped" if outcome["skipped"] else ""
    text += ", then stopped" if outcome["stopped"] else ""
    text += f" (`{outcome['commit']}`{_other_versions(run, outcome)}"
    return "; ".join([text, *map(_again, outcome.get("again", []))]) + ")"


def _again(run: dict[str, Any]) -> str:
    return f"{run['passed']:,} of them run again alone at `{run['commit']}`"


def _other_versions(run: dict[str, Any], outcome: dict[str, Any]) -> str:
    had = outcome.get("with", {}).items()
    now = run["versions"]
    named = [f"{name} {old}" for name, old in had if now.get(name, old) != old]
    return f" with {', '.join(named)}" if named else ""


def _ends(dates: Iterable[str]) -> str:
    return " to ".join(dict.fromkeys((min(known := sorted(dates)), max(known))))


def _table(head: list[str], rows: list[list[str]], align: str) -> str:
    rule = ["--:" if side == "r" else "---" for side in align]
    lines = [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
    return "\n".join([*lines, ""])
