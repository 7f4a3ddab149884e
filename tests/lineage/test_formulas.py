"""A formula is shown with its numbers, and only when it gives the number."""

from __future__ import annotations

import re

import pytest

import mdmameta as mm
from mdmameta.analyses import SETS
from mdmameta.lineage.formulas import effect_formulas, estimate_formulas

GROUPS = ("n1", "mean1", "sd1", "n2", "mean2", "sd2", "ai", "ci")


def lines_of(effects, i: int) -> tuple[str, ...]:
    row = effects.moderators.iloc[i]
    numbers = {name: row[name] for name in GROUPS if name in row}
    return effect_formulas(effects.measure, effects.y[i], effects.v[i], numbers)


@pytest.mark.parametrize("name", SETS)
def test_every_effect_of_the_catalogue_has_formulas_of_y_and_v(results, name) -> None:
    effects = results.effects[name]
    for i in range(effects.k):
        found = lines_of(effects, i)
        for letter, value in (("y", effects.y[i]), ("v", effects.v[i])):
            line = next(text for text in found if text.startswith(f"{letter} = "))
            shown = [float(x) for x in re.findall(r"= (-?[\d.e-]+)", line)]
            assert pytest.approx(value, rel=1e-4) in shown


def test_a_formula_that_does_not_give_the_number_is_not_shown() -> None:
    groups = {"n1": 8, "mean1": 5, "sd1": 2, "n2": 8, "mean2": 7, "sd2": 4}
    assert effect_formulas("MD", -2.5, 2.5, groups) == ("v = 2²/8 + 4²/8 = 2.5",)
    assert not any(
        text.startswith(("y", "v")) for text in effect_formulas("SMD", 9, 9, groups)
    )


def test_a_zero_cell_is_shown_with_what_was_added() -> None:
    table = mm.effect_size("OR", ai=[0], n1i=[9], ci=[3], n2i=[8])
    y, v = float(table["y"].iloc[0]), float(table["v"].iloc[0])
    found = effect_formulas("OR", y, v, {"ai": 0, "n1": 9, "ci": 3, "n2": 8})
    assert found[0].startswith("0.5 is added")
    assert found[1].startswith("y = ln((0.5/9.5) / (3.5/5.5))")
    assert found[2].startswith("v = 1/0.5 + 1/9.5 + 1/3.5 + 1/5.5")


def test_a_risk_difference_is_written_out() -> None:
    numbers = {"ai": 2, "n1": 8, "ci": 1, "n2": 10}
    assert effect_formulas("RD", 0.15, 0.03, numbers) == ("y = 2/8 − 1/10 = 0.15",)


@pytest.mark.parametrize("missing", [float("nan"), None, ""])
def test_without_a_number_there_is_no_formula(missing) -> None:
    assert effect_formulas("MD", 1.0, 1.0, {"n1": missing}) == ()


def test_an_unknown_measure_has_no_formula() -> None:
    assert effect_formulas("ROM", 1.0, 1.0, {"n1": 3}) == ()


@pytest.mark.parametrize("model", ["reml-kh", "bayes"])
def test_shares_times_effects_add_up_to_every_kind_of_estimate(results, model) -> None:
    found = estimate_formulas(results.fits["ptsd-primary", model])
    assert found[0].startswith("estimate = Σ share × y = ")
    assert ("prior" in found[-1]) == (model == "bayes")
    assert any(text.startswith("share = 1/(v + τ²)") for text in found) == (
        model == "reml-kh"
    )


@pytest.mark.parametrize(
    ("measure", "numbers"),
    [
        ("MD", {"n1": 8, "mean1": 5, "sd1": 2, "n2": 8, "mean2": 7, "sd2": 4}),
        ("RR", {"ai": 2, "n1": 8, "ci": 1, "n2": 10}),
        ("OR", {"ai": 2, "n1": 8, "ci": 1, "n2": 10}),
        ("RD", {"ai": 2, "n1": 8, "ci": 1, "n2": 10}),
    ],
)
def test_no_formula_is_shown_of_numbers_that_another_way_gave(measure, numbers) -> None:
    assert effect_formulas(measure, 9.0, 9.0, numbers) == ()


def test_an_estimate_that_is_no_weighted_mean_has_no_formula_of_one() -> None:
    effects = mm.Effects.from_arrays(
        [0.1, 0.5, 0.9, 0.2], [0.1] * 4, moderators={"x": [0.0, 1.0, 3.0, 2.0]}
    )
    fit = mm.MetaRegression("~ x").fit(effects)
    assert not any("Σ share × y" in line for line in estimate_formulas(fit))
