"""Raw rows behind the refits of robustness and the tables beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mdmameta.analyses.durability import AFTER, durability
from mdmameta.analyses.harms import harms
from mdmameta.analyses.robustness_missing import unreported
from mdmameta.analyses.robustness_sets import alternatives
from mdmameta.effects import ptsd_effects
from mdmameta.records import Evidence
from mdmameta.records.links import split


def robustness_rows(evidence: Evidence, studies: Collection[str]) -> tuple[str, ...]:
    """Names of rows that the analysis of robustness uses.

    Parameters
    ----------
    evidence
        Checked tables.
    studies
        Ids of the trials of the primary set.
    """
    return tuple(dict.fromkeys(_rows(evidence, set(studies))))


def _rows(evidence: Evidence, studies: set[str]) -> Iterator[str]:
    effects = ptsd_effects(evidence)
    instruments = tuple(effects.moderators["instrument"].unique())
    for one in alternatives(evidence, effects):
        if one.effects is not None:
            yield from (row for origin in one.effects.provenance for row in origin.rows)
    arms, rated, table = evidence.arms, evidence.risk_of_bias, evidence.studies
    lost = unreported(evidence, effects)
    yield from arms.loc[arms["study_id"] == lost, "row_id"]
    yield from rated.loc[rated["study_id"].isin(studies), "row_id"]
    yield from table.loc[table["study_id"].isin({*studies, lost}), "row_id"]
    for part in (harms(evidence), durability(evidence, instruments)):
        yield from (row for cell in part["row_id"] for row in split(cell))
    times = evidence.timepoints
    other = times["alternative"].fillna("") != ""
    yield from times.loc[other | (times["crossover"] == AFTER), "row_id"]
