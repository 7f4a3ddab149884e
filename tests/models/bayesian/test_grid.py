from __future__ import annotations

import numpy as np
import pytest

from mdmameta.errors import ModelError
from mdmameta.models.bayesian import HalfCauchy, Normal
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.grid import BLOCK, exact_grid

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
