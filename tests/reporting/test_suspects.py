"""Pooled results without the trials whose rows the audit doubts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta.audit import Audit, audit
from mdmameta.reporting.suspects import _compared, _refit, suspects_table
from mdmameta.tables.numbers import pooled


@pytest.fixture(scope="module")
def found(results) -> Audit:
    return audit(results.evidence)


def _about(found: Audit, *rows: str) -> Audit:
    return Audit(tuple(replace(found.findings[0], row_id=row) for row in rows))


def test_a_set_is_pooled_again_without_the_trial_of_a_doubted_row(
    results, found
) -> None:
    row = "con-MP2-25-caps4-w3s3-endpoint"
    table = suspects_table(results, _about(found, row))
    frame = table.frame.set_index("contrast set")
    primary = results.effects["ptsd-primary"]
    others = [i for i, one in enumerate(primary.provenance) if row not in one.rows]
    fit = results.fits["ptsd-primary", "reml-kh"]
    left = fit.model.fit(primary.take(others))
    line = frame.loc["Highest dose, endpoint (primary)"]
    assert left.k == fit.k - 1
    assert list(line[["as it is", "without its trial"]]) == [pooled(fit), pooled(left)]


def test_a_row_that_no_pooled_result_uses_is_counted(results, found) -> None:
    table = suspects_table(results, _about(found, "con-MP2-25-pds-bl-baseline"))
    assert table.frame.empty
    assert table.notes[-1] == "Doubted rows that no pooled result uses: 1."


def test_every_doubted_row_is_shown_or_counted(results, found) -> None:
    table = suspects_table(results, found)
    doubted = {one.row_id for one in found if one.row_id}
    shown = set(table.frame["row"])
    assert shown <= doubted
    assert table.notes[-1].endswith(f" {len(doubted) - len(shown)}.")


def test_a_set_whose_every_trial_is_doubted_leaves_none(results) -> None:
    effects = results.effects["ptsd-primary"]
    assert _refit(effects, range(effects.k)) is None
    fit = results.fits["ptsd-primary", "reml-kh"]
    assert _compared(fit, None) == {
        "as it is": pooled(fit), "without its trial": "none", "shift": ""
    }  # fmt: skip
