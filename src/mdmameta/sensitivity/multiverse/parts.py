"""Finished chunks as Parquet parts, which a run that was killed goes on from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import numpy as np
from numpy.typing import NDArray

from mdmameta.errors import MissingExtraError, SensitivityError
from mdmameta.sensitivity.multiverse.block import NUMBERS, Block
from mdmameta.sensitivity.multiverse.flips import Counts
from mdmameta.sensitivity.multiverse.graph import Graph

#: What says which run a directory belongs to.
MANIFEST = "_manifest.json"

#: Name of a part, with its number.
PART = re.compile(r"part-(\d{6,})\.parquet")

#: Columns of results after those of the choices.
RESULTS = ("k", *NUMBERS, "excludes_zero", "converged", "main")


@dataclass(frozen=True, eq=False)
class Parts:
    """A directory with one Parquet file a chunk.

    Only parts have names without a leading ``_``. Each is written beside and
    moved into place, the counts of its flips before it, so that a part that is
    there is whole.

    Parameters
    ----------
    directory
        Made by `opened`.
    graph
        Names of columns and options.
    main_id
        spec_id of the main analysis.
    """

    directory: Path
    graph: Graph
    main_id: int

    def done(self) -> set[int]:
        """Numbers of the chunks that are finished.

        A part that cannot be read, or that lost its counts, is made again.
        """
        numbers = {_number(path) for path in self.directory.glob("part-*.parquet")}
        return {n for n in numbers if n is not None and self._whole(n)}

    def add(self, number: int, block: Block, counts: Counts) -> None:
        """Write a finished chunk.

        Raises
        ------
        SensitivityError
            When the disk is full, or cannot be written.
        """
        try:
            self._write(number, block, counts)
        except OSError as failed:
            raise SensitivityError(
                f"part {number} cannot be written to {self.directory} ({failed}). Make "
                "room, and give the same command again: finished parts are kept."
            ) from failed

    def _write(self, number: int, block: Block, counts: Counts) -> None:
        flips = self._flips(number)
        beside = self.directory / f"_writing-{number:06d}.npz"
        np.savez_compressed(
            beside, estimates=counts.estimates, beyond=counts.beyond, n=counts.n
        )
        beside.replace(flips)
        beside = self.directory / f"_writing-{number:06d}.parquet"
        _arrow().parquet.write_table(self._table(block), beside)
        beside.replace(self._part(number))

    def blocks(self) -> Iterator[Block]:
        """Read the chunks in their order, one at a time."""
        for number in sorted(self.done()):
            yield self._block(_arrow().parquet.read_table(self._part(number)))

    def counts(self) -> Iterator[Counts]:
        """Read the counts of flips of the chunks in their order."""
        for number in sorted(self.done()):
            with np.load(self._flips(number)) as kept:
                yield Counts(kept["estimates"], kept["beyond"], int(kept["n"]))

    def _part(self, number: int) -> Path:
        return self.directory / f"part-{number:06d}.parquet"

    def _flips(self, number: int) -> Path:
        return self.directory / f"_flips-{number:06d}.npz"

    def _whole(self, number: int) -> bool:
        """Whether a part has its end, where Parquet keeps what is in it."""
        arrow = _arrow()
        try:
            arrow.parquet.read_metadata(self._part(number))
        except arrow.ArrowInvalid:
            return False
        return is_zipfile(self._flips(number))

    def _table(self, block: Block) -> Any:
        arrow = _arrow()
        columns = {"spec_id": arrow.array(block.spec_id)}
        for i, choice in enumerate(self.graph.choices):
            names = arrow.array(choice.names)
            columns[choice.name] = names.take(arrow.array(block.codes[:, i]))
        for name in ("k", *NUMBERS):
            columns[name] = arrow.array(getattr(block, name))
        columns["excludes_zero"] = arrow.array((block.ci_low > 0) | (block.ci_high < 0))
        columns["converged"] = arrow.array(block.converged)
        columns["main"] = arrow.array(block.spec_id == self.main_id)
        return arrow.table(columns)

    def _block(self, table: Any) -> Block:
        codes = [_codes(table.column(c.name), c.names) for c in self.graph.choices]
        numbers = {
            name: table.column(name).to_numpy()
            for name in ("spec_id", "k", *NUMBERS, "converged")
        }
        return Block(codes=np.column_stack(codes), **numbers)


def _number(path: Path) -> int | None:
    """Read the number of a part, None for a file of another name."""
    found = PART.fullmatch(path.name)
    return int(found[1]) if found else None


def _codes(column: Any, names: tuple[str, ...]) -> NDArray[np.int16]:
    """Positions of options from their names, shape (n,)."""
    encoded = column.combine_chunks().dictionary_encode()
    place = [names.index(name) for name in encoded.dictionary.to_pylist()]
    rows: NDArray[np.intp] = encoded.indices.to_numpy()
    return np.array(place, dtype=np.int16)[rows]


def opened(
    directory: Path, graph: Graph, main_id: int, manifest: dict[str, Any]
) -> Parts:
    """Begin a directory, or go on with that of the same run.

    Parameters
    ----------
    directory
        Made if it is not there.
    graph, main_id
        See `Parts`.
    manifest
        What the directory is for; ``digest`` tells runs apart.

    Raises
    ------
    SensitivityError
        When the directory holds another run, or other files.
    MissingExtraError
        When pyarrow is not installed.
    """
    _arrow()
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / MANIFEST
    if path.exists():
        _check_same(path, manifest)
    _check_own(directory, begun=path.exists())
    if not path.exists():
        beside = directory / "_writing-manifest.json"
        beside.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        beside.replace(path)
    for left in directory.glob("_writing-*"):
        left.unlink()
    return Parts(directory, graph, main_id)


def _check_same(path: Path, manifest: dict[str, Any]) -> None:
    try:
        digest = json.loads(path.read_text(encoding="utf-8"))["digest"]
    except (ValueError, KeyError, TypeError) as broken:
        raise SensitivityError(
            f"{path} is no manifest of a multiverse. Give another directory, or empty "
            "this one."
        ) from broken
    if digest != manifest["digest"]:
        raise SensitivityError(
            f"{path.parent} holds a multiverse of other data, choices, methods or seed "
            f"(found {str(digest)[:12]}, this run is {manifest['digest'][:12]}). Give "
            "another directory, or empty this one to begin anew."
        )


def _check_own(directory: Path, *, begun: bool) -> None:
    """Refuse a directory with files that are no parts of this run.

    Who reads the directory as one table reads every file in it whose name does not
    begin with ``_`` or a dot.
    """
    others = sorted(
        path.name
        for path in directory.iterdir()
        if path.name[0] not in "_." and not (begun and PART.fullmatch(path.name))
    )
    if others:
        here = "beside its parts" if begun else f"and no {MANIFEST}"
        raise SensitivityError(
            f"{directory} holds {others[0]!r} {here}; it must hold the parts of one "
            "multiverse alone. Give an empty or a new directory, or take that file out."
        )


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as absent:
        raise MissingExtraError("pyarrow", "scale") from absent
    return pyarrow
