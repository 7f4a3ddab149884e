"""The graph of the curated tables, for every test of lineage."""

from __future__ import annotations

import pytest

from mdmameta.lineage import Graph
from mdmameta.lineage.traced import graph_of


@pytest.fixture(scope="session")
def graph(results) -> Graph:
    """Give the graph of the curated tables with their derived files."""
    return graph_of(results.evidence)
