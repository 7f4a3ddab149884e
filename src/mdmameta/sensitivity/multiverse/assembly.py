"""Effects and what alters them, put into the arrays of a universe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse.enumeration import combinations
from mdmameta.sensitivity.multiverse.graph import Codes, Graph
from mdmameta.sensitivity.multiverse.methods import METHODS, STAGE
from mdmameta.sensitivity.multiverse.universe import Layer, Universe

#: Options that make a set -> its effects, or None where there are none.
Build = Callable[[Mapping[str, str]], Effects | None]

#: Effects of a set and an option of a choice -> the altered effects, with NaN
#: where a trial is left out, or None where the option says nothing about it.
Alter = Callable[[Effects, str], Effects | None]

#: A pooled estimate needs two trials.
LEAST = 2


@dataclass(frozen=True, eq=False, slots=True)
class Sets:
    """Sets of effects that differ, and the options that made them.

    Parameters
    ----------
    codes
        Shape (S, choices of sets), rising.
    effects
        S sets.
    notes
        How many combinations gave none, or the same as an earlier one.
    """

    codes: Codes
    effects: tuple[Effects, ...]
    notes: tuple[str, ...]


def assemble(
    graph: Graph,
    build: Build,
    alter: Mapping[str, Alter],
    notes: Sequence[str] = (),
) -> Universe:
    """Build every set of effects and every alteration of it.

    Parameters
    ----------
    graph
        Choices of sets, then those in ``alter``, then the three of method.
    build
        Makes the sets.
    alter
        Choice -> what its options do.
    notes
        What a reader must know.

    Returns
    -------
    Universe
        With NaN where a set has no such trial.

    Raises
    ------
    SensitivityError
        When the main set cannot be built or has fewer than two trials, effects
        of a set are correlated, or a trial is in a set twice.

    Examples
    --------
    >>> from mdmameta.sensitivity.multiverse.graph import Choice, Option
    >>> from mdmameta.sensitivity.multiverse.methods import CHOICES, MAIN
    >>> sets = {"all": Effects.from_arrays(y=[-0.5, -0.8, -0.2], v=[0.1, 0.2, 0.1]),
    ...         "two": Effects.from_arrays(y=[-0.5, -0.8], v=[0.1, 0.2])}
    >>> options = (Option("all", "More data."), Option("two", "Better data."))
    >>> graph = Graph((Choice("set", "Set", options), *CHOICES), (),
    ...               {"set": "all", **MAIN})
    >>> assemble(graph, lambda picked: sets[picked["set"]], {}).y
    array([[-0.5, -0.8, -0.2],
           [-0.5, -0.8,  nan]])
    """
    names = [choice.name for choice in graph.choices]
    stages = len(names) - len(alter) - len(STAGE)
    sets = different_sets(graph, stages, build)
    studies = tuple(dict.fromkeys(str(s) for e in sets.effects for s in e.study))
    table = [_spread(effects, studies) for effects in sets.effects]
    main = [graph.code(name, graph.main[name]) for name in names[:stages]]
    at = np.flatnonzero((sets.codes == main).all(axis=1))
    if not at.size:
        raise SensitivityError(
            "the main analysis has no set of effects with two trials or more. Choose "
            "another main analysis, or give effects for it."
        )
    first = sets.effects[at[0]]
    return Universe(
        graph=graph,
        codes=sets.codes,
        studies=studies,
        y=np.array([y for y, _ in table]),
        v=np.array([v for _, v in table]),
        layers=tuple(
            _layer(graph, name, change, sets.effects, studies)
            for name, change in alter.items()
        ),
        methods=METHODS,
        measure=first.measure,
        direction=first.direction,
        label=first.label,
        notes=(*notes, *sets.notes, *first.caveats),
    )


def different_sets(graph: Graph, stages: int, build: Build) -> Sets:
    """Build the sets that the rules allow, each different one once."""
    names = [choice.name for choice in graph.choices[:stages]]
    kept: dict[tuple[object, ...], tuple[NDArray[np.int16], Effects]] = {}
    none = same = 0
    for row in combinations(graph, stages):
        picked = zip(graph.choices[:stages], row, strict=True)
        effects = build({c.name: c.names[code] for c, code in picked})
        if effects is None or np.isfinite(effects.y + effects.v).sum() < LEAST:
            none += 1
            continue
        _check_independent(effects)
        key = (tuple(effects.study), effects.y.tobytes(), effects.v.tobytes())
        same += key in kept
        kept.setdefault(key, (row, effects))
    notes = []
    if none:
        notes.append(
            f"{none} combinations of {', '.join(names)} leave fewer than two trials."
        )
    if same:
        notes.append(f"{same} combinations give the same effects as an earlier one.")
    codes = np.array([row for row, _ in kept.values()], dtype=np.int16)
    return Sets(
        codes.reshape(-1, stages), tuple(e for _, e in kept.values()), tuple(notes)
    )


def leave_out(effects: Effects, study: str) -> Effects | None:
    """Return effects without one study, None where it or two others are not there."""
    mine = effects.study == study
    there = np.isfinite(effects.y + effects.v)
    if not (mine & there).any() or (there & ~mine).sum() < LEAST:
        return None
    return effects.with_y(np.where(mine, np.nan, effects.y))


def _check_independent(effects: Effects) -> None:
    if effects.covariance is not None:
        raise SensitivityError(
            f"{effects.label or 'a set'} has correlated effects, which are not fitted "
            "in batches. Combine those of a study first, by aggregate()."
        )
    names = [str(study) for study in effects.study]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SensitivityError(
            f"{effects.label or 'a set'} has {twice!r} twice; a set needs one effect a "
            "study. Combine them first, by aggregate()."
        )


def _spread(effects: Effects, studies: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Effects and variances in the places of all studies, NaN where not there."""
    place = [studies.index(str(study)) for study in effects.study]
    there = np.isfinite(effects.y + effects.v)
    y, v = np.full(len(studies), np.nan), np.full(len(studies), np.nan)
    y[place] = np.where(there, effects.y, np.nan)
    v[place] = np.where(there, effects.v, np.nan)
    return y, v


def _layer(
    graph: Graph,
    name: str,
    change: Alter,
    sets: Sequence[Effects],
    studies: Sequence[str],
) -> Layer:
    options = graph[name].names
    shape = (len(sets), len(options), len(studies))
    dy, dv = np.zeros(shape), np.zeros(shape)
    allowed = np.zeros(shape[:2], dtype=bool)
    for s, effects in enumerate(sets):
        y, v = _spread(effects, studies)
        absent = np.isnan(y)
        for o, option in enumerate(options):
            altered = change(effects, option)
            if altered is None:
                continue
            allowed[s, o] = True
            new_y, new_v = _spread(altered, studies)
            dy[s, o] = np.where(absent, 0.0, new_y - y)
            dv[s, o] = np.where(absent, 0.0, new_v - v)
    return Layer(name, dy, dv, allowed)
