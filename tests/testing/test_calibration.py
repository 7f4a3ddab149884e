from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from mdmameta.errors import OptionError
from mdmameta.testing.calibration import Calibration, calibrations, ecdf_band, rank


def test_uniform_ranks_stay_in_their_band_as_often_as_it_says():
    rng = np.random.default_rng(3)
    inside = [
        Calibration(name="a", ranks=rng.uniform(size=100)).passed for _ in "a" * 40
    ]
    assert np.mean(inside) >= 0.85


@pytest.mark.parametrize("shape", [(2, 2), (0.5, 0.5), (2, 1)])
def test_ranks_of_a_wrong_posterior_leave_the_band(shape):
    ranks = np.random.default_rng(4).beta(*shape, size=300)
    assert not Calibration(name="a", ranks=ranks).passed


def test_the_band_holds_the_diagonal_and_narrows_with_replications():
    widths = []
    for n in (50, 500):
        z, low, high = ecdf_band(n)
        assert ((low <= z) & (z <= high)).all()
        widths.append((high - low).max())
    assert widths[1] < widths[0] / 2


def test_a_rank_lies_in_the_step_of_the_truth():
    rng = np.random.default_rng(5)
    assert 0.4 <= rank([1, 2, 3, 4], 2.5, rng) <= 0.6
    ties = [rank([1, 1, 1], 1, rng) for _ in range(200)]
    assert min(ties) < 0.1 < 0.9 < max(ties)


def test_few_replications_are_refused():
    with pytest.raises(OptionError, match="19 replications"):
        calibrations([{"mu": 0.5}] * 19)


def test_ranks_are_gathered_by_quantity_and_told_in_a_row():
    rng = np.random.default_rng(6)
    sound, wrong = rng.uniform(size=200), rng.beta(2, 2, size=200)
    rows = [{"mu": a, "tau": b} for a, b in zip(sound, wrong, strict=True)]
    mu, tau = calibrations(rows)
    assert (mu.name, tau.name) == ("mu", "tau")
    (row,) = mu.to_frame().to_dict("records")
    assert (row["replications"], row["passed"]) == (200, True)
    assert row["mean"] == pytest.approx(sound.mean())
    assert row["distance"] == pytest.approx(kstest(sound, "uniform").statistic)
    assert not tau.to_frame()["passed"][0]
    assert mu.histogram(10).sum() == 200
