"""The numbers that specifications are computed from, apart from any evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.options import Direction
from mdmameta.sensitivity.multiverse.graph import Codes, Graph
from mdmameta.sensitivity.multiverse.methods import Methods


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """What the options of one choice do to the contrasts of every set.

    Parameters
    ----------
    choice
        Name of the choice, with O options.
    dy, dv
        What is added to effects and variances, shape (S, O, K); NaN leaves a
        trial out.
    allowed
        Whether an option says anything about a set, shape (S, O).
    """

    choice: str
    dy: FloatArray
    dv: FloatArray
    allowed: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Universe:
    """Everything that a worker needs, in arrays of S sets and K trials.

    The choices of the graph come in three stages: those that make a set of
    effects, those that alter one (a layer each), and those of the method.

    Parameters
    ----------
    graph
        Choices, rules and main analysis.
    codes
        Options that make each set, in rising order, shape (S, choices of
        sets).
    studies
        Names of the K trials in any set.
    y, v
        Effects and variances, shape (S, K); NaN where a set lacks a trial.
    layers
        In the order of their choices.
    methods
        What the options of the last three choices stand for.
    measure, direction
        Of the effects, see `mdmameta.effects.table.Effects`.
    label
        Of the main set.
    notes
        What a reader must know of the sets.

    Examples
    --------
    >>> from mdmameta import Effects
    >>> from mdmameta.sensitivity.multiverse import of_sets
    >>> three = Effects.from_arrays(y=[-0.5, -0.8, -0.2], v=[0.1, 0.2, 0.1])
    >>> two = Effects.from_arrays(y=[-0.4, -0.6], v=[0.1, 0.2], measure="")
    >>> universe = of_sets({"endpoint": three, "change": two})
    >>> universe.y
    array([[-0.5, -0.8, -0.2],
           [-0.4, -0.6,  nan]])
    """

    graph: Graph
    codes: Codes
    studies: tuple[str, ...]
    y: FloatArray
    v: FloatArray
    layers: tuple[Layer, ...]
    methods: Methods
    measure: str = ""
    direction: Direction | None = None
    label: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sets(self) -> int:
        """Number of choices that make a set."""
        return int(self.codes.shape[1])

    @cached_property
    def main_set(self) -> int:
        """Position of the set of the main analysis."""
        names = [choice.name for choice in self.graph.choices[: self.sets]]
        wanted = [self.graph.code(name, self.graph.main[name]) for name in names]
        return int(np.flatnonzero((self.codes == wanted).all(axis=1))[0])

    @cached_property
    def shifts(self) -> tuple[NDArray[np.bool_], ...]:
        """Whether each option of each layer moves contrasts by an assumption."""
        return tuple(
            np.array([option.shifts for option in self.graph[layer.choice].options])
            for layer in self.layers
        )

    def digest(self, **settings: object) -> str:
        """SHA-256 of the data, the choices, the methods and settings."""
        arrays: list[NDArray[Any]] = [self.codes, self.y, self.v]
        for layer in self.layers:
            arrays += [layer.dy, layer.dv, layer.allowed]
        words = {
            **self.graph.to_dict(),
            "studies": list(self.studies),
            "methods": repr(self.methods),
            "shapes": [list(array.shape) for array in arrays],
            **settings,
        }
        found = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
        for array in arrays:
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()


def altered(
    universe: Universe, rows: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    """Return effects and variances of sets with their layers applied.

    Parameters
    ----------
    universe
        S sets.
    rows
        Set, then the option of each layer, shape (n, 1 + layers).

    Returns
    -------
    tuple of numpy.ndarray
        y and v, shape (n, K) each; NaN where a trial is not there.
    """
    at = rows[:, 0]
    y, v = universe.y[at], universe.v[at]
    for i, layer in enumerate(universe.layers, start=1):
        y = y + layer.dy[at, rows[:, i]]
        v = v + layer.dv[at, rows[:, i]]
    return y, v
