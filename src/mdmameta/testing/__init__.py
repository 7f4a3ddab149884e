"""The conformance kit: whether a model keeps what models owe and finds the truth."""

from mdmameta.models.duties import DUTIES
from mdmameta.testing.check import check_model
from mdmameta.testing.conformance import Check, Conformance
from mdmameta.testing.recovery import Recovery
from mdmameta.testing.worlds import WORLDS, World

__all__ = [
    "DUTIES",
    "WORLDS",
    "Check",
    "Conformance",
    "Recovery",
    "World",
    "check_model",
]
