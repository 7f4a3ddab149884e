"""Lineage: numbers walked back to rows and documents, and forward to their use."""

from mdmameta.lineage.documents import Document, overlap
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Node, Step
from mdmameta.lineage.traced import Trace, trace

__all__ = ["Document", "Graph", "Node", "Step", "Trace", "overlap", "trace"]
