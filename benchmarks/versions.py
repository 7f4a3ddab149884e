"""Run all tests in parts under these versions; keeps what passed, writes the page.

Run from the root of the project by `nox -s oldest`, `locked` or `newest`, or by hand:
``python benchmarks/versions.py NAME [PART ...]`` in an environment of the versions that
NAME (lowest, lock or newest) says. Each part is kept in benchmarks/versions.json as it
ends, in place of an earlier run of it. ``--failed`` runs again what failed, alone, and
the page says so; ``--page`` writes docs/versions.md alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from versions_page import write_page

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_suffix(".json")

#: What runs found that is mended since; written by hand, one sentence each.
FOUND = Path(__file__).with_name("versions_found.json")

#: What a part runs: tests that share what takes minutes to make stay together.
#: "the rest" is every other file and folder of tests, so that none is forgotten.
PARTS = {
    "the rest": (),
    "sensitivity": ("tests/sensitivity",),
    "models": ("tests/models",),
    "examples of docstrings": ("--doctest-modules", "--pyargs", "mdmameta"),
    "results, reports and commands": (
        *("tests/analyses", "tests/claims", "tests/cli", "tests/lineage"),
        *("tests/reporting", "tests/browser"),
        *("tests/test_derive.py", "tests/test_transcripts.py"),
        "--ignore=tests/reporting/embedded",
    ),
    "embedded renderer": ("tests/reporting/embedded",),
    "comparison with R": ("tests/test_reference_checks.py",),
    "documentation": ("tests/docs",),
}

#: One processor a part: threads of linear algebra wait for each other when it is busy.
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

#: Status of a pytest that was interrupted; its report has what ran until then.
STOPPED = 2

#: What a set of versions needs: old libraries use what newer ones below them have
#: deprecated.
OPTIONS = {"lowest": ("-W", "ignore::DeprecationWarning")}


def arguments(part: str) -> tuple[str, ...]:
    """Return what pytest is given for a part."""
    if PARTS[part]:
        return PARTS[part]
    named = {word for words in PARTS.values() for word in words}
    rooms = sorted(path for path in ROOT.glob("tests/*") if _has_tests(path))
    found = (path.relative_to(ROOT).as_posix() for path in rooms)
    return tuple(path for path in found if path not in named)


def _has_tests(path: Path) -> bool:
    if path.is_file():
        return path.match("test_*.py")
    return any(path.rglob("test_*.py"))


def run_tests(name: str, tests: Iterable[str]) -> dict[str, Any]:
    """Run tests in a process of their own and count the outcomes."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"]
        command += ["-o", "junit_family=xunit1"]  # the newer one has no properties
        command += [*OPTIONS.get(name, ()), *tests]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | ALONE, check=False)
        if not report.exists():
            raise SystemExit("pytest left no report: see above.")
        return outcomes(report) | {"stopped": done.returncode == STOPPED}


def outcomes(report: Path) -> dict[str, Any]:
    """Count what a report of pytest tells, and name what failed."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    bad = [c for c in cases if c.find("failure") is not None or _broken(c)]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return {
        "passed": len(cases) - len(bad) - skipped,
        "failed": sorted(f"{c.get('classname')}.{c.get('name')}" for c in bad),
        "skipped": skipped,
        "commit": _commit(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _broken(case: ElementTree.Element) -> bool:
    return case.find("error") is not None


def _commit() -> str:
    command = ["git", "rev-parse", "--short=9", "HEAD"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return said.stdout.strip()


def direct_versions() -> dict[str, str]:
    """Return what is installed of each package that pyproject.toml names."""
    project = tomllib.loads(Path(ROOT, "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(one for e in extras.values() for one in e)]
    names = sorted({re.split(r"[\[>=<]", one)[0] for one in asked}, key=str.lower)
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def run_again(name: str, part: str) -> dict[str, Any]:
    """Run alone what failed of a part, if anything, and count it anew."""
    kept = json.loads(RESULTS.read_text("utf-8"))
    earlier = kept[_key(name)]["parts"].get(part)
    if not earlier or not earlier["failed"]:
        return {}
    now = run_tests(name, map(address, earlier["failed"]))
    passed = len(earlier["failed"]) - len(now["failed"])
    if now["stopped"] or now["passed"] != passed:
        raise SystemExit("Not all that had failed was run: see above.")
    again = {"passed": passed, "commit": now["commit"]}
    return earlier | {
        "passed": earlier["passed"] + passed,
        "failed": now["failed"],
        "again": [*earlier.get("again", []), again],
    }


def address(test: str) -> str:
    """Return what pytest runs a test by, of the name that its report has."""
    name, bracket, parameters = test.partition("[")
    words = name.split(".")
    for end in range(1, len(words)):
        file = Path(*words[:end]).with_suffix(".py")
        if (ROOT / file).is_file():
            return "::".join([file.as_posix(), *words[end:]]) + bracket + parameters
    raise SystemExit(f"{test} is in no file of tests: run its whole part.")


def _key(name: str) -> str:
    return f"{'.'.join(platform.python_version_tuple()[:2])} {name}"


def keep(name: str, part: str, outcome: dict[str, Any]) -> None:
    """Put the outcome of a part in its place among the kept ones.

    Earlier parts remember what they ran with of that which is no longer installed.
    """
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    own = kept.setdefault(_key(name), {"parts": {}, "versions": {}})
    own["python"] = platform.python_version()
    now = direct_versions()
    gone = {one: had for one, had in own["versions"].items() if now.get(one) != had}
    own["versions"] = now
    own["parts"][part] = outcome
    for one in own["parts"].values():
        if gone and (one is not outcome or "again" in one):
            one["with"] = gone | one.get("with", {})
    scratch = RESULTS.with_suffix(".new")
    scratch.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    scratch.replace(RESULTS)


def main() -> int:
    """Run what is asked for, and tell by the status whether all passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=["lowest", "lock", "newest"])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--failed", action="store_true", help="what failed, again")
    parser.add_argument("--page", action="store_true", help="write the page alone")
    asked = parser.parse_args()
    failed = 0
    for part in [] if asked.page else asked.parts or PARTS:
        if asked.failed:
            outcome = run_again(asked.name, part)
        else:
            outcome = run_tests(asked.name, arguments(part))
        if outcome:
            keep(asked.name, part, outcome)
            failed += len(outcome["failed"])
    kept, found = (json.loads(path.read_text("utf-8")) for path in (RESULTS, FOUND))
    write_page(kept, list(PARTS), found)
    return min(failed, 1)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.exit(main())
