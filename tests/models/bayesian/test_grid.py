from __future__ import annotations

from itertools import product
from time import process_time

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    DuMouchel,
    Flat,
    HalfCauchy,
    HalfNormal,
    Jeffreys,
    Normal,
    StudentT,
    Uniform,
    exact_grid,
    fit_priors,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.grid_block import BLOCK

V = np.array([0.05, 0.1, 0.2])
COV = np.diag(V) + 0.03
SHIFT = np.linspace(-3, 3, BLOCK + 5)[:, None] * [1.0, 0.2, -0.5]
Y = np.array([-0.9, -0.5, -0.6]) + SHIFT


@pytest.mark.parametrize("cov", [None, COV], ids=["independent", "covariance"])
def test_every_row_is_the_fit_of_that_row_alone(cov):
    grid = exact_grid(Y, V, V=cov, mu=Normal(0, 2), tau=HalfCauchy(1), level=0.9)
    for i in (0, BLOCK - 1, BLOCK, len(Y) - 1):
        alone = exact_posterior(Y[i], V, Normal(0, 2), HalfCauchy(1), V=cov)
        ends = (*alone.mu.interval(0.9), *alone.predictive.interval(0.9))
        ours = [getattr(grid, n)[i] for n in ("ci_low", "ci_high", "pi_low", "pi_high")]
        assert ours == pytest.approx(ends, abs=1e-9)
        assert grid.mean[i] == pytest.approx(alone.mu.mean, abs=1e-10)
        assert grid.sd[i] == pytest.approx(alone.mu.sd, rel=1e-9)
        assert grid.tau2[i] == pytest.approx(alone.tau2_mean, rel=1e-9)
    assert (grid.error < 1e-9).all()


@pytest.mark.parametrize("y", [Y[0], Y[:, :2], np.full((2, 3), np.nan)])
def test_a_table_of_another_shape_is_refused(y):
    with pytest.raises(ModelError, match="3 columns"):
        exact_grid(y, V)


def same(grid, i, alone, level=0.95):
    numbers = {
        "mean": alone.mu.mean,
        "sd": alone.mu.sd,
        "tau": alone.tau.mean,
        "tau2": alone.tau2_mean,
        "log_evidence": alone.log_marginal_likelihood,
        "prob_below": alone.prob_mu_below(-0.2),
    }
    for name, number in numbers.items():
        ours = pytest.approx(number, rel=1e-8, abs=1e-9, nan_ok=True)
        assert getattr(grid, name)[i] == ours, name
    ends = (*alone.mu.interval(level), *alone.predictive.interval(level))
    ours = [getattr(grid, n)[i] for n in ("ci_low", "ci_high", "pi_low", "pi_high")]
    assert ours == pytest.approx(ends, abs=1e-8)


MUS = [Normal(0, 1), Flat(), StudentT(3, 0, 0.5), Normal(-1, 0.2)]
TAUS = [HalfNormal(0.02), HalfCauchy(3), Uniform(0.1, 2), DuMouchel(), Jeffreys()]
EFFECTS = Effects.from_arrays([*Y[0], np.nan], [*V, 0.1])


def test_every_pair_of_priors_is_a_fit_of_its_own():
    grid = fit_priors(EFFECTS, mu=MUS, tau=TAUS, threshold=-0.2)
    assert len(grid) == len(MUS) * len(TAUS)
    for i, (mu, tau) in enumerate(product(MUS, TAUS)):
        assert (grid.mu_prior[i], grid.tau_prior[i]) == (mu, tau)
        same(grid, i, exact_posterior(Y[0], V, mu, tau))


def test_heavy_tails_of_some_priors_leave_the_moments_of_others():
    one = Effects.from_arrays([0.4], [0.1])
    grid = fit_priors(one, mu=[Normal(), Flat()], tau=[HalfNormal(), HalfCauchy(1)])
    assert np.isinf(grid.tau2).tolist() == [False, True, False, True]
    assert np.isinf(grid.sd).tolist() == [False, False, False, True]


def test_priors_and_data_sets_go_row_by_row():
    grid = exact_grid(Y[:3], V, V=COV, mu=MUS[:3], tau=TAUS[:3], threshold=-0.2)
    for i in range(3):
        same(grid, i, exact_posterior(Y[i], V, MUS[i], TAUS[i], V=COV))


def test_a_grid_of_fits_is_a_table():
    grid = fit_priors(EFFECTS, mu=Normal(), tau=TAUS[:2])
    frame = grid.to_frame()
    assert frame["tau_prior"].to_list() == ["HalfNormal(0.02)", "HalfCauchy(3)"]
    assert frame["ci_low"].to_list() == grid.ci_low.tolist()
    assert repr(grid) == "<ExactGrid of 2 fits>"


def test_priors_that_cannot_be_used_are_named():
    with pytest.raises(OptionError, match="3 rows of y, 2 priors of mu"):
        exact_grid(Y[:3], V, mu=MUS[:2])
    with pytest.raises(OptionError, match="mu=0: the exact engine"):
        fit_priors(EFFECTS, mu=[Normal(), 0], tau=HalfNormal())
    with pytest.raises(OptionError, match="at least one prior each"):
        fit_priors(EFFECTS, mu=[], tau=HalfNormal())
    with pytest.raises(ModelError, match="at least 3 studies"):
        exact_grid(Y[:3, :2], V[:2], mu=[Normal(), Flat(), Flat()], tau=Flat())


def test_a_thousand_priors_take_a_second_or_so():
    scales = np.geomspace(0.05, 3, 1000)
    start = process_time()
    exact_grid(Y[:1], V, tau=[HalfNormal(s) for s in scales])
    assert process_time() - start < 4
