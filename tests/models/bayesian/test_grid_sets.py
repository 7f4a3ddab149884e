import numpy as np
import pytest

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import (
    DuMouchel,
    Flat,
    HalfCauchy,
    HalfNormal,
    LogNormal,
    Normal,
    StudentT,
    Uniform,
)
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.grid_block import BLOCK
from mdmameta.models.bayesian.grid_sets import exact_sets

PRIORS = [
    (Normal(0, 1), HalfNormal(0.5)),
    (Flat(), HalfNormal(0.02)),
    (Normal(0, 50), HalfCauchy(0.5)),
    (StudentT(3, 0, 0.5), HalfNormal(5)),
    (Normal(0, 1), Uniform(0.1, 2)),
    (Normal(0, 1), LogNormal(-1, 1)),
    (Normal(0, 1), DuMouchel()),
]


def made(d, K, seed=3):
    rng = np.random.default_rng(seed)
    y, v = rng.normal(-0.5, 0.5, (d, K)), np.exp(rng.normal(-2.5, 1.5, (d, K)))
    v[rng.random((d, K)) < 0.4] = np.nan
    v[:, 0] = 0.1
    return y, v


@pytest.mark.parametrize(("d", "K"), [(4, 1), (9, 6), (3, 40)])
def test_each_data_set_under_each_prior_is_a_fit_of_its_own(d, K):
    y, v = made(d, K)
    found = exact_sets(y, v, PRIORS, level=0.9)
    for i, j in np.ndindex(d, len(PRIORS)):
        there = np.isfinite(v[i])
        alone = exact_posterior(y[i, there], v[i, there], *PRIORS[j])
        low, high = alone.mu.interval(0.9)
        wanted = (alone.mu.mean, alone.mu.sd, low, high, alone.tau2_mean)
        names = ("mean", "sd", "ci_low", "ci_high", "tau2")
        ours = [getattr(found, name)[i, j] for name in names]
        assert ours == pytest.approx(wanted, rel=1e-10, abs=1e-11), PRIORS[j]
    assert (found.error < 1e-9).all()


def test_what_shares_its_nodes_hardly_moves_a_fit():
    y, v = made(2 * BLOCK + 3, 5)
    together = exact_sets(y, v, PRIORS[:3])
    alone = exact_sets(y[-1:], v[-1:], PRIORS[:1])
    assert together.ci_low[-1, 0] == pytest.approx(alone.ci_low[0, 0], abs=1e-12)


def test_the_order_of_studies_and_of_data_sets_changes_nothing():
    y, v = made(5, 6)
    found = exact_sets(y, v, PRIORS[:2])
    turned = exact_sets(y[::-1, ::-1], v[::-1, ::-1], PRIORS[:2])
    np.testing.assert_allclose(turned.mean[::-1], found.mean, rtol=1e-12)


def test_a_study_of_infinite_variance_is_not_there():
    y, v = made(3, 4)
    infinite = exact_sets(y, np.where(np.isnan(v), np.inf, v), PRIORS[:1])
    assert infinite.sd.tolist() == exact_sets(y, v, PRIORS[:1]).sd.tolist()


def test_no_data_set_gives_no_fit():
    assert exact_sets(np.empty((0, 3)), np.empty((0, 3)), PRIORS).mean.shape == (0, 7)


def test_tables_that_cannot_be_fitted_are_refused():
    with pytest.raises(ModelError, match="one shape"):
        exact_sets([[0.1, 0.2]], [0.1, 0.2], PRIORS)
    with pytest.raises(ModelError, match="no effect"):
        exact_sets([[0.1], [np.nan]], [[0.1], [0.1]], PRIORS)
    with pytest.raises(ModelError, match="not positive"):
        exact_sets([[0.1]], [[0.0]], PRIORS)


def test_priors_that_cannot_be_used_are_named():
    with pytest.raises(OptionError, match="at least one pair"):
        exact_sets([[0.1]], [[0.1]], [])
    with pytest.raises(OptionError, match="mu=0: the exact engine"):
        exact_sets([[0.1]], [[0.1]], [(0, HalfNormal())])
    with pytest.raises(ModelError, match="at least 3 studies"):
        exact_sets([[0.1, 0.2]], [[0.1, 0.2]], [(Flat(), Flat())])
