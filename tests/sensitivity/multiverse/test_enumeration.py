from itertools import product

import numpy as np
import pytest

from mdmameta.sensitivity.multiverse import enumeration
from mdmameta.sensitivity.multiverse.enumeration import chunks, count, full_codes


def all_codes(universe, size=50):
    return np.concatenate([full_codes(universe, r) for r in chunks(universe, size)])


def allowed_by_hand(universe):
    """Every combination, one at a time, judged by rules written out."""
    graph = universe.graph
    names = [choice.name for choice in graph.choices]
    kept = []
    for codes in product(*(range(len(c.options)) for c in graph.choices)):
        picked = {n: graph[n].names[c] for n, c in zip(names, codes, strict=True)}
        broken = any(
            all(picked[c] in options for c, options in rule.when.items())
            for rule in graph.rules
        )
        left_out = picked["trials"].removeprefix("without ")
        place = universe.studies.index(left_out) if left_out != "all" else None
        absent = place is not None and np.isnan(universe.y[codes[0], place])
        if not broken and not absent:
            kept.append(codes)
    return np.array(kept)


def test_exactly_what_no_rule_excludes_is_enumerated_in_rising_order(universe):
    np.testing.assert_array_equal(all_codes(universe), allowed_by_hand(universe))


def test_spec_ids_are_unique_and_rise(universe):
    ids = universe.graph.spec_ids(all_codes(universe))
    assert (np.diff(ids) > 0).all()
    assert len(ids) == count(universe)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_chunk_but_the_last_has_its_size(universe, size):
    sizes = [len(rows) for rows in chunks(universe, size)]
    assert set(sizes[:-1]) <= {size}
    assert sum(sizes) == count(universe)


def test_the_order_does_not_depend_on_how_many_rows_are_worked_on(
    universe, monkeypatch
):
    expected = all_codes(universe)
    monkeypatch.setattr(enumeration, "BLOCK", 8)
    np.testing.assert_array_equal(all_codes(universe), expected)
