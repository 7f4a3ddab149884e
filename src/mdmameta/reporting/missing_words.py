"""Sentences of the page on dropout, made from the results."""

from __future__ import annotations

import pandas as pd

from mdmameta.reporting.named import trials_of
from mdmameta.reporting.page import Markdown
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables.numbers import number, typeset


def plain_answer(dropout: SensitivityTable, response: SensitivityTable) -> Markdown:
    """Say in two sentences what dropout could change.

    Parameters
    ----------
    dropout
        Of scores.
    response
        Of events.
    """
    first = dropout.verdict.numbers
    low, high = dropout.verdict.region["shift_active"]
    tip = dropout.tipping_point("shift_control_only")
    ends = number(first["lowest"]), number(first["highest"])  # type: ignore[arg-type]
    holds = float(first["highest"] or 0) < 0 or float(first["lowest"] or 0) > 0
    scores = (
        f"If those without an assessment had scored up to {number(max(-low, high), 1)} "
        "standard deviation better or worse than those assessed, in either arm, "
        f"the deciding interval of the contrast in severity would still "
        f"{'lie beyond' if holds else 'reach'} zero ({ends[0]} to {ends[1]} at its "
        f"widest); {_tip_words(tip.value)}{_range_words(dropout)}."
    )
    rows = response.frame.set_index("scenario")
    held = [
        str(name)
        for name in ("available case", "missing = failure", "best case", "worst case")
        if not bool(rows.loc[[name], "excludes_zero"].iloc[0])
    ]
    kind = response.verdict.kind
    cause = (
        f" its interval includes a ratio of 1 in the {', '.join(held)}" if held else ""
    )
    events = (
        f"The contrast in response is {kind}:{cause}"
        f"{', and' if held else ''} odds of response among the missing "
        f"{_odds(response)} times those observed, in the controls alone, are enough."
    )
    return Markdown(typeset(f"{scores} {events}"))


def _tip_words(value: float | None) -> str:
    if value is None:
        return "no departure of the controls alone takes it there"
    side = "lower" if value < 0 else "higher"
    return (
        "missing controls alone would have to have scored "
        f"{number(abs(value))} SD {side} than those assessed"
    )


def _range_words(dropout: SensitivityTable) -> str:
    """Say in which trials such scores do not exist."""
    part = dropout.parts.get("implied", pd.DataFrame())
    if part.empty:
        return ""
    rows = part[part["pattern"] == "control only"]
    outside = rows[rows["possible"] == "no"]
    if outside.empty:
        return ""
    trials = " and ".join(map(str, outside["study"]))
    return f", which is beyond the range of the scale in {trials}"


def _odds(response: SensitivityTable) -> str:
    value = response.tipping_point("imor_control_only").value
    return "of no size" if value is None else number(value)


def empty_cells(response: SensitivityTable) -> str:
    """Explain the gaps of the table of imputed outcomes, from the counts.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> part = pd.DataFrame({"study": ["A"], "scenario": ["available case"],
    ...     "ai": [4.0], "n1i": [8.0], "ci": [0.0], "n2i": [4.0]})
    >>> empty_cells(SimpleNamespace(parts={"by_trial": part}, fits=()))
    'A dash: no ratio can be formed. A had no event among 4 controls (available case).'
    """
    part = response.parts["by_trial"]
    empty = part[part["ci"] == 0]
    if empty.empty:
        return ""
    told, names = [], trials_of(response)
    for study, group in empty.groupby("study", sort=False):
        sizes = {f"{n:g}" for n in group["n2i"]}
        told.append(
            f"{names.get(str(study), study)} had no event among "
            f"{' or '.join(sorted(sizes))} controls "
            f"({', '.join(group['scenario'])})"
        )
    pooled = (
        " In the pooled ratio such a trial enters with a half added to its cells."
        if len(part["study"].unique()) > 1
        else ""
    )
    return f"A dash: no ratio can be formed. {'; '.join(told)}.{pooled}"
