"""Adverse events and suicidality of randomised arms, by methods for rare events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import BinomialNormal, MantelHaenszel, Peto
from mdmameta.records import Evidence

#: What the names of outcomes that are harms begin with.
HARMS = ("ae_", "aesi_", "sae", "suicid")

COLUMNS = ["outcome", "timepoint", "studies", "k", "a", "n1", "c", "n2", "method",
           "measure", "value", "ci_low", "ci_high", "reason", "row_id"]  # fmt: skip

#: Cell of a two-by-two table -> where the counts of a trial have it.
CELLS = {
    "a": ("events", "active"),
    "n1": ("n", "active"),
    "c": ("events", "control"),
    "n2": ("n", "control"),
}

Row = dict[str, Any]


def harms(evidence: Evidence, condition: str = "PTSD") -> pd.DataFrame:
    """Compare events between the arms of randomised trials, each kind by itself.

    Events in people, never events counted; every kind at its own time. One trial:
    the exact conditional odds ratio, and the risk difference. Several: Peto's and
    the conditional likelihood's odds ratio (exact where one trial alone has
    events), which need no constant for a zero, and the Mantel–Haenszel risk
    difference, which uses trials without events.

    Parameters
    ----------
    evidence
        Checked tables.
    condition
        Condition of the trials.

    Returns
    -------
    pandas.DataFrame
        outcome, timepoint, studies, k, a of n1 (active), c of n2 (control), method,
        measure, value, ci_low, ci_high (ratios as such), reason, row_id. A kind
        that is counted in one arm alone has a row with the reason.
    """
    found = [
        row
        for (outcome, time), counts in _counted(evidence, condition)
        for row in _compared(str(outcome), str(time), counts)
    ]
    return pd.DataFrame(found).reindex(columns=COLUMNS)


def _counted(evidence: Evidence, condition: str) -> Iterator[tuple[Any, pd.DataFrame]]:
    studies, table = evidence.studies, evidence.binary
    ours = studies["design"].eq("randomised") & studies["condition"].eq(condition)
    roles = evidence.arms.set_index("arm_id")["role"]
    table = table.assign(role=table["arm_id"].map(roles))
    table = table[
        table["study_id"].isin(studies.loc[ours, "study_id"])
        & table["role"].isin(["active", "control"])
        & table["outcome"].str.startswith(HARMS)
    ]
    yield from table.groupby(["outcome", "timepoint"], sort=True)


def _compared(outcome: str, time: str, counts: pd.DataFrame) -> Iterator[Row]:
    wide = counts.pivot_table(
        index="study_id", columns="role", values=["events", "n"], aggfunc="first"
    ).reindex(columns=pd.MultiIndex.from_tuples(list(CELLS.values())))
    both = wide.dropna()
    shown = both if len(both) else wide
    cells = {name: shown[at].to_numpy(dtype=float) for name, at in CELLS.items()}
    total = {
        name: np.nan if np.isnan(x).all() else x.sum() for name, x in cells.items()
    }
    head: Row = {
        "outcome": outcome,
        "timepoint": time,
        "studies": "; ".join(shown.index),
    }
    head |= {"k": len(both), **total, "row_id": "; ".join(counts["row_id"])}
    if both.empty:
        yield head | {"reason": "counted in one arm alone"}
    elif len(both) == 1:
        yield from (head | row for row in _of_one(cells))
    else:
        yield from (head | row for row in _of_several(cells))


def _of_one(cells: dict[str, np.ndarray]) -> Iterator[Row]:
    yield _exact(cells, 0)
    yield from _fitted(cells, {"one trial": ("RD", MantelHaenszel("RD"))})


def _exact(cells: dict[str, np.ndarray], at: int) -> Row:
    from scipy.stats.contingency import odds_ratio

    a, n1, c, n2 = (int(cells[name][at]) for name in ("a", "n1", "c", "n2"))
    found = odds_ratio([[a, n1 - a], [c, n2 - c]], kind="conditional")
    ends = found.confidence_interval(0.95)
    return _row("exact, conditional", "OR", found.statistic, ends.low, ends.high)


def _of_several(cells: dict[str, np.ndarray]) -> Iterator[Row]:
    events = cells["a"] + cells["c"]
    telling = np.flatnonzero((events > 0) & (events < cells["n1"] + cells["n2"]))
    if telling.size == 1:
        yield _exact(cells, int(telling[0]))
    else:
        exact = {"conditional likelihood": ("OR", BinomialNormal(method="EE"))}
        yield from _fitted(cells, exact)
    yield from _fitted(
        cells, {"Peto": ("OR", Peto()), "Mantel–Haenszel": ("RD", MantelHaenszel("RD"))}
    )


def _fitted(
    cells: dict[str, np.ndarray], models: dict[str, tuple[str, Any]]
) -> Iterator[Row]:
    named = dict(zip(("ai", "n1i", "ci", "n2i"), cells.values(), strict=True))
    counts, unused = pd.DataFrame(named), np.zeros(cells["a"].size)
    for method, (measure, model) in models.items():
        effects = Effects.from_arrays(
            y=unused, v=unused + 1, measure=measure, moderators=counts
        )
        try:
            e = model.fit(effects).estimate
        except ModelError as error:
            yield {"method": method, "measure": measure, "reason": str(error)}
            continue
        ends = (e.value, e.ci_low, e.ci_high)
        shown = np.exp(ends) if measure == "OR" else ends
        yield _row(method, measure, *shown)


def _row(method: str, measure: str, value: float, low: float, high: float) -> Row:
    numbers = {"value": float(value), "ci_low": float(low), "ci_high": float(high)}
    return {"method": method, "measure": measure, **numbers, "reason": ""}
