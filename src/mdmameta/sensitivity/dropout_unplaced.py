"""People lost whose arm nobody reports: every way to place them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.frames import checked, numbers
from mdmameta.sensitivity.missing_means import shifted
from mdmameta.sensitivity.question import Question

#: Ways to place people beyond which the table is refused: more than a reader, or
#: a report, can hold.
MOST_WAYS = 2000


def checked_unplaced(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of people lost from a trial as a whole.

    Parameters
    ----------
    frame
        study, lost (people randomised, not assessed, arm not known).

    Raises
    ------
    SensitivityError
        For missing columns, counts that are not whole, or a study named twice.
    """
    table = numbers("unplaced", checked("unplaced", frame, ["study", "lost"]), ["lost"])
    lost = table["lost"]
    if (lost.isna() | (lost % 1 != 0)).any() or table["study"].duplicated().any():
        raise SensitivityError(
            "unplaced needs one row a study and a whole number of people lost; found "
            f"{table[['study', 'lost']].to_dict('list')}."
        )
    return table


def placed_table(
    question: Question,
    fractions: pd.DataFrame,
    flow: pd.DataFrame,
    unplaced: pd.DataFrame,
    region: tuple[float, float],
) -> pd.DataFrame:
    """Refit with the people placed in every way, at the corners of the region.

    Parameters
    ----------
    question
        Standardised contrasts.
    fractions
        From `fractions_missing`: people of other trials are missing as it says.
    flow
        From `checked_flow`: those assessed by arm.
    unplaced
        From `checked_unplaced`.
    region
        Declared plausible shift of the missing, in SD.

    Returns
    -------
    pandas.DataFrame
        placed ("study: a active, c control"), shift_active, shift_control, value,
        ci_low, ci_high, excludes_zero; no rows when nobody is unplaced.
    """
    studies = set(fractions.loc[~fractions["known"], "study"])
    people = unplaced[unplaced["study"].isin(studies)]
    ways = list(_ways(people)) if len(people) else []
    if len(ways) > MOST_WAYS:
        raise SensitivityError(
            f"unplaced people can be placed in {len(ways)} ways, more than {MOST_WAYS};"
            " give fewer studies."
        )
    rows = []
    for way in ways:
        filled = _filled(fractions, flow, way)
        named = "; ".join(f"{s}: {a:g} active, {c:g} control" for s, (a, c) in way)
        for active, control in product(sorted({*region, 0.0}), repeat=2):
            moved: Effects = shifted(question.effects, filled, active, control)
            e = question.judge(moved).estimate
            ends = (e.value, e.ci_low, e.ci_high, e.excludes(0.0))
            rows.append((named, active, control, *ends))
    columns = ["placed", "shift_active", "shift_control", "value", "ci_low"]
    return pd.DataFrame(rows, columns=[*columns, "ci_high", "excludes_zero"])


Way = tuple[tuple[str, tuple[float, float]], ...]


def _ways(people: pd.DataFrame) -> Iterator[Way]:
    names = list(people["study"])
    splits = [
        [(float(a), float(n - a)) for a in range(int(n) + 1)] for n in people["lost"]
    ]
    for chosen in product(*splits):
        yield tuple(zip(names, chosen, strict=True))


def _filled(fractions: pd.DataFrame, flow: pd.DataFrame, way: Way) -> pd.DataFrame:
    out = fractions.copy()
    for study, lost in way:
        at = out["study"] == study
        for role, people in zip(("active", "control"), lost, strict=True):
            arms = flow[(flow["study"] == study) & (flow["role"] == role)]
            assessed = arms["assessed"].sum(min_count=len(arms) or 1)
            if np.isnan(assessed):
                raise SensitivityError(
                    f"flow does not say how many of {study} were assessed in the "
                    f"{role} arm; without it people cannot be placed there."
                )
            out.loc[at, f"n_{role}"] = assessed + people
            out.loc[at, f"f_{role}"] = people / (assessed + people)
    return out
