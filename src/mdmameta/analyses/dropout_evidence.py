"""What the tables give the analysis of dropout, and its assumptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.records import Evidence
from mdmameta.sensitivity.beliefs import control_types_of, runs_of_belief
from mdmameta.sensitivity.bias_adjusted import anchors
from mdmameta.sensitivity.flow import checked_flow, fractions_missing
from mdmameta.sensitivity.guesses import checked_guesses
from mdmameta.sensitivity.joint_dropout import joint_table
from mdmameta.sensitivity.joint_missing import Attrition
from mdmameta.sensitivity.matching import Matched
from mdmameta.sensitivity.verdicts import Sids, benefit_sign

#: Row of the table of biases that tells how lost blinding multiplies attrition.
ATTRITION = "control_attrition"

#: SD of the departures in the joint model: with 95 % within one SD of those
#: observed, as the declared region. An assumption.
DEPARTURE_SD = 0.51

#: How those controls are taken to differ who left because they knew their arm, in
#: SD for the worse: not at all, half an SD worse, or half better. Assumptions.
DISAPPOINTED: Mapping[str, float] = MappingProxyType(
    {"as others": 0.0, "disappointed, worse": 0.5, "better": -0.5}
)


def unplaced(evidence: Evidence) -> pd.DataFrame:
    """People who left a trial and of whom no table gives the arm.

    Returns
    -------
    pandas.DataFrame
        study, lost, row_id.
    """
    table = evidence.binary
    rows = table[(table["outcome"] == "left_study") & (table["scope"] == "study")]
    rows = rows[(rows["verification"] != "unverified") & rows["events"].notna()]
    rows = rows.rename(columns={"study_id": "study", "events": "lost"})
    kept = rows[["study", "lost", "row_id"]].drop_duplicates("study")
    return kept.reset_index(drop=True)


def scales(evidence: Evidence) -> pd.DataFrame:
    """Lowest and highest score of each instrument, where its range was read."""
    return evidence.instruments[["instrument", "min", "max"]]


def rows_used(evidence: Evidence, studies: Collection[str]) -> list[str]:
    """Raw rows used beside the flow: people without an arm, biases, thresholds."""
    people, limits = unplaced(evidence), evidence.thresholds
    kept = (limits["measure"] == "SMD") & (limits["kind"] != "comparator")
    return [
        *people.loc[people["study"].isin(studies), "row_id"],
        *evidence.bias_priors["row_id"],
        *limits.loc[kept, "row_id"],
    ]


def joint_part(evidence: Evidence, effects: Effects, sids: Sids) -> pd.DataFrame:
    """Fit dropout and lost blinding together; see `joint_table`.

    Returns
    -------
    pandas.DataFrame
        No rows where the table of biases has no ratio of attrition.
    """
    priors = evidence.bias_priors
    rows = priors[priors["prior_id"] == ATTRITION]
    if rows.empty:
        return pd.DataFrame()
    row = rows.iloc[0]
    attrition = Attrition(
        ratio=float(row["estimate"]),
        low=float(row["ci_low"]),
        high=float(row["ci_high"]),
        source=str(row["source_id"]),
    )
    flow = Matched.of("flow", checked_flow(evidence.flow()), effects)
    fit = BayesianRandomEffects().fit(effects)
    sign, _ = benefit_sign(effects, fit)
    published = anchors(priors, effects.measure, sign, (1.0,))
    return joint_table(
        effects,
        fractions_missing(flow.table, flow.studies),
        _beliefs(evidence, effects),
        {str(p["prior_id"]): (p["b"], p["sd"]) for p in published.to_dict("records")},
        attrition=attrition,
        departure_sd=DEPARTURE_SD,
        disappointed={name: -sign * x for name, x in DISAPPOINTED.items()},
        sids=sids,
        side=float(np.sign(fit.estimate.value)),
    )


def _beliefs(evidence: Evidence, effects: Effects) -> pd.DataFrame:
    given = checked_guesses(evidence.guesses(unverified=True))
    guesses = Matched.of("guesses", given, effects)
    types = control_types_of(effects, guesses, "control_type")
    runs, _ = runs_of_belief(guesses, types, None, None)
    return runs[0].table
