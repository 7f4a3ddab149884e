"""A set of contrasts of scores as effects with moderators and provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.arm_scores import Basis, Scores
from mdmameta.effects.contrast_choices import ContrastChoices
from mdmameta.effects.contrast_words import caveats_of, label_of, unknown_direction
from mdmameta.effects.dependence import shared_control_covariance
from mdmameta.effects.measures import effect_size
from mdmameta.effects.origin import provenances
from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError
from mdmameta.options import Direction
from mdmameta.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two groups of one trial, before an effect size is computed.

    Parameters
    ----------
    study
        Row of the table of trials.
    instrument, timepoint, weeks
        On what and when both groups were assessed.
    basis
        How the scores were come by.
    active, control
        Scores of the two groups.
    """

    study: Mapping[str, Any]
    instrument: str
    timepoint: str
    weeks: float
    basis: Basis
    active: Scores
    control: Scores


def effects_of(
    evidence: Evidence, found: Sequence[Contrast], choices: ContrastChoices
) -> Effects:
    """Compute, name and document the effects of contrasts.

    Raises
    ------
    EffectsError
        For several instruments with MD, or opposite directions.
    """
    used = instruments_of(evidence, [c.instrument for c in found])
    _refuse_mixed_points(used, choices)
    table = _table(found)
    shared = shared_groups(table)
    y, v = _sizes(table, choices)
    return Effects.from_arrays(
        y,
        None if shared else v,
        V=_covariance(y, v, table, choices) if shared else None,
        study=[str(c.study["label"]) for c in found],
        moderators=table,
        label=label_of(table, used, choices),
        measure=choices.measure,
        direction=one_direction(used),
        provenance=provenances(evidence, [_origin(c) for c in found]),
        shared_controls=shared,
        caveats=(*caveats_of(table, choices), *unknown_direction(used)),
    )


def _origin(c: Contrast) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (*c.active.rows, *c.control.rows), (*c.active.notes, *c.control.notes)


def study_columns(study: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a trial that serve as moderators."""
    names = ("study_id", "control_type", "phase", "year")
    return {name: study[name] for name in names}


def whole_numbers(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return a table with complete columns of counts as integers."""
    complete = [name for name in names if table[name].notna().all()]
    return table.astype(dict.fromkeys(complete, int))


def instruments_of(evidence: Evidence, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the instruments named, each once, by name.

    An instrument that the evidence does not describe is its own label and
    outcome, and its direction is empty.
    """
    columns = ["instrument", "label", "outcome", "direction"]
    known = evidence.instruments[columns].set_index("instrument")
    used = known.reindex(list(dict.fromkeys(names))).fillna("")
    for column in ("label", "outcome"):
        used[column] = used[column].mask(used[column] == "", used.index.to_series())
    return used


def one_direction(used: pd.DataFrame) -> Direction | None:
    """Return the direction that is better, if all instruments agree on it.

    None when it is not known of one of them.

    Raises
    ------
    EffectsError
        When better points in opposite directions.
    """
    directions = set(used["direction"])
    if "" in directions:
        return None
    if len(directions) > 1:
        listed = ", ".join(f"{name} ({way})" for name, way in used["direction"].items())
        raise EffectsError(
            f"better points in opposite directions: {listed}. Choose instruments of "
            "one direction."
        )
    return "lower" if directions == {"lower"} else "higher"


def shared_groups(table: pd.DataFrame) -> list[tuple[int, ...]]:
    """Find the positions of rows that use one control group.

    Examples
    --------
    >>> table = pd.DataFrame({"study_id": ["A", "B", "B"], "control_arm": ["c"] * 3})
    >>> shared_groups(table)
    [(1, 2)]
    """
    keys = table["study_id"] + "\n" + table["control_arm"]
    positions = pd.Series(range(len(table))).groupby(keys.to_numpy(), sort=False)
    return [tuple(group) for _, group in positions if len(group) > 1]


def _refuse_mixed_points(used: pd.DataFrame, choices: ContrastChoices) -> None:
    if choices.measure == "MD" and len(used) > 1:
        raise EffectsError(
            f"mean differences on {' and '.join(used.index)} are in different points "
            "and cannot stand in one set. Choose one instrument, or measure='SMD'."
        )


def _table(found: Sequence[Contrast]) -> pd.DataFrame:
    rows = [
        {
            **study_columns(c.study),
            "instrument": c.instrument,
            "timepoint": c.timepoint,
            "weeks": c.weeks,
            "basis": c.basis,
            **_columns(c.active, "active_arm", 1),
            **_columns(c.control, "control_arm", 2),
        }
        for c in found
    ]
    return whole_numbers(pd.DataFrame(rows), ("year", "n1", "n2"))


def _columns(scores: Scores, name: str, place: int) -> dict[str, Any]:
    return {
        name: " + ".join(scores.arms),
        f"n{place}": scores.n,
        f"mean{place}": scores.mean,
        f"sd{place}": scores.sd,
    }


def _sizes(
    table: pd.DataFrame, choices: ContrastChoices
) -> tuple[FloatArray, FloatArray]:
    sizes = effect_size(
        choices.measure,
        data=table,
        correction=choices.correction,
        vtype=choices.vtype,
        m1i="mean1",
        sd1i="sd1",
        n1i="n1",
        m2i="mean2",
        sd2i="sd2",
        n2i="n2",
    )
    return sizes["y"].to_numpy(), sizes["v"].to_numpy()


def _covariance(
    y: FloatArray, v: FloatArray, table: pd.DataFrame, choices: ContrastChoices
) -> FloatArray:
    in_points = choices.measure == "MD"
    variance = table["sd2"] ** 2 if in_points else 1.0
    return shared_control_covariance(
        "MD" if in_points else "SMD",
        v,
        table["study_id"].to_numpy(),
        shared=variance / table["n2"],
        y=y,
        n_total=table.groupby("study_id")["n1"].transform("sum") + table["n2"],
    )
