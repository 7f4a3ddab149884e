"""Names of trials and of sources in place of their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.records import Evidence
from mdmameta.sensitivity import SensitivityTable

__all__ = ["all_sources", "all_trials", "named", "trials_of"]

#: Initials after a family name.
_INITIALS = re.compile(r"(?: [A-Z-]{1,3})+$")


def all_trials(evidence: Evidence) -> dict[str, str]:
    """Return the label of every trial of the tables, by its id."""
    return _unique(evidence.studies["study_id"], evidence.studies["label"])


def all_sources(evidence: Evidence) -> dict[str, str]:
    """Return authors and year of every source, or its title, by its id."""
    names = {
        str(row["source_id"]): _authors(row["author"], row["title"], row["year"])
        for row in evidence.sources.to_dict("records")
    }
    documents = evidence.sources.set_index("source_id")["document_id"]
    per_name = documents.groupby(documents.index.map(names)).nunique()
    return {
        one: name if per_name[name] == 1 else f"{name} ({one})"
        for one, name in names.items()
    }


def _authors(author: str, title: str, year: float) -> str:
    """Name a source as a text does: one author, two, or the first of many.

    Examples
    --------
    >>> _authors("Cuijpers P; Turner EH; Koole SL", "", 2014)
    'Cuijpers et al. 2014'
    >>> _authors("", "News of the trial", 2025.0)
    '“News of the trial” 2025'
    """
    people = [_INITIALS.sub("", one.strip()) for one in author.split(";")]
    if not people[0]:
        words = f"“{title}”"
    elif len(people) == 2 and people[1] != "et al.":
        words = " and ".join(people)
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


def _unique(ids: pd.Series[str], labels: pd.Series[str]) -> dict[str, str]:
    """Pair ids and labels; a label that two trials share would tell neither."""
    once = ~labels.duplicated(keep=False).to_numpy() & (labels != "").to_numpy()
    pairs = zip(ids[once].astype(str), labels[once].astype(str), strict=True)
    return dict(pairs)
