"""Any outcome of anybody's tables through the page of one outcome."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mdmameta import figures
from mdmameta.analyses.catalogue import MAIN_MODEL, MODEL_TITLES, MODELS, TRIO
from mdmameta.effects.contrasts import contrasts
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.records import Evidence, load_evidence
from mdmameta.reporting.named import all_names, in_names
from mdmameta.reporting.page import tables_near
from mdmameta.reporting.sentences import joined
from mdmameta.sensitivity import deciding_fit
from mdmameta.tables import Table, arms_table, effects_table, model_comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Outcome", "instruments_of", "open_outcome"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """One outcome of some tables, with its contrasts and fits.

    Parameters
    ----------
    evidence
        Checked tables.
    name
        What was asked for.
    instruments
        Instruments that measure it.
    """

    evidence: Evidence
    name: str
    instruments: tuple[str, ...]

    @cached_property
    def effects(self) -> Effects:
        """Contrasts at the primary time of each trial, one a trial."""
        return contrasts(self.evidence, instruments=self.instruments)

    @property
    def measured(self) -> str:
        """What the instruments measure, and which direction of it is better."""
        table = self.evidence.instruments.set_index("instrument")
        outcomes = dict.fromkeys(table.loc[list(self.instruments), "outcome"])
        better = self.effects.direction
        return joined([*outcomes]) + (f" ({better} is better)" if better else "")

    @cached_property
    def fits(self) -> dict[str, Fit]:
        """Fits by the name of their model."""
        return {name: MODELS[name].fit(self.effects) for name in TRIO}

    @cached_property
    def deciding(self) -> Fit:
        """The wider of the two fits that may decide."""
        return deciding_fit(self.effects, MODELS[MAIN_MODEL])

    def forest(self) -> Figure:
        """Draw the contrasts with the result shown and those that decide."""
        companions = {MODEL_TITLES[name]: self.fits[name] for name in TRIO[1:]}
        title = MODEL_TITLES[TRIO[0]]
        return figures.forest(self.fits[TRIO[0]], companions=companions, label=title)

    def models(self) -> Table:
        """Compare the models."""
        titles = [MODEL_TITLES[name] for name in TRIO]
        return model_comparison([self.fits[name] for name in TRIO], titles)

    def rows(self) -> Table:
        """Print the effects, with names in place of ids."""
        return in_names(effects_table(self.effects), all_names(self.evidence))

    def arms(self) -> Table:
        """Print the arms of the trials, with names in place of ids."""
        trials = list(self.effects.moderators["study_id"])
        return in_names(arms_table(self.evidence, trials), all_names(self.evidence))


def open_outcome() -> Outcome:
    """Return the outcome that the command line names, of the tables it names."""
    folder = os.environ.get("MDMAMETA_DATA") or tables_near(Path())
    evidence = load_evidence(folder)
    name = os.environ.get("MDMAMETA_OUTCOME", "PTSD severity")
    return Outcome(evidence, name, instruments_of(evidence, name))


def instruments_of(evidence: Evidence, name: str) -> tuple[str, ...]:
    """Find the scales that measure an outcome.

    Parameters
    ----------
    evidence
        Checked tables.
    name
        An instrument, an outcome, or the beginning of one; capitals do not
        matter.

    Raises
    ------
    OptionError
        When nothing measured in these tables has the name, with what there is.

    Examples
    --------
    >>> instruments_of(load_evidence("data/raw"), "ptsd")
    ('CAPS-IV', 'CAPS-5', 'PDS', 'IES-R')
    """
    table = evidence.instruments
    table = table[table["kind"] == "scale"]
    table = table[table["instrument"].isin(evidence.continuous["instrument"])]
    asked = name.strip().casefold()
    own = table[table["instrument"].str.casefold() == asked]
    found = own if len(own) else table[_begins(table["outcome"], asked)]
    if found.empty or not asked:
        raise OptionError(
            f"no outcome {name!r} in these tables; there are: "
            f"{_listed(table['outcome'])}. Or name an instrument: "
            f"{_listed(table['instrument'])}."
        )
    return tuple(found["instrument"])


def _begins(column: pd.Series[str], start: str) -> pd.Series[bool]:
    return column.str.casefold().str.startswith(start)


def _listed(names: pd.Series[Any]) -> str:
    return ", ".join(sorted(set(map(str, names))))
