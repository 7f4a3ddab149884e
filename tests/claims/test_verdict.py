import pytest

from mdmameta.claims import Printed, judge
from mdmameta.claims.recipes import Attempt


def printed(value=-0.71, digits=2, relation="=", quantity="g") -> Printed:
    return Printed(quantity=quantity, relation=relation, value=value, digits=digits)


def attempt(value=-0.7149, quantity="g", **more) -> Attempt:
    convention = more.pop("convention", {"J": "exact"})
    return Attempt(numbers={quantity: value}, convention=convention, **more)


def test_a_number_that_rounds_to_the_printed_one_is_reproduced() -> None:
    assert judge([printed()], [attempt()]).verdict == "reproduced"


def test_a_number_that_rounds_to_another_is_contradicted_by_how_much() -> None:
    finding = judge([printed(-0.72)], [attempt()])
    assert finding.verdict == "contradicted"
    assert "printed -0.72, computed -0.7149 (difference +0.0051" in finding.why


@pytest.mark.parametrize("value", [0.12, 0.13])
def test_both_roundings_of_a_half_are_reproduced(value) -> None:
    assert judge([printed(value)], [attempt(0.125)]).verdict == "reproduced"


def test_a_later_way_that_agrees_is_another_convention_and_is_named() -> None:
    second = attempt(-0.71, convention={"J": "approximate"})
    finding = judge([printed()], [attempt(-0.8), second])
    assert finding.verdict == "reproduced with another convention"
    assert finding.why == "J: approximate. With J: exact, g would be -0.800."


def test_no_way_to_compute_is_not_checkable_with_what_is_missing() -> None:
    finding = judge([printed()], [], missing="Participant data.")
    assert (finding.verdict, finding.why) == ("not checkable", "Participant data.")


def test_a_caveat_makes_agreement_consistent_only() -> None:
    for finding in (
        judge([printed()], [attempt()], caveat="Circular."),
        judge([printed()], [attempt(caveat="Circular.")]),
    ):
        assert finding.verdict == "consistent, not reproduced"
        assert finding.why == "Circular."


def test_a_caveat_does_not_soften_a_contradiction() -> None:
    assert judge([printed(5)], [attempt()], caveat="x").verdict == "contradicted"


def test_a_number_that_is_not_computed_is_named() -> None:
    both = [printed(), printed(0.04, quantity="p")]
    finding = judge(both, [attempt()], missing="participant data")
    assert finding.verdict == "consistent, not reproduced"
    assert finding.why == "Not computed: p. Missing: participant data."


def test_slack_of_rounded_inputs_is_consistent_and_not_more() -> None:
    near = attempt(slack=lambda: {"g": 0.01}, slack_reason="Rounded inputs.")
    finding = judge([printed(-0.72)], [near])
    assert finding.verdict == "consistent, not reproduced"
    assert finding.why == "Rounded inputs."
    assert judge([printed(-0.75)], [near]).verdict == "contradicted"


@pytest.mark.parametrize(
    ("relation", "value", "number", "agrees"),
    [
        ("<", 0.001, 0.0009, True),
        ("<", 0.001, 0.002, False),
        (">", 0.05, 0.2, True),
        (">", 0.05, 0.04, False),
        ("<=", 50, 50, True),
        ("about", 0.4, 0.397, True),
        ("about", 0.4, 0.46, False),
    ],
)
def test_bounds_and_round_figures_are_kept_or_not(
    relation, value, number, agrees
) -> None:
    digits = len(str(value).partition(".")[2])
    one = printed(value, digits, relation, "p")
    finding = judge([one], [attempt(number, "p")])
    assert (finding.verdict == "reproduced") is agrees


def test_given_numbers_are_not_compared() -> None:
    both = [printed(99, relation="given", quantity="n"), printed()]
    assert judge(both, [attempt()]).verdict == "reproduced"


def test_a_stand_in_contradicts_only_when_it_says_something_else() -> None:
    proxy = attempt(-0.9, proxy=True)
    assert judge([printed()], [proxy]).verdict == "consistent, not reproduced"
    assert judge([printed(0.71)], [proxy]).verdict == "contradicted"


def test_the_first_divergent_number_is_told_not_the_largest() -> None:
    both = [printed(), printed(9, 0, quantity="q")]
    way = Attempt(numbers={"g": -0.8, "q": 1}, convention={})
    assert judge(both, [way]).why.startswith("First divergent step g:")


def test_other_inputs_than_the_sources_make_agreement_consistent_only() -> None:
    finding = judge([printed()], [attempt(proxy=True)], missing="participant data")
    assert finding.verdict == "consistent, not reproduced"
    assert finding.why == "Missing: participant data."
    unsaid = judge([printed()], [attempt(proxy=True)])
    assert unsaid.why == "Other inputs than the source's."
    told = judge([printed()], [attempt(proxy=True)], caveat="Circular.")
    assert told.why == "Circular."
