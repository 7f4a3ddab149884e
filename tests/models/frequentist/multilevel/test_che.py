"""Correlated and hierarchical effects over guesses of the correlation."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.errors import OptionError
from mdmameta.models.frequentist.multilevel import Multilevel, che_sensitivity


def effects() -> Effects:
    rng = np.random.default_rng(0)
    study = np.repeat(list("abcdefgh"), 3)
    y = rng.normal(0, 0.3, 8).repeat(3) + rng.normal(0, 0.2, 24)
    return Effects.from_arrays(y, rng.uniform(0.01, 0.1, 24), study=study)


def test_each_row_is_the_fit_with_that_correlation() -> None:
    table = che_sensitivity(effects(), [0.3, 0.7])
    model = Multilevel(robust="CR2")
    fits = [model.fit(with_covariance(effects(), rho=rho)) for rho in (0.3, 0.7)]
    assert table["se"].tolist() == [fit.estimate.se for fit in fits]
    assert table["tau2"].tolist() == [fit.heterogeneity.tau2 for fit in fits]


def test_no_correlation_is_the_model_of_independent_errors() -> None:
    (row,) = che_sensitivity(effects(), [0.0]).itertuples()
    plain = Multilevel(robust="CR2").fit(effects())
    assert row.value == pytest.approx(plain.estimate.value, rel=1e-8)


@pytest.mark.parametrize("rho", [-0.1, 1.0])
def test_correlations_that_cannot_be_are_refused(rho: float) -> None:
    with pytest.raises(OptionError, match="0 to below 1"):
        che_sensitivity(effects(), [rho])
