from itertools import product

import numpy as np
import pytest

from mdmameta.sensitivity.multiverse import Choice, Graph, Option, decomposition
from mdmameta.sensitivity.multiverse.block import Block
from mdmameta.sensitivity.multiverse.decomposition import decomposition as decomposed
from mdmameta.sensitivity.multiverse.tally import tally


def graph_of(*sizes):
    choices = tuple(
        Choice(f"c{i}", "", tuple(Option(f"o{j}", "Because.") for j in range(size)))
        for i, size in enumerate(sizes)
    )
    return Graph(choices, (), {c.name: "o0" for c in choices})


def table(graph, codes, value):
    n = len(codes)
    zero = np.zeros(n)
    block = Block(
        spec_id=np.arange(n), codes=codes.astype(np.int16), k=np.full(n, 3),
        value=value, se=zero, ci_low=zero, ci_high=zero, tau2=zero,
        converged=np.ones(n, bool),
    )  # fmt: skip
    found = tally([block], graph, 0, float(value[0]), np.zeros(1))
    return decomposed(found, graph).set_index("choice")


@pytest.fixture
def crossed():
    graph = graph_of(2, 3, 2)
    codes = np.array(list(product(range(2), range(3), range(2))))
    return graph, codes, np.random.default_rng(3).normal(size=12)


def test_sums_of_squares_add_up_to_the_total(crossed):
    graph, codes, y = crossed
    for kept in (slice(None), [0, 1, 3, 4, 6, 7, 10]):
        found = table(graph, codes[kept], y[kept])
        total = ((y[kept] - y[kept].mean()) ** 2).sum()
        assert found["sum_of_squares"].sum() == pytest.approx(total, rel=1e-12)
        assert found["share"].sum() == pytest.approx(1.0)


def test_in_a_balanced_design_it_is_the_ordinary_analysis_of_variance(crossed):
    graph, codes, y = crossed
    found = table(graph, codes, y)
    for i in range(3):
        means = np.array([y[codes[:, i] == c].mean() for c in codes[:, i]])
        expected = ((means - y.mean()) ** 2).sum()
        row = found.loc[f"c{i}"]
        assert row["sum_of_squares"] == pytest.approx(expected, rel=1e-12)
        assert row["share_alone"] == pytest.approx(row["share_last"])


def test_two_choices_that_always_go_together_share_equally():
    graph = graph_of(2, 2)
    codes = np.array([[0, 0], [0, 0], [1, 1], [1, 1]])
    found = table(graph, codes, np.array([0.0, 1.0, 4.0, 5.0]))
    assert found.loc["c0", "share"] == pytest.approx(found.loc["c1", "share"])
    assert found.loc["c0", "share_last"] == pytest.approx(0.0, abs=1e-12)


def test_a_choice_that_changes_nothing_has_no_share(crossed):
    graph, codes, _ = crossed
    found = table(graph, codes, codes[:, 0] * 1.5)
    assert found.loc["c0", "share"] == pytest.approx(1.0)
    assert found.loc[["c1", "c2", "interactions"], "share"].abs().max() < 1e-12


def test_with_very_many_choices_they_enter_in_their_order(crossed, monkeypatch):
    graph, codes, y = crossed
    every_order = table(graph, codes, y)
    monkeypatch.setattr(decomposition, "MOST_CHOICES", 2)
    in_order = table(graph, codes, y)
    np.testing.assert_allclose(in_order["share"], every_order["share"])
    assert in_order["share_last"].isna().all()
