"""Number, mean and SD of an arm, and how they were come by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from mdmameta.effects import recovery
from mdmameta.effects.combine import combine_means
from mdmameta.effects.selection import rows_where
from mdmameta.effects.single_group import change_sd
from mdmameta.errors import EffectsError

Basis = Literal["endpoint", "change", "LS-mean change", "baseline and endpoint"]

#: The stat of the raw row that each basis begins with.
STAT_OF = {
    "endpoint": "endpoint",
    "change": "change",
    "LS-mean change": "lsmean_change",
    "baseline and endpoint": "endpoint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Number, mean and SD of a group of one trial, with their origin.

    Parameters
    ----------
    arms
        Ids of the arms that the group is made of.
    n, mean, sd
        People, mean and standard deviation, in points of the instrument.
    rows
        Ids of the raw rows used.
    notes
        Steps between what was printed and these numbers.
    """

    arms: tuple[str, ...]
    n: float
    mean: float
    sd: float
    rows: tuple[str, ...]
    notes: tuple[str, ...] = ()


def scores_of(row: pd.Series) -> Scores | None:
    """Read n, mean and SD of one raw row, the SD recovered where it must be.

    Parameters
    ----------
    row
        A row of the table ``continuous``.

    Returns
    -------
    Scores or None
        None when n, the mean, or everything that could give the SD is missing.
    """
    if np.isnan(row["n"]) or np.isnan(row["mean"]):
        return None
    found = _sd(row)
    if found is None:
        return None
    sd, steps = found
    notes = [f"{row['arm_id']}: {step}" for step in steps]
    if row["derived_columns"]:
        notes.append(f"{row['row_id']}: {row['derived_columns']} computed, not read")
    return Scores(
        arms=(str(row["arm_id"]),),
        n=float(row["n"]),
        mean=float(row["mean"]),
        sd=sd,
        rows=(str(row["row_id"]),),
        notes=tuple(notes),
    )


def _sd(row: pd.Series) -> tuple[float, tuple[str, ...]] | None:
    modelled = row["stat"] == "lsmean_change"
    if not modelled and not np.isnan(row["sd"]):
        return float(row["sd"]), ()
    if not np.isnan(row["se"]):
        found = recovery.sd_from_se(row["se"], row["n"])
    elif not (np.isnan(row["ci_low"]) or np.isnan(row["ci_high"])):
        found = recovery.sd_from_ci(
            row["ci_low"],
            row["ci_high"],
            row["n"],
            reference="z" if modelled else "t",
        )
    else:
        return None
    if modelled:
        assumed = "the model's SE × √n is taken as an SD of changes (assumption)"
        return found.value, (found.note, assumed)
    return found.value, (found.note,)


def arm_scores(
    rows: pd.DataFrame, arm: str, basis: Basis, r: float | None = None
) -> Scores | None:
    """Scores of one arm on one basis, or None where they cannot be had.

    Parameters
    ----------
    rows
        Rows of one trial, instrument and time, with those of its baseline.
    arm
        Id of the arm.
    basis
        "endpoint" and "change" are observed; "LS-mean change" takes the
        standard error of a model's estimate times √n as an SD; "baseline and
        endpoint" computes change with an assumed correlation.
    r
        Correlation between baseline and endpoint scores.

    Raises
    ------
    EffectsError
        When two rows answer, and nothing says which is preferred.
    """
    later = _only(rows, arm, STAT_OF[basis])
    if basis != "baseline and endpoint" or later is None or r is None:
        return later if basis != "baseline and endpoint" else None
    before = _only(rows, arm, "baseline")
    return None if before is None else _change(before, later, r)


def group_scores(
    rows: pd.DataFrame, arms: Sequence[str], basis: Basis, r: float | None = None
) -> Scores | None:
    """Scores of several arms taken as one group, each person counted once.

    Arms without scores are left out with a note; None when no arm has any.
    """
    each = {arm: arm_scores(rows, arm, basis, r) for arm in arms}
    found = [scores for scores in each.values() if scores is not None]
    if not found:
        return None
    lacking = [
        f"{arm}: no scores, not in the group" for arm, s in each.items() if not s
    ]
    if len(found) == 1:
        return replace(found[0], notes=(*found[0].notes, *lacking))
    group = combine_means(
        [s.n for s in found], [s.mean for s in found], [s.sd for s in found]
    )
    names = tuple(arm for s in found for arm in s.arms)
    combined = f"{' and '.join(names)} combined by the Cochrane formula"
    return Scores(
        arms=names,
        n=group.n,
        mean=group.mean,
        sd=group.sd,
        rows=tuple(row for s in found for row in s.rows),
        notes=(*(note for s in found for note in s.notes), combined, *lacking),
    )


def _only(rows: pd.DataFrame, arm: str, stat: str) -> Scores | None:
    there = rows_where(rows, arm_id=arm, stat=stat)
    known = [scores for _, row in there.iterrows() if (scores := scores_of(row))]
    if len(known) > 1:
        listed = ", ".join(row for scores in known for row in scores.rows)
        raise EffectsError(
            f"{arm} has {len(known)} rows of {stat} at one time ({listed}). "
            "Mark all but one as not preferred in continuous.csv."
        )
    return known[0] if known else None


def _change(before: Scores, later: Scores, r: float) -> Scores:
    sds = (np.array([x]) for x in (before.sd, later.sd, r))
    arm = later.arms[0]
    step = f"{arm}: change from baseline and endpoint, with an assumed r = {r:g}"
    return Scores(
        arms=later.arms,
        n=min(before.n, later.n),
        mean=later.mean - before.mean,
        sd=float(change_sd(*sds)[0]),
        rows=(*before.rows, *later.rows),
        notes=(*before.notes, *later.notes, step),
    )
