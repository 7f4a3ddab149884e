import numpy as np
import pytest

from mdmameta.sensitivity.multiverse import distribution
from mdmameta.sensitivity.multiverse.distribution import quantiles

PROBABILITIES = [0.0, 0.025, 0.31, 0.5, 0.999, 1.0]


@pytest.mark.parametrize("kept", [2**20, 50, 3])
def test_quantiles_are_exact_however_few_numbers_are_kept(monkeypatch, kept):
    monkeypatch.setattr(distribution, "KEPT", kept)
    monkeypatch.setattr(distribution, "SPLIT", 8)
    x = np.random.default_rng(2).normal(size=1001)
    found = quantiles(lambda: iter(np.array_split(x, 7)), x.size, PROBABILITIES)
    np.testing.assert_allclose(found, np.quantile(x, PROBABILITIES), rtol=1e-14)


def test_numbers_that_are_all_the_same_have_one_quantile(monkeypatch):
    monkeypatch.setattr(distribution, "KEPT", 3)
    x = np.full(100, 0.7)
    assert quantiles(lambda: iter([x]), 100, [0.1, 0.5]) == [0.7, 0.7]
