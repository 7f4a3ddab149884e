"""What many tests look at and none may change: the analyses of the curated tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mdmameta.reporting.results import Results, load_results

ROOT = Path(__file__).parents[1]

#: What test_reference_checks records of each of its tests.
COUNTED = ("reference_checks", "reference_numbers")


@pytest.fixture(scope="session")
def results() -> Results:
    """Give every analysis of the curated tables, each computed when first asked for."""
    return load_results(ROOT / "data/raw")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many of R's results were checked."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        counts.update(
            {key: n for key, n in report.user_properties if "reference" in key}
        )
    if counts:
        terminalreporter.write_line(
            f"{counts['reference_checks']:,} checks of reference values from R agree, "
            f"{counts['reference_numbers']:,} numbers compared."
        )
