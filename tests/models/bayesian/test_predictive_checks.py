"""What priors predict of trials."""

from __future__ import annotations

import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import (
    DuMouchel,
    Normal,
    UniformI2,
    UniformShrinkage,
    prior_data_conflict,
    prior_predictive,
)
from mdmameta.models.bayesian.kernel import Data

EFFECTS = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])


@pytest.mark.parametrize("tau", [DuMouchel(), UniformI2(), UniformShrinkage()])
def test_priors_that_depend_on_the_variances_take_them_from_the_effects(tau) -> None:
    known = tau.for_data(Data.of(EFFECTS.y, EFFECTS.v, None))
    asked, told = (
        prior_predictive(EFFECTS, mu=Normal(0, 1), tau=one, seed=1, draws=100)
        for one in (tau, known)
    )
    pd.testing.assert_frame_equal(asked, told)
    conflict = prior_data_conflict(EFFECTS, mu=Normal(0, 1), tau=tau)
    assert conflict == prior_data_conflict(EFFECTS, mu=Normal(0, 1), tau=known)
