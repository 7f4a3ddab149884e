"""The words and tables of the multiverse are made from its numbers."""

from dataclasses import replace

import pytest

from mdmameta.effects.table import Effects
from mdmameta.reporting import many_ways
from mdmameta.sensitivity import multiverse
from mdmameta.tables.numbers import percent


@pytest.fixture(scope="module")
def result():
    effects = Effects.from_arrays(
        y=[-0.9, -0.5, -0.6, -0.8], v=[0.05, 0.06, 0.2, 0.1], direction="lower"
    )
    sets = {"endpoint": effects, "change": effects.with_y(effects.y + 0.3)}
    return multiverse(None, sets, sids={"0.5": (0.5, "Cohen 1988")})


def test_the_opening_has_the_number_of_ways_the_shares_and_the_choices(result):
    text = many_ways.lead(result)
    share = result.beyond.set_index("threshold").loc["zero, towards benefit", "share"]
    assert text.startswith("Of 180 defensible ways to pool these trials, ")
    assert f"{percent(100 * share, 1)} give an interval that excludes zero" in text
    assert "none gives one towards harm" in text
    assert "set of effects (80" in text


def test_the_least_p_that_so_few_trials_allow_is_said_as_a_fraction(result):
    text = many_ways.joint_sentence(result)
    assert "no p below 2/16, which is 0.125." in text
    assert f"These {result.joint.specifications} specifications" in text
    without = replace(result, joint=None)
    assert many_ways.joint_sentence(without).startswith("No specification can")


def test_tables_have_a_row_a_threshold_a_choice_an_option_and_a_rule(result):
    assert len(many_ways.beyond_table(result).frame) == 4
    assert len(many_ways.rules_table(result).frame) == len(result.graph.rules)
    options = many_ways.choices_table(result).frame
    assert len(options) == (result.options["specifications"] > 0).sum()
    assert options["option"].str.endswith("†").sum() == len(result.graph.choices)
    variance = many_ways.variance_table(result).frame
    assert list(variance["choice"]) == list(result.decomposition["title"])


def test_options_and_rules_are_named_in_words(result):
    options = set(many_ways.choices_table(result).frame["option"])
    assert {"Knapp–Hartung †", "Knapp–Hartung ad hoc", "Wald"} <= options
    assert set(result.parts["rules"]["rule"]) <= set(many_ways.RULES)
    assert set(many_ways.rules_table(result).frame["rule"]) <= set(
        many_ways.RULES.values()
    )


def test_every_rule_of_the_curated_tables_has_words(results):
    rules = {rule.name for rule in results.multiverse.graph.rules}
    assert rules == set(many_ways.RULES)
    options = many_ways.choices_table(results.multiverse).frame
    named = set(options.loc[options["choice"] == "Bias from lost blinding", "option"])
    assert {"patients, all trials", "assessors", "blind observers, MetaBLIND"} <= named
