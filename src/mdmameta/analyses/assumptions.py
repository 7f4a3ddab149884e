"""The assumptions of this report's sensitivity analyses, each stated once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import pandas as pd

from mdmameta.analyses import dropout_evidence
from mdmameta.analyses.blinding_evidence import (
    dose_table,
    evidence_rows,
    gaps,
    rater_tables,
)
from mdmameta.analyses.robustness import robustness_analysis
from mdmameta.analyses.robustness_rows import robustness_rows
from mdmameta.effects import ptsd_effects
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.records import Evidence
from mdmameta.records.links import split
from mdmameta.sensitivity import (
    SensitivityTable,
    blinding,
    dropout,
    guesses_from_percentages,
    prior_use,
)
from mdmameta.sensitivity.dose_response import WARNING as DOSE_WARNING
from mdmameta.sensitivity.raters import WARNING as RATER_WARNING

Analysis = Callable[[Evidence, Effects, Model], SensitivityTable]

#: Share of those asked who are taken to have been unsure, where percentages were
#: reported without it: an assumption for the second run on blinding.
UNSURE_SHARE = 0.05

#: Phase whose trials the reported percentages are taken to describe; the text
#: that reports them names no trial.
REPORTED_PHASE = "3"

#: Changes in the probability of believing that the sources of the published
#: estimates of bias may have made: complete, three quarters, half.
DELTA_U = (1.0, 0.75, 0.5)

#: Published estimate that stands for the bias through therapists who know the arm.
ASSESSOR_PRIOR = "assessor"

#: What benchmark rows about earlier use in a population begin with.
LIFETIME_USE = "lifetime use"

#: Seed of the simulated number of trials that a meta-regression would need.
POWER_SEED = 20260101

#: Sets of binary outcomes that are refitted under missing-data assumptions.
BINARY_SETS = ("ptsd-response", "ptsd-remission")


def blinding_analysis(
    evidence: Evidence, effects: Effects, model: Model
) -> SensitivityTable:
    """Bound the contrast under bias from lost blinding; see `blinding`."""
    made = blinding(
        effects,
        model,
        guesses=evidence.guesses(unverified=True),
        sids=sids(evidence),
        priors=evidence.bias_priors,
        assumed=assumed_guesses(evidence),
        shares=evidence.shares(),
        therapist=therapist_bias(evidence),
        delta_u=DELTA_U,
    )
    trials, pooled = rater_tables(evidence, effects)
    parts = {"dose": dose_table(evidence), "raters": trials, "raters_pooled": pooled}
    return replace(
        made,
        parts={**made.parts, **parts},
        notes=(*made.notes, DOSE_WARNING, RATER_WARNING, *gaps(evidence)),
    )


def therapist_bias(evidence: Evidence) -> list[tuple[str, float]]:
    """Sizes of a bias through therapists: the published one of assessors, and half.

    Nothing is published on therapists who know the arm; that assessors who know
    it exaggerate by so much is taken as an upper end.
    """
    table = evidence.bias_priors
    rows = table[(table["scale"] == "smd") & (table["prior_id"] == ASSESSOR_PRIOR)]
    return [
        (name, float(b) * part)
        for b in rows["estimate"]
        for name, part in (("half of assessors'", 0.5), ("as assessors'", 1.0))
    ]


def prior_use_analysis(
    evidence: Evidence, effects: Effects, model: Model
) -> SensitivityTable:
    """Bound the contrast in people without earlier use; see `prior_use`."""
    return prior_use(
        effects,
        model,
        shares=evidence.shares(),
        sids=sids(evidence),
        targets=populations(evidence),
        seed=POWER_SEED,
    )


def dropout_analysis(
    evidence: Evidence, effects: Effects, model: Model
) -> SensitivityTable:
    """Refit under assumptions on those without an assessment; see `dropout`."""
    standard = effects.measure == "SMD"
    wanted = sids(evidence) if standard else {}
    made = dropout(
        effects,
        model,
        flow=evidence.flow(),
        sids=wanted,
        unplaced=dropout_evidence.unplaced(evidence) if standard else None,
        scales=dropout_evidence.scales(evidence) if standard else None,
    )
    if not standard:
        return made
    joint = dropout_evidence.joint_part(evidence, effects, wanted)
    return replace(made, parts={**made.parts, "joint": joint})


def sids(evidence: Evidence) -> dict[str, tuple[float, str]]:
    """Smallest important differences in SD units: label -> size and source id.

    Contrasts found for other treatments stand in the same table as yardsticks;
    they are no such differences.
    """
    table = evidence.thresholds
    table = table[(table["measure"] == "SMD") & (table["kind"] != "comparator")]
    rows = zip(table["label"], table["size"], table["source_id"], strict=True)
    return {str(label): (float(size), str(source)) for label, size, source in rows}


def populations(evidence: Evidence) -> dict[str, tuple[float, str]]:
    """Share with earlier use in populations: name -> share and source id."""
    table = _population_rows(evidence)
    rows = zip(table["population"], table["value"], table["source_id"], strict=True)
    return {str(name): (float(x) / 100, str(source)) for name, x, source in rows}


def _population_rows(evidence: Evidence) -> pd.DataFrame:
    table = evidence.benchmarks
    return table[table["quantity"].str.startswith(LIFETIME_USE)]


def assumed_guesses(evidence: Evidence) -> pd.DataFrame:
    """Return the counts that reported percentages would mean in one phase.

    The number asked is taken to be the number assessed at the primary endpoint.

    Parameters
    ----------
    evidence
        Its table of guesses holds the percentages with scope ``pooled``.
    """
    pooled = evidence.blinding
    pooled = pooled[(pooled["scope"] == "pooled") & pooled["pct_correct"].notna()]
    percent = dict(zip(pooled["role"], pooled["pct_correct"], strict=True))
    arms = evidence.arms.dropna(subset=["n_primary_assessed"])
    frames = []
    for study in evidence.studies.query("phase == @REPORTED_PHASE").to_dict("records"):
        own = arms[arms["study_id"] == study["study_id"]]
        sizes = dict(
            zip(own["role"], own["n_primary_assessed"].astype(int), strict=True)
        )
        if not {"active", "control"} <= sizes.keys():
            continue
        frames.append(
            guesses_from_percentages(
                percent["active"],
                percent["control"],
                sizes["active"],
                sizes["control"],
                UNSURE_SHARE,
                study=study["study_id"],
                control_type=study["control_type"],
            )
        )
    return pd.concat(frames, ignore_index=True)


def analysis_rows(
    name: str, evidence: Evidence, studies: Collection[str]
) -> tuple[str, ...]:
    """Raw rows that an analysis uses beside those behind the effects.

    Parameters
    ----------
    name
        Name of the analysis: blinding, prior_use or dropout; after a slash, the
        set of binary outcomes that it is done on.
    evidence
        Checked tables.
    studies
        Ids of the trials that the analysis is about.

    Returns
    -------
    tuple of str
        Names of rows of the tables of arms, guesses, earlier use, bias and
        differences called important.
    """
    views: dict[str, Callable[[], pd.DataFrame]] = {
        "blinding": partial(evidence.guesses, unverified=True),
        "prior_use": evidence.shares,
        "dropout": evidence.flow,
    }
    kind, _, binary = name.partition("/")
    if kind == "robustness":
        return robustness_rows(evidence, studies)
    view = views[kind]()
    found = [
        row
        for cell in view.loc[view["study"].isin(list(studies)), "row_id"]
        for row in split(cell)
    ]
    if kind == "blinding":
        shared = evidence.shares()
        mine = shared.loc[shared["study"].isin(list(studies)), "row_id"]
        found += [row for cell in mine for row in split(cell)]
        found += _blinding_rows(evidence)
        found += evidence_rows(evidence, ptsd_effects(evidence))
    if kind == "dropout" and not binary:
        found += dropout_evidence.rows_used(evidence, studies)
    if kind == "prior_use":
        table = evidence.thresholds
        kept = (table["measure"] == "SMD") & (table["kind"] != "comparator")
        found += list(table.loc[kept, "row_id"])
        found += list(_population_rows(evidence)["row_id"])
    return tuple(dict.fromkeys(found))


def _blinding_rows(evidence: Evidence) -> list[str]:
    guessed, studies = evidence.blinding, evidence.studies
    pooled = (guessed["scope"] == "pooled") & guessed["pct_correct"].notna()
    phase = studies.loc[studies["phase"] == REPORTED_PHASE, "study_id"]
    arms = evidence.arms.dropna(subset=["n_primary_assessed"])
    return [
        *guessed.loc[pooled, "row_id"],
        *arms.loc[arms["study_id"].isin(phase), "row_id"],
        *evidence.bias_priors["row_id"],
    ]


#: Name -> analysis of the primary set, in the order of the report.
ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {
        "blinding": blinding_analysis,
        "prior_use": prior_use_analysis,
        "dropout": dropout_analysis,
        "robustness": robustness_analysis,
    }
)
