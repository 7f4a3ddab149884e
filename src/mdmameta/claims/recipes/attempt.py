"""A way to compute a statement again, and the numbers that it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Attempt", "Convention"]

#: Step of a computation -> what was chosen for it.
Convention = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way of computing what a statement prints.

    Parameters
    ----------
    numbers
        Quantity -> number, on the scale on which it is printed.
    convention
        Step -> choice, in the order of computation.
    caveat
        Why agreement would not be a reproduction; empty if it would be.
    proxy
        Whether other inputs or another model than the source's are used, so
        that disagreement contradicts nothing by itself.
    slack
        Quantity -> how far it could be from the printed number because of
        what is known about the inputs, beyond the printed rounding.
    slack_reason
        Why.

    Examples
    --------
    >>> Attempt(numbers={"percent": 9.64}, convention={"share": "8 of 83"}).words
    'share: 8 of 83'
    """

    numbers: Mapping[str, float]
    convention: Convention
    caveat: str = ""
    proxy: bool = False
    slack: Callable[[], Mapping[str, float]] | None = None
    slack_reason: str = ""

    @property
    def words(self) -> str:
        """The convention in words."""
        return "; ".join(
            f"{step}: {choice}" for step, choice in self.convention.items()
        )
