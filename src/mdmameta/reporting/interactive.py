"""The what-if page: contrasts and what is assumed about them, for a browser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mdmameta.analyses.catalogue import ARM_NAMES, SETS
from mdmameta.effects.table import Effects
from mdmameta.figures.forest_words import favours
from mdmameta.records import Evidence
from mdmameta.reporting.results import Results
from mdmameta.reporting.scripts import bundle, embedded_json
from mdmameta.sensitivity.belief_tables import belief_by_study
from mdmameta.sensitivity.beliefs import control_types_of
from mdmameta.sensitivity.bias_adjusted import SMD_MEASURES, belief_table
from mdmameta.sensitivity.flow import checked_flow, fractions_missing
from mdmameta.sensitivity.guesses import DEFAULT_MISSING_U, checked_guesses
from mdmameta.sensitivity.matching import Matched, contrast_roles
from mdmameta.sensitivity.shares import checked_shares, shares_by_study
from mdmameta.tables.labels import VERIFICATION, is_ratio, measure_label

#: Columns of the assumptions that the page moves contrasts by.
ASSUMED = ("u", "u_var", "share", "f_active", "f_control", "n_active", "n_control")

_WITHOUT = (
    "This part needs JavaScript: it computes in the browser, from data that are "
    "part of the page. All its numbers at the default settings stand in the tables "
    "of the other pages."
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Contrast sets that a reader can ask "what if" about, in a page of HTML.

    Both renderers take its HTML, which holds data and script and loads
    nothing. Formats without scripts get a sentence instead.

    Parameters
    ----------
    data
        What `what_if_data` gives.

    Examples
    --------
    >>> page = WhatIf({"sets": []})
    >>> page.to_html().count("<script")
    2
    """

    data: Mapping[str, Any]

    def to_html(self) -> str:
        """Return an element with the data and the script."""
        data = embedded_json(self.data)
        return (
            f'<div class="what-if">\n<p>{_WITHOUT}</p>\n'
            f'<script type="application/json">{data}</script>\n</div>\n'
            f'<script type="module">\n{bundle("what_if")}</script>\n'
        )

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        words = "This part of the report works in a browser: see its HTML pages."
        return {
            "text/html": self.to_html(),
            "text/markdown": words,
            "text/plain": words,
        }


def ask_what_if(results: Results) -> WhatIf:
    """Make the what-if page of a report: every contrast set, the primary first."""
    return WhatIf(
        {
            "sets": [
                {
                    "name": name,
                    "title": one.title,
                    **what_if_data(results.effects[name], results.evidence),
                }
                for name, one in SETS.items()
            ]
        }
    )


def what_if_data(effects: Effects, evidence: Evidence) -> dict[str, Any]:
    """Write one contrast set as the script of the page reads it.

    Parameters
    ----------
    effects
        Contrasts, at least one.
    evidence
        For guesses, earlier use and flow. Unverified guesses are used, as on
        the page on blinding, and labelled.

    Returns
    -------
    dict
        measure, log (whether effects are logarithms), left and right (what the
        sides of no effect favour), assumptions (whether the measure is in
        standard deviations, so that they apply) and trials: id, label, y, v
        and the columns of `ASSUMED`, None where nothing is known.
    """
    sides = favours(effects.direction, ARM_NAMES) or ("lower", "higher")
    standardised = effects.measure in SMD_MEASURES
    columns = assumed_columns(effects, evidence) if standardised else None
    trials = [
        {
            "id": str(i),
            "label": str(effects.study[i]),
            "y": float(effects.y[i]),
            "v": float(effects.v[i]),
            **({} if columns is None else _known(columns.iloc[i])),
        }
        for i in range(effects.k)
    ]
    return {
        "measure": measure_label(effects.measure),
        "log": is_ratio(effects.measure),
        "left": sides[0],
        "right": sides[1],
        "assumptions": standardised,
        "trials": trials,
    }


def assumed_columns(effects: Effects, evidence: Evidence) -> pd.DataFrame:
    """Collect what the sensitivity analyses use of each trial.

    Returns
    -------
    pandas.DataFrame
        The columns of `ASSUMED` and u_basis, one row an effect; NaN where
        nothing is known.
    """
    given = checked_guesses(evidence.guesses(unverified=True))
    guesses = Matched.of("guesses", given, effects)
    names, labels = guesses.labels, guesses.studies
    types = control_types_of(effects, guesses, "control_type")
    known = belief_by_study(guesses.table)
    beliefs = belief_table(labels, types, known, DEFAULT_MISSING_U)
    known = contrast_roles(effects, checked_shares(evidence.shares()), names)
    flow = contrast_roles(effects, checked_flow(evidence.flow()), names)
    shares, lost = shares_by_study(known, labels), fractions_missing(flow, labels)
    return pd.DataFrame(
        {
            "u": beliefs["u"],
            "u_var": beliefs["u_var"],
            "u_basis": [_basis(row) for row in beliefs.to_dict("records")],
            "share": shares["share_active"],
            **{column: lost[column] for column in ASSUMED[3:]},
        }
    )


def _basis(row: Mapping[Any, Any]) -> str:
    if row["basis"] == "prior":
        return "assumed"
    level = str(row["verification"])
    return f"counts, {VERIFICATION.get(level, level)}"


def _known(row: pd.Series[Any]) -> dict[str, Any]:
    return {
        str(key): None if isinstance(value, float) and math.isnan(value) else value
        for key, value in row.items()
    }
