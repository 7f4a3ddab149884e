"""Intervals of tau2 against the equations that their limits solve."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.frequentist import MetaRegression, RandomEffects
from mdmameta.models.frequentist.tau2_intervals import (
    generalised_q_interval,
    profile_interval,
)

Y = np.array([-0.9, -1.6, -1.3, -1.4, -0.2, -0.8, 0.1])
D = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.01, 0.06])
MEAN = np.ones((7, 1))
SLOPE = np.column_stack([np.ones(7), np.arange(7.0)])


def imhof(x: float, weights: np.ndarray) -> float:
    """P(Σ λ χ²₁ > x) by Imhof's integral."""

    def integrand(u: float) -> float:
        theta = (np.arctan(weights * u).sum() - x * u) / 2
        return np.sin(theta) / (u * np.prod((1 + (weights * u) ** 2) ** 0.25))

    scale = 1 / weights.max()
    ends = scale * np.concatenate(([1e-12], np.geomspace(0.1, 1e3, 200)))
    parts = [quad(integrand, a, b, limit=200)[0] for a, b in pairwise(ends)]
    return 0.5 + sum(parts) / np.pi


@pytest.mark.parametrize("power", [0.5, 1.0])
@pytest.mark.parametrize("X", [MEAN, SLOPE], ids=["mean", "slope"])
def test_q_is_a_quantile_at_each_limit(X: np.ndarray, power: float) -> None:
    W = np.diag(D**-power)
    P = W - W @ X @ np.linalg.solve(X.T @ W @ X, X.T @ W)
    limits = generalised_q_interval(Y, D, X, power=power)
    for limit, tail in zip(limits, (0.025, 0.975), strict=True):
        weights = np.linalg.eigvals(P @ np.diag(D + limit)).real
        positive = weights[weights > 1e-9]
        above = imhof(Y @ P @ Y, positive)
        assert above == pytest.approx(tail, abs=1e-6) or (limit == 0 and above > tail)
    assert limits[1] > 0


@pytest.mark.parametrize("restricted", [True, False])
def test_the_likelihood_falls_by_the_quantile_at_each_limit(restricted: bool) -> None:
    def deviance(tau2: float) -> float:
        w = 1 / (D + tau2)
        mu = w @ Y / w.sum()
        loss = w @ (Y - mu) ** 2 - np.log(w).sum()
        return loss + np.log(w.sum()) * restricted

    tau2 = np.geomspace(1e-6, 100, 20001)
    lowest = min(map(deviance, tau2))
    for limit in profile_interval(Y, D, MEAN, restricted=restricted):
        fall = deviance(limit) - lowest
        assert fall == pytest.approx(chi2.ppf(0.95, 1), abs=1e-6)


@pytest.mark.parametrize("method", [generalised_q_interval, profile_interval])
def test_heterogeneity_far_beyond_the_variances_is_reached(
    method: Callable[..., tuple[float, float]],
) -> None:
    spread = np.arange(7.0) * 100
    low, high = method(spread, D, MEAN)
    far_low, far_high = method(spread, D / 1e6, MEAN)
    assert low < spread.var(ddof=1) < high
    assert (low, high) == pytest.approx((far_low, far_high), rel=1e-3)


@pytest.mark.parametrize("method", [generalised_q_interval, profile_interval])
def test_no_degrees_of_freedom_leave_no_interval(
    method: Callable[..., tuple[float, float]],
) -> None:
    assert np.isnan(method(np.ones(1), np.ones(1), np.ones((1, 1)))).all()


def test_effects_that_agree_too_well_give_zero_twice() -> None:
    assert generalised_q_interval(np.full(7, 0.5), D, MEAN) == (0.0, 0.0)
    low, high = profile_interval(np.full(7, 0.5), D, MEAN)
    assert low == 0 < high


def test_a_model_chooses_the_interval_and_its_label_says_so() -> None:
    effects = Effects.from_arrays(y=Y, v=D, moderators={"x": np.arange(7.0)})
    model = RandomEffects("ML", tau2_interval="profile")
    h = model.fit(effects).heterogeneity
    assert h.tau2_ci == profile_interval(Y, D, MEAN, restricted=False)
    assert "tau2_interval='profile'" in repr(model)
    assert "tau2_interval" not in repr(RandomEffects())
    slope = MetaRegression("~ x", tau2_interval="genq").fit(effects).heterogeneity
    assert slope.tau2_ci == pytest.approx(generalised_q_interval(Y, D, SLOPE))


def test_i2_and_h2_have_the_interval_of_tau2_transformed() -> None:
    h = RandomEffects().fit(Effects.from_arrays(y=Y, v=D)).heterogeneity
    assert h.i2_ci[0] < h.i2 < h.i2_ci[1] < 100
    assert h.h2_ci[1] == pytest.approx(1 / (1 - h.i2_ci[1] / 100))
    assert h.h2 == pytest.approx(1 + h.tau2 / h.typical_v)


def test_a_profile_needs_a_likelihood_and_a_typing_error_is_named() -> None:
    with pytest.raises(OptionError, match="tau2='DL' does not"):
        RandomEffects("DL", tau2_interval="profile")
    with pytest.raises(OptionError, match="Did you mean 'qprofile'"):
        RandomEffects(tau2_interval="q-profile")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["qprofile", "genq", "jackson", "profile"])
def test_where_metafor_stops_for_one_study_the_interval_is_missing(kind: str) -> None:
    model = RandomEffects(tau2_interval=kind)  # type: ignore[arg-type]
    fit = model.fit(Effects.from_arrays(y=[0.3], v=[0.02]))
    assert np.isnan(fit.heterogeneity.tau2_ci).all()
