"""Every defensible specification of an analysis, computed and summarised."""

from mdmameta.sensitivity.multiverse.assembly import assemble
from mdmameta.sensitivity.multiverse.graph import Choice, Graph, Option, Rule
from mdmameta.sensitivity.multiverse.joint import JointTest
from mdmameta.sensitivity.multiverse.named_sets import of_sets
from mdmameta.sensitivity.multiverse.result import Multiverse
from mdmameta.sensitivity.multiverse.run import multiverse
from mdmameta.sensitivity.multiverse.universe import Universe

__all__ = [
    "Choice",
    "Graph",
    "JointTest",
    "Multiverse",
    "Option",
    "Rule",
    "Universe",
    "assemble",
    "multiverse",
    "of_sets",
]
