"""The highest mode in many data sets at once, against dense searches."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.frequentist import likelihood as single
from mdmameta.models.frequentist.batched import likelihood
from mdmameta.models.frequentist.batched.data import Many, centred
from mdmameta.models.frequentist.batched.solve import columns, data_sets
from mdmameta.models.frequentist.moments import contrasts


def hostile(n: int, k: int, spread: float, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Variances that differ by 10^(2 spread), outliers, and τ² of any size."""
    rng = np.random.default_rng([seed, k, int(10 * spread)])
    v = 10 ** rng.uniform(-spread, spread, (n, k))
    tau2 = 10 ** rng.uniform(-spread - 1, spread + 1, (n, 1))
    heavy = rng.standard_t(1.5, (n, k)) * np.sqrt(v)
    normal = rng.normal(0, np.sqrt(v))
    y = np.where(rng.random((n, 1)) < 0.5, heavy, normal)
    return y + rng.normal(0, np.sqrt(tau2 * (rng.random((n, 1)) < 0.7)), (n, k)), v


def side_by_side(y: np.ndarray, v: np.ndarray, p: int) -> Many:
    X = np.column_stack([np.ones(y.shape[1]), np.arange(y.shape[1])])
    return centred(data_sets(y, v, columns(None if p == 1 else X)))[0]


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize(("k", "spread"), [(4, 3.0), (6, 2.0), (10, 1.0), (15, 3.0)])
def test_no_mode_is_higher(
    restricted: bool, p: int, k: int, spread: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = side_by_side(*hostile(400, k, spread), p)
    ours, converged = likelihood.maximise(data, restricted=restricted)
    assert converged.all()
    monkeypatch.setattr(single, "FACTOR", 1.02)
    dense, _ = likelihood.maximise(data, restricted=restricted)
    heights = [
        likelihood.log_likelihood(data, t, restricted=restricted) for t in (ours, dense)
    ]
    assert (heights[0] - heights[1]).min() > -1e-8


def test_many_of_the_hostile_likelihoods_have_several_modes() -> None:
    data = side_by_side(*hostile(1_000, 6, 2.0), 1)
    rss = (data.y**2).sum(axis=0)
    some = data.take(np.flatnonzero(rss > data.smallest))
    which, *_ = likelihood._peaks(
        some, (some.y**2).sum(axis=0), some.smallest, restricted=True
    )
    assert np.count_nonzero(np.bincount(which) > 1) >= 20


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("p", [1, 2])
def test_one_at_a_time_finds_the_same_to_ten_digits(restricted: bool, p: int) -> None:
    y, v = hostile(300, 8, 1.0)
    many, _ = likelihood.maximise(side_by_side(y, v, p), restricted=restricted)
    X = np.column_stack([np.ones(8), np.arange(8)])[:, :p]
    for i in range(300):
        one = single.maximise(contrasts(y[i], v[i], X), restricted=restricted)
        assert one.converged
        assert abs(one.tau2 - many[i]) <= 1e-10 * (one.tau2 + v[i].min())


@pytest.mark.parametrize("restricted", [True, False])
def test_no_value_of_a_dense_grid_is_more_likely(restricted: bool) -> None:
    y, v = hostile(200, 5, 2.0, seed=2)
    data = side_by_side(y, v, 1)
    ours, _ = likelihood.maximise(data, restricted=restricted)
    height = likelihood.log_likelihood(data, ours, restricted=restricted)
    for t in np.append(0.0, np.geomspace(1e-5, 1e7, 3_000)):
        other = likelihood.log_likelihood(data, np.full(200, t), restricted=restricted)
        assert (height >= other - 1e-9 * np.abs(height)).all()


def test_a_score_of_exactly_zero_ends_the_iteration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = []
    step = likelihood._step
    monkeypatch.setattr(
        likelihood, "_step", lambda *a, **k: steps.append(1) or step(*a, **k)
    )
    rng = np.random.default_rng(1)
    v = rng.uniform(0.01, 0.5, (1_600, 10))
    y = rng.normal(0, 0.5, v.shape) + rng.normal(0, np.sqrt(v))
    likelihood.maximise(side_by_side(y, v, 1), restricted=True)
    assert len(steps) < 12
