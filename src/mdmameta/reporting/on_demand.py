"""Named results, each computed when first asked for, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["OnDemand"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class OnDemand(Mapping[K, V], Generic[K, V]):
    """Named results, each computed when first asked for, and once.

    Parameters
    ----------
    names
        All keys, in order.
    make
        Key -> result.

    Examples
    --------
    >>> squares = OnDemand((1, 2, 3), lambda n: n * n)
    >>> squares[3], 4 in squares, list(squares)
    (9, False, [1, 2, 3])
    """

    names: tuple[K, ...]
    make: Callable[[K], V]
    _made: dict[K, V] = field(default_factory=dict, init=False, repr=False)

    def __getitem__(self, name: K) -> V:
        """Compute one result, unless it is there already."""
        if name not in self.names:
            raise KeyError(f"{name!r}; there are: {', '.join(map(repr, self.names))}")
        if name not in self._made:
            self._made[name] = self.make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a name, computing nothing."""
        return name in self.names

    def __iter__(self) -> Iterator[K]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
