"""Adverse events are people, compared without constants for zeros."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from mdmameta.analyses.harms import _of_several, harms


@pytest.fixture(scope="module")
def table(results):
    return harms(results.evidence)


def test_serious_events_of_both_trials_are_pooled_with_the_empty_one(table) -> None:
    rows = table[table["outcome"] == "sae"].set_index("method")
    assert (rows["a"].iloc[0], rows["c"].iloc[0], rows["k"].iloc[0]) == (0, 2, 2)
    assert rows.loc["exact, conditional", "value"] == 0
    assert rows.loc["Peto", "ci_low"] < 1 < rows.loc["Peto", "ci_high"]
    assert rows.loc["Mantel–Haenszel", "value"] < 0


def test_an_exact_interval_agrees_with_fishers_test(table) -> None:
    exact = table[(table["method"] == "exact, conditional") & (table["k"] == 1)]
    for row in exact.to_dict("records"):
        cells = [[row["a"], row["n1"] - row["a"]], [row["c"], row["n2"] - row["c"]]]
        p = min(fisher_exact(cells, side).pvalue for side in ("less", "greater"))
        outside = not row["ci_low"] <= 1 <= row["ci_high"]
        assert outside == (p < 0.025)


def test_events_counted_in_one_arm_alone_are_not_compared(table) -> None:
    rows = table[table["outcome"] == "suicide_attempt"]
    assert list(rows["reason"]) == ["counted in one arm alone"]
    assert np.isnan(rows["value"]).all()


def test_benefits_and_events_counted_as_events_are_left_out(table) -> None:
    assert not table["outcome"].str.contains("response|remission|diagnosis").any()
    assert "ae_any" not in set(table["outcome"])


def cells(a, n1, c, n2):
    named = {"a": a, "n1": n1, "c": c, "n2": n2}
    return {name: np.array(x, dtype=float) for name, x in named.items()}


def test_several_trials_alike_have_the_conditional_ratio_of_one() -> None:
    rows = {
        r["method"]: r for r in _of_several(cells([3, 3], [20] * 2, [7] * 2, [20] * 2))
    }
    assert "exact, conditional" not in rows
    one = odds_ratio([[3, 17], [7, 13]], kind="conditional").statistic
    assert rows["conditional likelihood"]["value"] == pytest.approx(one, rel=1e-4)
    risks = rows["Mantel–Haenszel"]
    assert risks["value"] == pytest.approx(3 / 20 - 7 / 20)


def test_a_method_that_cannot_pool_says_why_and_the_others_go_on() -> None:
    rows = list(_of_several(cells([0, 0], [20] * 2, [0] * 2, [20] * 2)))
    assert [row["method"] for row in rows] == [
        "conditional likelihood", "Peto", "Mantel–Haenszel"
    ]  # fmt: skip
    assert all(row["reason"] and "value" not in row for row in rows)
