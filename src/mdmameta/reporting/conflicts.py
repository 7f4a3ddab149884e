"""What the pooled results would be with the rows that were set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.analyses.catalogue import MAIN_MODEL, MODELS, SETS
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.records import Evidence
from mdmameta.reporting.results import Results
from mdmameta.schema import TABLES
from mdmameta.sensitivity.units import UNIT_SCALE_MEASURES
from mdmameta.tables.numbers import RATIO_MEASURES, number

__all__ = ["Choice", "choices", "shift_words"]

#: What makes two rows of a table speak of the same number.
SAME = {
    "continuous": ("study_id", "arm_id", "instrument", "timepoint", "stat"),
    "binary": ("study_id", "arm_id", "outcome", "timepoint", "definition_code"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A row set aside, and what changes when it takes the place of its rival.

    Parameters
    ----------
    row_id, instead_of
        Names of the row set aside and of the one preferred.
    changed
        Name of a contrast set -> its fit as it is, and as it would be.
    """

    row_id: str
    instead_of: str
    changed: dict[str, tuple[Fit, Fit]]


def choices(results: Results) -> list[Choice]:
    """Refit every contrast set that a row set aside would change.

    Parameters
    ----------
    results
        Analyses of the evidence.
    """
    return [
        Choice(row_id, rival, dict(_changed(results, table, row_id, rival)))
        for table, row_id, rival in _rivals(results.evidence)
    ]


def _rivals(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    for table, keys in SAME.items():
        frame = evidence.to_frame(table)
        kept = frame[frame["preferred"] != "no"].set_index(list(keys))["row_id"]
        aside = frame[
            (frame["preferred"] == "no") & (frame["verification"] != "unverified")
        ]
        for row in aside.to_dict("records"):
            place = tuple(row[key] for key in keys)
            if place in kept.index:
                yield table, row["row_id"], str(np.atleast_1d(kept.loc[[place]])[0])


def _changed(
    results: Results, table: str, row_id: str, rival: str
) -> Iterator[tuple[str, tuple[Fit, Fit]]]:
    other = _exchanged(results.evidence, table, row_id, rival)
    for name, one in SETS.items():
        before = results.effects[name]
        if all(rival not in origin.rows for origin in before.provenance):
            continue
        after = one.build(other)
        if not _equal(before, after):
            yield name, (results.fits[name, MAIN_MODEL], MODELS[MAIN_MODEL].fit(after))


def _exchanged(evidence: Evidence, table: str, row_id: str, rival: str) -> Evidence:
    frames = {name: evidence.to_frame(name) for name in TABLES}
    frame: pd.DataFrame = frames[table]
    frame.loc[frame["row_id"] == row_id, "preferred"] = "yes"
    frame.loc[frame["row_id"] == rival, "preferred"] = "no"
    return Evidence.from_frames(frames, path=evidence.path, digest=evidence.digest)


def shift_words(before: Fit, after: Fit) -> str:
    """Say how far a pooled result moves: a difference, or a factor of a ratio.

    Parameters
    ----------
    before, after
        Fits of one measure. A standardised mean difference has three digits, points
        of a scale two.
    """
    shift = after.estimate.value - before.estimate.value
    measure = before.effects.measure
    if measure in RATIO_MEASURES:
        return f"× {number(np.exp(shift), 3)}"
    return number(shift, 3 if measure in UNIT_SCALE_MEASURES else 2)


def _equal(one: Effects, other: Effects) -> bool:
    return bool(
        one.k == other.k
        and np.array_equal(one.y, other.y, equal_nan=True)
        and np.array_equal(one.v, other.v, equal_nan=True)
    )
