from itertools import permutations
from math import prod

import pytest

from mdmameta.lineage.attribution import parts_of_shift


def game(made):
    gains = {0: 1.0, 1: -2.0, 2: 0.5}
    together = 4.0 if {0, 2} <= made else 0.0
    return 10 + sum(gains.get(i, 0.0) for i in made) + together


def test_parts_are_averages_over_every_order():
    expected = [0.0] * 4
    for order in permutations(range(4)):
        made = frozenset()
        for one in order:
            expected[one] += (game(made | {one}) - game(made)) / 24
            made = made | {one}
    assert parts_of_shift(game, 4).values == pytest.approx(expected, abs=1e-12)


def test_parts_add_up_to_the_shift_without_a_remainder():
    found = parts_of_shift(game, 4)
    assert sum(found.values) == pytest.approx(game({0, 1, 2, 3}) - game(set()))
    assert found.remainder == pytest.approx(0, abs=1e-12)
    assert found.values[3] == 0
    assert "(Shapley)" in found.method


def test_many_changes_are_made_in_turn():
    def value(made):
        return prod(1 + i for i in made)

    found = parts_of_shift(value, 7)
    assert found.values == (0, 1, 4, 18, 96, 600, 4320)
    assert found.remainder == 0
    assert "in the order of tables" in found.method


def test_a_part_that_shows_neither_alone_nor_last_is_the_remainder():
    def hidden(made):
        return 5.0 if 1 in made and 0 not in made else float(2 in made)

    found = parts_of_shift(lambda made: hidden(made) if made else 0.0, 3)
    assert found.remainder == pytest.approx(1.0 - sum(found.values))
