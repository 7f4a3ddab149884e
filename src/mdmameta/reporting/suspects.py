"""What pooled results would be without the trials whose rows the audit doubts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from mdmameta.analyses.catalogue import MAIN_MODEL, MODELS, SETS
from mdmameta.audit import Audit
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.reporting.conflicts import shift_words
from mdmameta.reporting.results import Results
from mdmameta.tables import Table, as_table
from mdmameta.tables.numbers import pooled

__all__ = ["suspects_table"]


def suspects_table(results: Results, found: Audit) -> Table:
    """Refit each pooled result without the effects that rest on a doubted row.

    Parameters
    ----------
    results
        Analyses of the evidence that was audited.
    found
        Findings of the audit.

    Returns
    -------
    Table
        One row a doubted row and contrast set: the pooled result as it is, without
        the effects that rest on the row, and the difference. Doubted rows that no
        pooled result uses are counted in a note.
    """
    doubted = dict.fromkeys(one.row_id for one in found if one.row_id)
    rows = [
        {"row": row_id, "contrast set": SETS[name].title, **_compared(before, after)}
        for row_id in doubted
        for name, before, after in _without(results, row_id)
    ]
    used = {row["row"] for row in rows}
    columns = ["row", "contrast set", "as it is", "without its trial", "shift"]
    note = f"Doubted rows that no pooled result uses: {len(doubted) - len(used)}."
    frame = pd.DataFrame(rows, columns=columns)
    return as_table(frame, align="llrrr", notes=(note,))


def _without(results: Results, row_id: str) -> Iterator[tuple[str, Fit, Fit | None]]:
    for name in SETS:
        effects = results.effects[name]
        doubted = [i for i, one in enumerate(effects.provenance) if row_id in one.rows]
        if doubted:
            yield name, results.fits[name, MAIN_MODEL], _refit(effects, doubted)


def _refit(effects: Effects, doubted: Collection[int]) -> Fit | None:
    left = [i for i in range(effects.k) if i not in doubted]
    return MODELS[MAIN_MODEL].fit(effects.take(left)) if left else None


def _compared(before: Fit, after: Fit | None) -> dict[str, str]:
    if after is None:
        return {"as it is": pooled(before), "without its trial": "none", "shift": ""}
    return {
        "as it is": pooled(before),
        "without its trial": pooled(after),
        "shift": shift_words(before, after),
    }
