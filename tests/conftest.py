"""What many tests look at and none may change: the analyses of the curated tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.results import Results, load_results

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def results() -> Results:
    """Give every analysis of the curated tables, each computed when first asked for."""
    return load_results(ROOT / "data/raw")
