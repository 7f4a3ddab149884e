"""An estimate made by any rule becomes a complete Fit."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, RandomEffects, fit_of_mean
from mdmameta.models.inputs import usable_rows

EFFECTS = Effects.from_arrays(y=[0.1, 0.5, 0.9, np.nan], v=[0.1, 0.2, 0.3, 0.1])


def made(effects: Effects = EFFECTS, **given: object) -> Fit:
    usable = usable_rows(effects)
    weights = 1 / usable.v
    values = {
        "value": float(weights @ usable.y / weights.sum()),
        "se": float(weights.sum() ** -0.5),
        "weights": weights,
    }
    return fit_of_mean(CommonEffect(), effects, usable, **(values | given))


def test_the_common_effect_is_made_again_to_the_digit() -> None:
    ours, theirs = (fit.to_frame() for fit in (made(), CommonEffect().fit(EFFECTS)))
    names = ["value", "se", "ci_low", "ci_high", "p_value", "tau2", "i2", "q", "q_p"]
    np.testing.assert_allclose(ours[names].astype(float), theirs[names].astype(float))
    assert made().warnings == CommonEffect().fit(EFFECTS).warnings


def test_random_effects_are_made_again_with_their_tau2() -> None:
    theirs = RandomEffects(tau2=0.2, interval="wald").fit(EFFECTS)
    e = theirs.estimate
    ours = made(value=e.value, se=e.se, tau2=0.2)
    assert ours.estimate.pi_high == pytest.approx(e.pi_high)
    assert ours.heterogeneity.i2 == pytest.approx(theirs.heterogeneity.i2)


def test_few_degrees_of_freedom_widen_the_interval_and_are_said() -> None:
    fit = made(df=2.0)
    assert fit.estimate.ci_high - fit.estimate.value == pytest.approx(
        4.302653 * fit.estimate.se
    )
    assert "few-df" in [caution.code for caution in fit.warnings]


def test_one_study_has_neither_variance_nor_prediction() -> None:
    fit = made(EFFECTS.take([0]), tau2=0.2)
    assert np.isnan([fit.heterogeneity.tau2, fit.estimate.pi_low]).all()


@pytest.mark.parametrize(
    "given", [{"value": np.nan}, {"se": 0.0}, {"weights": np.ones(2)}]
)
def test_what_is_no_estimate_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="CommonEffect"):
        made(**given)
