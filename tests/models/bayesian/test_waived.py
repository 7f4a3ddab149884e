"""Which duties priors leave a model without."""

from __future__ import annotations

import pytest

from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.bayesian.mean_priors import Flat, Normal
from mdmameta.models.bayesian.multilevel import BayesianMultilevel
from mdmameta.models.bayesian.robust_effects import BayesianRobustEffects
from mdmameta.models.bayesian.waived import waived_by_priors
from mdmameta.models.duties import waived


def test_a_flat_prior_of_the_mean_moves_with_the_effects_and_knows_no_sides() -> None:
    assert set(waived_by_priors(Flat())) == {"scale", "one-study"}


@pytest.mark.parametrize(("mean", "owes"), [(0, True), (-0.5, False)])
def test_a_prior_around_zero_changes_its_sign_with_the_effects(mean, owes) -> None:
    found = waived_by_priors(Normal(mean, 1))
    assert "shift" in found
    assert ("mirror" not in found) is owes


@pytest.mark.parametrize(
    "model",
    [
        BayesianRandomEffects(mu=Flat()),
        BayesianRobustEffects(mu=Flat(), seed=1),
        BayesianMultilevel(mu=Flat(), seed=1),
    ],
)
def test_models_waive_by_their_own_prior(model) -> None:
    assert waived(model) == waived_by_priors(Flat())
