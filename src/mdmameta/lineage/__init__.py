"""Lineage: numbers walked back to rows and documents, and forward to their use."""

from mdmameta.lineage.affected import Impact, impact
from mdmameta.lineage.compared import Difference, Shift, difference
from mdmameta.lineage.documents import Document, overlap
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.levels import Levels, Standing, levels
from mdmameta.lineage.node import Node, Step
from mdmameta.lineage.traced import Trace, trace
from mdmameta.lineage.without import without

__all__ = [
    "Difference",
    "Document",
    "Graph",
    "Impact",
    "Levels",
    "Node",
    "Shift",
    "Standing",
    "Step",
    "Trace",
    "difference",
    "impact",
    "levels",
    "overlap",
    "trace",
    "without",
]
