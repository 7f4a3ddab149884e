"""CommonEffect as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.frequentist import CommonEffect, RandomEffects

EFFECTS = Effects.from_arrays(y=[0.1, 0.5, 0.2, 0.9], v=[0.02, 0.05, 0.03, 0.04])


def test_the_estimate_is_the_inverse_variance_mean() -> None:
    w = 1 / EFFECTS.v
    fit = CommonEffect().fit(EFFECTS)
    assert fit.estimate.value == pytest.approx(w @ EFFECTS.y / w.sum())
    assert fit.estimate.se == pytest.approx(w.sum() ** -0.5)
    np.testing.assert_allclose(fit.weights, 100 * w / w.sum())


def test_i2_comes_from_q() -> None:
    h = CommonEffect().fit(EFFECTS).heterogeneity
    assert h.tau2 == 0
    assert h.i2 == pytest.approx(100 * (h.q - 3) / h.q)
    assert h.h2 == pytest.approx(h.q / 3)


def test_i2_is_not_below_zero() -> None:
    h = CommonEffect().fit(EFFECTS.with_y([0.2, 0.21, 0.2, 0.2])).heterogeneity
    assert h.i2 == 0
    assert h.h2 < 1


def test_there_is_no_prediction_interval() -> None:
    e = CommonEffect().fit(EFFECTS).estimate
    assert np.isnan([e.pi_low, e.pi_high]).all()


def test_the_data_still_tell_an_interval_of_tau2() -> None:
    ours = CommonEffect().fit(EFFECTS).heterogeneity.tau2_ci
    assert ours == RandomEffects().fit(EFFECTS).heterogeneity.tau2_ci


@pytest.mark.parametrize(
    "interval", ["wald", "t", "knapp-hartung", "knapp-hartung-adhoc"]
)
def test_a_variance_fixed_at_zero_is_a_common_effect(interval: str) -> None:
    common = CommonEffect(interval=interval).fit(EFFECTS)  # type: ignore[arg-type]
    fixed = RandomEffects(tau2=0.0, interval=interval).fit(EFFECTS)  # type: ignore[arg-type]
    assert fixed.coefficients.equals(common.coefficients)
    assert fixed.heterogeneity.i2 == common.heterogeneity.i2
    np.testing.assert_array_equal(fixed.weights, common.weights)


def test_correlated_rows_follow_generalised_least_squares() -> None:
    V = np.diag(EFFECTS.v) + 0.01
    W = np.linalg.inv(V)
    fit = CommonEffect().fit(Effects.from_arrays(y=EFFECTS.y, V=V))
    assert fit.estimate.value == pytest.approx(W.sum(axis=0) @ EFFECTS.y / W.sum())
    assert fit.estimate.se == pytest.approx(W.sum() ** -0.5)


def test_options_are_checked_when_the_model_is_made() -> None:
    with pytest.raises(OptionError, match="interval='hksj'"):
        CommonEffect(interval="hksj")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="level=95"):
        CommonEffect(level=95)
