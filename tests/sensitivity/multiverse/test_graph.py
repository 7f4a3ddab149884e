import numpy as np
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse import Choice, Graph, Option, Rule

ONE = Choice("one", "One", (Option("a", "First."), Option("b", "Second.")))
TWO = Choice("two", "Two", (Option("c", "Third."), Option("d", "Fourth.")))
MAIN = {"one": "a", "two": "c"}
RULE = Rule("never", "They exclude each other.", {"two": ("d",), "one": ("b",)})


def test_the_number_of_a_specification_is_that_of_its_place_in_the_whole_product():
    graph = Graph((ONE, TWO), (), MAIN)
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int16)
    assert graph.spec_ids(codes).tolist() == [0, 1, 2, 3]
    assert graph.size == 4


def test_edges_lead_from_the_earlier_choice_to_the_later_one_that_a_rule_ties():
    assert Graph((ONE, TWO), (RULE,), MAIN).edges == (("one", "two", "never"),)


@pytest.mark.parametrize(
    ("choices", "rules", "main", "said"),
    [
        ((ONE, ONE), (), MAIN, "each with a name of its own"),
        ((Choice("one", "", (Option("a", " "),)),), (), {"one": "a"}, "no defence"),
        ((Choice("k", "", (Option("a", "x."),)),), (), {"k": "a"}, "column of results"),
        ((ONE,), (Rule("r", "x.", {"one": ("a",)}),), {"one": "a"}, "two choices"),
        ((ONE, TWO), (RULE,), {"one": "b", "two": "d"}, "excludes the main analysis"),
        ((ONE, TWO), (), {"one": "a"}, "settle every choice"),
        ((ONE, TWO), (), {"one": "z", "two": "c"}, "no option 'z'; there are: a, b"),
    ],
)
def test_a_graph_that_cannot_be_is_refused_with_its_cure(choices, rules, main, said):
    with pytest.raises(SensitivityError, match=said):
        Graph(choices, rules, main)


def test_a_graph_is_written_with_every_defence_and_reason():
    told = Graph((ONE, TWO), (RULE,), MAIN).to_dict()
    assert told["choices"][0]["options"][1]["defence"] == "Second."
    assert told["rules"][0]["when"] == {"two": ["d"], "one": ["b"]}


def test_a_rule_names_choices_that_there_are():
    rule = Rule("r", "x.", {"one": ("a",), "three": ("e",)})
    with pytest.raises(
        SensitivityError, match="'r' names the choice 'three'; there ar"
    ):
        Graph((ONE, TWO), (rule,), MAIN)


def test_more_combinations_than_can_be_numbered_are_refused():
    options = tuple(Option(f"o{i}", "One of many.") for i in range(10))
    choices = tuple(Choice(f"c{i}", "", options) for i in range(19))
    main = {choice.name: "o0" for choice in choices}
    assert Graph(choices[:18], (), dict(list(main.items())[:18])).size == 10**18
    with pytest.raises(SensitivityError, match=r"19 choices have 1e\+19 combinations"):
        Graph(choices, (), main)
