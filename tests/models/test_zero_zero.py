"""Fits name the trials whose effects rest on an added constant alone."""

from __future__ import annotations

import pytest

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import NoEventsWarning
from mdmameta.models.frequentist import CommonEffect, MantelHaenszel, RandomEffects
from mdmameta.models.zero_zero import rests_on_constant

TABLES = {"ai": [0, 4, 6], "n1i": [10, 10, 20], "ci": [0, 2, 3], "n2i": [20, 10, 20]}
RATES = {"x1i": [0, 3, 5], "t1i": [10] * 3, "x2i": [0, 2, 9], "t2i": [20] * 3}


def effects(measure: str = "OR", *, drop00: bool = False, **columns: object) -> Effects:
    columns = columns or dict(TABLES)
    sizes = effect_size(measure, drop00=drop00, **columns)  # type: ignore[arg-type]
    return Effects.from_arrays(
        y=sizes["y"],
        v=sizes["v"],
        study=["Young", "Old", "Both"],
        measure=measure,
        moderators=columns,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("model", [RandomEffects(), CommonEffect()], ids=repr)
def test_a_fit_names_the_trials_that_rest_on_the_constant(model: RandomEffects) -> None:
    with pytest.warns(NoEventsWarning):
        of = effects()
    (said,) = [c for c in model.fit(of).warnings if c.code == "zero-zero-pooled"]
    assert "Young" in said
    assert "Old" not in said
    assert "drop00" in said


def test_rates_without_events_are_named_as_well() -> None:
    with pytest.warns(NoEventsWarning):
        of = effects("IRR", **RATES)
    (said,) = rests_on_constant(of)
    assert "1 trial without events" in said
    assert "Young" in said


def test_nothing_is_said_of_trials_that_were_left_out() -> None:
    assert rests_on_constant(effects(drop00=True)) == ()


def test_nothing_is_said_without_counts_or_of_another_measure() -> None:
    bare = Effects.from_arrays(y=[0.0, 1.0], v=[1, 1], measure="OR")
    assert rests_on_constant(bare) == ()
    assert rests_on_constant(effects("AS")) == ()


def test_a_model_of_counts_says_what_it_does_itself_and_only_that() -> None:
    with pytest.warns(NoEventsWarning):
        of = effects()
    codes = [c.code for c in MantelHaenszel("OR").fit(of).warnings]
    assert codes.count("zero-zero") == 1
    assert "zero-zero-pooled" not in codes
