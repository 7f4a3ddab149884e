"""Counts by conditional models with normal effects."""

from __future__ import annotations

import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist.binomial_normal import BinomialNormal


def of(ai: list[int], ci: list[int]) -> Effects:
    k, n = len(ai), [40] * len(ai)
    cells = {"ai": ai, "n1i": n, "ci": ci, "n2i": n}
    return Effects.from_arrays([0.0] * k, [1.0] * k, measure="OR", moderators=cells)


def test_swapping_the_groups_changes_the_sign_alone() -> None:
    there = BinomialNormal().fit(of([1, 9, 3], [8, 7, 4]))
    back = BinomialNormal().fit(of([8, 7, 4], [1, 9, 3]))
    assert back.estimate.value == pytest.approx(-there.estimate.value, abs=1e-5)
    assert back.heterogeneity.tau2 == pytest.approx(there.heterogeneity.tau2, abs=1e-5)


def test_trials_without_events_are_named_and_change_nothing() -> None:
    fit = BinomialNormal().fit(of([1, 0, 3], [8, 0, 4]))
    alone = BinomialNormal().fit(of([1, 3], [8, 4]))
    assert fit.estimate.value == pytest.approx(alone.estimate.value)
    assert "zero-zero" in [w.code for w in fit.warnings]


def test_events_in_one_group_only_are_an_error() -> None:
    with pytest.raises(ModelError, match="no finite estimate"):
        BinomialNormal().fit(of([0, 0], [3, 4]))
