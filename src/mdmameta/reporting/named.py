"""Names of trials, of their arms and of sources in place of their ids."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.records import Evidence
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables import Table

__all__ = [
    "all_arms",
    "all_names",
    "all_sources",
    "all_trials",
    "doses",
    "in_names",
    "named",
    "trials_of",
]

#: Initials after a family name.
_INITIALS = re.compile(r"(?: [A-Z-]{1,3})+$")


def all_trials(evidence: Evidence) -> dict[str, str]:
    """Return the label of every trial of the tables, by its id."""
    return _unique(evidence.studies["study_id"], evidence.studies["label"])


def all_names(evidence: Evidence) -> dict[str, str]:
    """Return the names of sources, arms and trials, by their ids."""
    return {**all_sources(evidence), **all_arms(evidence), **all_trials(evidence)}


def all_arms(evidence: Evidence) -> dict[str, str]:
    """Return trial and dose of every arm, or its role, by its id."""
    trials, told = all_trials(evidence), {**_roles(evidence), **doses(evidence)}
    of = zip(evidence.arms["arm_id"], evidence.arms["study_id"], strict=True)
    return {
        arm: f"{trials[trial]}, {told[arm]}"
        for arm, trial in of
        if arm in told and trial in trials
    }


def doses(evidence: Evidence) -> dict[str, str]:
    """Return the dose of every arm, by its id, where it tells the arm from others.

    Parameters
    ----------
    evidence
        Checked tables; an arm whose sessions differ is named by its highest dose.
    """
    arms = evidence.arms
    words = [_dose(row) for row in arms.to_dict("records")]
    per_arm = arms[["study_id", "arm_id"]].assign(dose=words)
    alone = ~per_arm.duplicated(["study_id", "dose"], keep=False)
    told = per_arm[alone & per_arm["dose"].ne("")]
    return dict(zip(told["arm_id"].astype(str), told["dose"], strict=True))


def _roles(evidence: Evidence) -> dict[str, str]:
    """Role of every arm that is the only one of its trial with it, by its id."""
    arms = evidence.arms
    only = arms[~arms.duplicated(["study_id", "role"], keep=False)]
    return dict(zip(only["arm_id"].astype(str), only["role"].astype(str), strict=True))


def _dose(arm: Mapping[Hashable, Any]) -> str:
    if pd.isna(arm["dose_mg"]):
        return ""
    most = "up to " if arm["dose_text"] else ""
    control = " (control)" if arm["role"] == "control" else ""
    return f"{most}{arm['dose_mg']:g} mg{control}"


def all_sources(evidence: Evidence) -> dict[str, str]:
    """Return authors and year of every source, or its title, by its id.

    Of two documents that one author and a year do not tell apart, two authors are
    named, as in reference lists, or else the id.
    """
    rows = evidence.sources.to_dict("records")
    short, longer = ({_id(row): _cited(row, n) for row in rows} for n in (1, 2))
    clear, clearer = _unshared(evidence, short), _unshared(evidence, longer)
    names = {one: short[one] if one in clear else longer[one] for one in short}
    return {
        one: name if one in clear or one in clearer else f"{short[one]} ({one})"
        for one, name in names.items()
    }


def _unshared(evidence: Evidence, names: Mapping[str, str]) -> set[str]:
    """Ids of sources whose name belongs to one document."""
    documents = evidence.sources.set_index("source_id")["document_id"]
    per_name = documents.groupby(documents.index.map(names)).nunique()
    return {one for one, name in names.items() if per_name[name] == 1}


def _id(row: Mapping[Hashable, Any]) -> str:
    return str(row["source_id"])


def _cited(row: Mapping[Hashable, Any], most: int) -> str:
    return _authors(row["author"], row["title"], row["year"], most)


def _authors(author: str, title: str, year: float, most: int = 1) -> str:
    """Name a source as a text does: one author, two, or the first of many.

    Examples
    --------
    >>> _authors("Cuijpers P; Turner EH; Koole SL", "", 2014)
    'Cuijpers et al. 2014'
    >>> _authors("Cuijpers P; Turner EH; Koole SL", "", 2014, 2)
    'Cuijpers, Turner, et al. 2014'
    >>> _authors("", "News of the trial", 2025.0)
    '“News of the trial” 2025'
    """
    people = [_INITIALS.sub("", one.strip()) for one in author.split(";")]
    if not people[0]:
        words = f"“{title}”"
    elif len(people) == 2 and people[1] != "et al.":
        words = " and ".join(people)
    elif len(people) > 2 and most == 2:
        words = f"{people[0]}, {people[1]}, et al."
    else:
        words = people[0] if len(people) == 1 else f"{people[0]} et al."
    return f"{words} {year:.0f}" if pd.notna(year) else f"{words}, no date"


def trials_of(table: SensitivityTable) -> dict[str, str]:
    """Return the label of each trial of a sensitivity analysis, by its id.

    Parameters
    ----------
    table
        Its first fit has the effects; without one no trial has a label.
    """
    effects: Effects | None = table.fits[0].effects if table.fits else None
    if effects is None or "study_id" not in effects.moderators:
        return {}
    return _unique(effects.moderators["study_id"], pd.Series(effects.study))


def named(text: str, names: Mapping[str, str]) -> str:
    """Write labels of trials in place of their ids.

    Parameters
    ----------
    text
        A sentence; ids that are part of a longer one, such as that of an arm or of
        a row, stay as they are.
    names
        Id of a trial -> its label.

    Examples
    --------
    >>> named("MP1: no SD (MP1-125 has one).", {"MP1": "Mithoefer 2011"})
    'Mithoefer 2011: no SD (MP1-125 has one).'
    """
    if not names:
        return text
    ids = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    found = re.compile(rf"(?<![\w-])(?:{ids})(?![\w-])")
    return found.sub(lambda at: names[at.group()], text)


def in_names(table: Table, names: Mapping[str, str]) -> Table:
    """Write names in place of ids into the cells and notes of a table."""
    return replace(
        table,
        frame=table.frame.map(lambda text: named(text, names)),
        notes=tuple(named(note, names) for note in table.notes),
    )


def _unique(ids: pd.Series[str], labels: pd.Series[str]) -> dict[str, str]:
    """Pair ids and labels; a label that two trials share would tell neither."""
    once = ~labels.duplicated(keep=False).to_numpy() & (labels != "").to_numpy()
    pairs = zip(ids[once].astype(str), labels[once].astype(str), strict=True)
    return dict(pairs)
