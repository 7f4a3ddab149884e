"""Where finished chunks are kept: in memory, or as Parquet parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from mdmameta.sensitivity.multiverse.block import Block
from mdmameta.sensitivity.multiverse.flips import Counts


class Store(Protocol):
    """Keeps the results of chunks by their number."""

    def done(self) -> set[int]:
        """Numbers of the chunks that are finished."""
        ...

    def add(self, number: int, block: Block, counts: Counts) -> None:
        """Keep a finished chunk."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Yield the chunks in their order."""
        ...

    def counts(self) -> Iterator[Counts]:
        """Yield the counts of flips of the chunks in their order."""
        ...


@dataclass(frozen=True, eq=False)
class Memory:
    """Keeps chunks in this process."""

    _kept: dict[int, tuple[Block, Counts]] = field(default_factory=dict)

    def done(self) -> set[int]:
        """Numbers of the chunks that are finished."""
        return set(self._kept)

    def add(self, number: int, block: Block, counts: Counts) -> None:
        """Keep a finished chunk."""
        self._kept[number] = (block, counts)

    def blocks(self) -> Iterator[Block]:
        """Yield the chunks in their order."""
        return (self._kept[number][0] for number in sorted(self._kept))

    def counts(self) -> Iterator[Counts]:
        """Yield the counts of flips of the chunks in their order."""
        return (self._kept[number][1] for number in sorted(self._kept))
