"""The runs of the bias-adjusted contrast: which u each trial is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.belief_tables import belief_by_study
from mdmameta.sensitivity.bias_adjusted import (
    belief_table,
    learnt_about_b,
    same_belief,
    unit_of_b,
)
from mdmameta.sensitivity.frames import listed, spelt
from mdmameta.sensitivity.guesses import (
    DEFAULT_MISSING_U,
    MissingU,
    checked_guesses,
)
from mdmameta.sensitivity.matching import Matched

#: A pooled contrast needs two trials.
NEEDED = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Belief:
    """One choice of u: its name, the effects it covers and their u.

    Parameters
    ----------
    name, parameter
        In words, and as the name of its tipping point.
    rows
        Positions of the effects covered.
    table
        One row a covered effect: see `belief_table`.
    """

    name: str
    parameter: str
    rows: NDArray[np.intp]
    table: pd.DataFrame

    def of(self, effects: Effects) -> Effects:
        """Return the effects that this choice covers."""
        return effects if len(self.rows) == effects.k else effects.take(self.rows)

    def counted(self) -> int:
        """Count the effects whose u comes from counts."""
        return int((self.table["basis"] == "counts").sum())


def control_types_of(effects: Effects, guesses: Matched, column: str) -> list[str]:
    """Type of control of each effect, from the moderators or else the guesses."""
    if column in effects.frame:
        return list(effects.frame[column].fillna("").astype(str))
    table = guesses.table
    if column not in table:
        return [""] * effects.k
    known = table[table[column].notna() & (table[column] != "")]
    by_study = known.drop_duplicates("study").set_index("study")[column]
    return list(by_study.reindex(guesses.labels).fillna("").astype(str))


def runs_of_belief(
    guesses: Matched,
    types: Sequence[str],
    assumed: pd.DataFrame | None,
    missing_u: MissingU | None,
) -> tuple[list[Belief], tuple[str, ...]]:
    """Make the runs, the main one first, and say what each rests on.

    Counts with the prior for the rest; counts alone; the same u everywhere;
    and percentages turned into counts. Without ``missing_u`` the prior is
    `DEFAULT_MISSING_U`.

    Raises
    ------
    SensitivityError
        When no contrast has a u.
    """
    study = guesses.studies
    prior = DEFAULT_MISSING_U if missing_u is None else missing_u
    full = belief_table(study, types, belief_by_study(guesses.table), prior)
    by_counts, few_note = _runs_by_counts(full)
    runs = [_run("counts and prior", "b", full), *by_counts]
    notes = [_prior_note(full, prior), few_note]
    if assumed is not None:
        extra = checked_guesses(assumed, "assumed")
        table = belief_table(study, types, belief_by_study(extra), prior)
        runs.append(_run("assumed percentages", "b_assumed", table))
        notes.append(_assumed_note(extra, study))
    usable = [run for run in runs if len(run.rows)]
    if not usable:
        raise SensitivityError(
            "u is known of no contrast: guesses has no counts in both arms of a trial, "
            "and no control type that missing_u names is known. Give counts, or the "
            "moderator control_type, or its types in missing_u."
        )
    return usable, tuple(filter(None, notes))


def _runs_by_counts(full: pd.DataFrame) -> tuple[list[Belief], str]:
    """Make the runs that trust counts alone, and say where there are too few."""
    counted = full["basis"] == "counts"
    n, runs = int(counted.sum()), []
    if n > 0:
        runs.append(_run("same u", "b_same_u", same_belief(full)))
    if n < NEEDED:
        return runs, (
            f"Counts only: not possible; {n} of {len(full)} contrasts "
            f"have counts of guesses in both arms, and {NEEDED} are needed to pool. "
            "Without the prior for the missing, nothing is left to analyse."
        )
    if n < len(full):
        alone = full.where(counted, np.nan)
        runs.append(_run("counts only", "b_counts_only", alone))
    return runs, ""


def _run(name: str, parameter: str, table: pd.DataFrame) -> Belief:
    rows = np.flatnonzero(table["u"].notna())
    kept = table.iloc[rows].reset_index(drop=True)
    return Belief(name=name, parameter=parameter, rows=rows, table=kept)


def _prior_note(full: pd.DataFrame, missing_u: MissingU) -> str:
    prior, none = full[full["basis"] == "prior"], full[full["basis"] == "none"]
    parts = []
    if len(prior):
        laws = "; ".join(
            f"{spelt(kind)} {missing_u[kind][0]:g} (SD {missing_u[kind][1]:g})"
            for kind in sorted(set(prior["control_type"]))
        )
        parts.append(
            f"ASSUMED, not evidence: u of {listed(prior['study'])} from a prior by "
            f"control type: {laws}; drawn independently for each trial."
        )
    if len(none):
        parts.append(
            f"Left out, for want of counts and of a prior: {listed(none['study'])}."
        )
    return " ".join(parts)


def _assumed_note(extra: pd.DataFrame, study: Sequence[str]) -> str:
    used = sorted(set(extra.loc[extra["counted"], "study"]) & set(study))
    return (
        "ASSUMED: counts made from reported percentages, with the number asked and "
        f"the share unsure assumed, for {listed(used)}; the others as in the main run."
    )


def identification(
    effects: Effects, run: Belief, fit: Fit, published: pd.DataFrame
) -> pd.DataFrame:
    """How far the contrasts move b from each published prior.

    Returns
    -------
    pandas.DataFrame
        prior_id, delta_u, prior_mean, prior_sd, posterior_mean, posterior_sd,
        ratio (posterior over prior SD).
    """
    columns = ["prior_id", "delta_u", "prior_mean", "prior_sd"]
    columns += ["posterior_mean", "posterior_sd", "ratio"]
    rows = []
    if len(run.rows) == effects.k:
        for row in published.to_dict("records"):
            prior = (float(row["b"]), float(row["sd"]))
            mean, sd = learnt_about_b(effects, run.table, fit, prior)
            names = (row["prior_id"], row["delta_u"])
            rows.append((*names, *prior, mean, sd, sd / prior[1]))
    return pd.DataFrame(rows, columns=columns)


def unused_priors(
    priors: pd.DataFrame | None, published: pd.DataFrame, measure: str
) -> tuple[str, ...]:
    """State which published estimates are not anchors, and why."""
    if priors is None:
        return ("No published estimates of bias were given: b has no anchor.",)
    if unit_of_b(measure) is None:
        return (
            f"Published estimates are standardised differences or odds ratios and "
            f"cannot anchor b for the measure {measure!r}.",
        )
    left = set(priors["prior_id"]) - set(published["prior_id"])
    notes = ["Published intervals are for a mean bias; a new trial varies more."]
    if left:
        notes.append(f"Not estimates of b on a known scale: {_settings(priors, left)}.")
    return tuple(notes)


def _settings(priors: pd.DataFrame, ids: set[str]) -> str:
    """Name published estimates by the setting that they are from, where it is told."""
    rows = priors[priors["prior_id"].isin(ids)].to_dict("records")
    return listed((row.get("setting") or spelt(row["prior_id"]) for row in rows), "; ")
