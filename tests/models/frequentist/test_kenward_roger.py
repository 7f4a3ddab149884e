"""Kenward and Roger's interval against their general matrices, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    RandomEffects,
    likelihood_ratio_test,
)
from mdmameta.models.frequentist.batched import fit_many
from mdmameta.models.frequentist.kenward_roger import kenward_roger
from mdmameta.models.frequentist.regression import independent_rows

V = np.array([0.3, 0.01, 0.08, 0.02, 0.15, 0.05])
EFFECTS = Effects.from_arrays(
    y=[0.1, 0.9, -0.3, 0.4, 1.2, 0.0], v=V, moderators={"x": range(6)}
)
#: Where τ² is estimated as 0 and variances differ.
ALIKE = EFFECTS.with_y([0.30, 0.32, 0.29, 0.31, 0.3, 0.31])


def asked(effects: Effects, interval: str = "kenward-roger", **options: Any) -> Fit:
    return RandomEffects(interval=interval, **options).fit(effects)  # type: ignore[arg-type]


def correlated() -> FloatArray:
    together = np.sqrt(np.outer(V, V)) * 0.4
    np.fill_diagonal(together, V)
    return together


def slope(function: Callable[[float], Any], at: float, step: float = 1e-4) -> Any:
    """First derivative, to the fourth order of the step."""
    far, near = (function(at + c) - function(at - c) for c in (2 * step, step))
    return (8 * near - far) / (12 * step)


def general(S: FloatArray, tau2: float) -> tuple[float, float, float]:
    """Classic and adjusted variance of a mean, and degrees of freedom.

    By the matrices of Kenward and Roger 1997 for one variance, in their
    letters, with every derivative by differences.
    """
    X = np.ones((len(S), 1))

    def sigma(at: float) -> FloatArray:
        return S + at * np.eye(len(S))

    def inverse(at: float) -> FloatArray:
        return np.linalg.inv(sigma(at))

    def expected(at: float) -> float:
        """Restricted log-likelihood that is expected when τ² is as estimated."""
        W = inverse(at)
        M = X.T @ W @ X
        P = W - W @ X @ np.linalg.solve(M, X.T @ W)
        dets = np.linalg.slogdet(sigma(at))[1] + np.linalg.slogdet(M)[1]
        return float(-(dets + np.trace(P @ sigma(tau2))) / 2)

    information = -slope(lambda at: slope(expected, at, 1e-3), tau2, 1e-3)
    Phi = np.linalg.inv(X.T @ inverse(tau2) @ X)
    P = slope(lambda at: X.T @ inverse(at) @ X, tau2)
    D = slope(inverse, tau2)
    Q = X.T @ D @ sigma(tau2) @ D @ X
    adjusted = Phi + 2 * Phi @ ((Q - P @ Phi @ P) / information) @ Phi
    A = float(((Phi @ P) ** 2 / information)[0, 0])
    return float(Phi[0, 0]), float(adjusted[0, 0]), 2 / A


@pytest.mark.parametrize("S", [np.diag(V), correlated()], ids=["apart", "together"])
def test_error_and_degrees_of_freedom_are_those_of_the_general_matrices(
    S: FloatArray,
) -> None:
    """But for the square of the scale, which Partlett and Riley's df have as well."""
    tau2 = 0.2
    rows = independent_rows(np.zeros(6), V, np.ones((6, 1)), S)
    found = kenward_roger(rows.v, rows.X, tau2)
    classic, adjusted, df = general(S, tau2)
    assert found.scale > 1.01
    assert classic * found.scale == pytest.approx(adjusted, rel=1e-6)
    assert found.df * found.scale**2 == pytest.approx(df, rel=1e-6)


def test_a_fit_has_the_wider_error_and_its_reference() -> None:
    fit, wald = asked(EFFECTS), asked(EFFECTS, "wald")
    of = kenward_roger(V, np.ones((6, 1)), fit.heterogeneity.tau2)
    e = fit.estimate
    assert e.value == wald.estimate.value
    assert e.se == pytest.approx(wald.estimate.se * np.sqrt(of.scale))
    assert e.df == of.df
    assert e.ci_high - e.value == pytest.approx(t.ppf(0.975, of.df) * e.se)
    assert e.p_value == pytest.approx(2 * t.sf(abs(e.value) / e.se, of.df))


@pytest.mark.parametrize("k", [2, 3, 12])
def test_equal_variances_leave_the_t_interval(k: int) -> None:
    rng = np.random.default_rng(k)
    effects = Effects.from_arrays(y=rng.normal(size=k), v=np.full(k, 0.2))
    np.testing.assert_allclose(
        asked(effects).conf_int(), asked(effects, "t").conf_int()
    )


def test_one_study_has_walds_interval() -> None:
    one = EFFECTS.take([0])
    np.testing.assert_array_equal(asked(one).conf_int(), asked(one, "wald").conf_int())


def test_a_study_that_outweighs_all_others_costs_no_digits() -> None:
    v = [Fraction(1, 10**6), Fraction(1), Fraction(2), Fraction(3)]
    w = [1 / each for each in v]
    sums = [sum(each**power for each in w) for power in (1, 2, 3)]
    information = sums[1] / 2 - sums[2] / sums[0] + (sums[1] / sums[0]) ** 2 / 2
    spread = sums[2] / sums[0] - (sums[1] / sums[0]) ** 2
    scale = 1 + 2 * spread / information
    found = kenward_roger(np.array(v, dtype=float), np.ones((4, 1)), 0.0)
    assert found.scale == pytest.approx(float(scale), rel=1e-9)
    df = 2 * information / (sums[1] / sums[0] * scale) ** 2
    assert found.df == pytest.approx(float(df), rel=1e-9)


def test_prediction_uses_the_same_error_and_reference() -> None:
    fit = asked(EFFECTS, prediction="KR")
    e, tau2 = fit.estimate, fit.heterogeneity.tau2
    half = t.ppf(0.975, e.df) * np.sqrt(e.se**2 + tau2)
    assert e.pi_high - e.value == pytest.approx(half)
    assert asked(EFFECTS).estimate == e
    beside = asked(EFFECTS, "wald", prediction="KR").estimate
    assert (beside.pi_low, beside.pi_high) == (e.pi_low, e.pi_high)
    less = asked(EFFECTS, prediction="KR-PR").estimate
    wider = t.ppf(0.975, e.df - 1) * np.sqrt(e.se**2 + tau2)
    assert less.pi_high - less.value == pytest.approx(wider)


def test_without_a_degree_of_freedom_left_there_is_no_prediction() -> None:
    fit = asked(ALIKE, prediction="KR-PR")
    assert fit.heterogeneity.tau2 == 0
    assert fit.estimate.df < 1
    assert np.isnan(fit.estimate.pi_low)
    assert np.isfinite(fit.estimate.ci_low)
    assert {"few-df", "no-prediction-df"} <= {c.code for c in fit.warnings}
    enough = asked(EFFECTS, prediction="KR-PR")
    assert "no-prediction-df" not in {c.code for c in enough.warnings}


@pytest.mark.parametrize(
    "options",
    [
        {"tau2": "DL"},
        {"tau2": 0.1},
        {"weights": "equal"},
        {"tau2": "PM", "interval": "wald", "prediction": "KR"},
        {"tau2": "PM", "interval": "wald", "prediction": "KR-PR"},
    ],
)
def test_it_is_for_reml_and_its_own_weights_alone(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="use tau2='REML'"):
        RandomEffects(**{"interval": "kenward-roger", **options})


def test_it_is_for_the_mean_of_random_effects_alone() -> None:
    with pytest.raises(OptionError, match="not for MetaRegression"):
        MetaRegression("~ x", interval="kenward-roger")
    with pytest.raises(OptionError, match="not for CommonEffect"):
        CommonEffect(interval="kenward-roger")


def test_a_likelihood_ratio_test_takes_such_a_fit() -> None:
    full = MetaRegression("~ x").fit(EFFECTS)
    plain = likelihood_ratio_test(full, RandomEffects().fit(EFFECTS), refit=True)
    of = asked(EFFECTS, prediction="KR")
    assert likelihood_ratio_test(full, of, refit=True) == plain


@pytest.mark.parametrize("k", [5, 10])
def test_it_covers_where_knapp_and_hartung_fall_short_at_the_cost_of_width(
    k: int,
) -> None:
    """Unequal variances; at τ near the typical error of a study."""
    rng, v, n = np.random.default_rng(k), np.geomspace(0.01, 0.3, k), 2000
    y = rng.normal(size=(n, k)) * np.sqrt(v + 0.04)
    wald, other = fit_many(y, v, interval="wald"), fit_many(y, v)
    by = [kenward_roger(v, np.ones((k, 1)), tau2) for tau2 in wald.tau2]
    scale, df = np.array([(each.scale, each.df) for each in by]).T
    half = t.ppf(0.975, df) * wald.se[:, 0] * np.sqrt(scale)
    covered = np.mean(np.abs(wald.value[:, 0]) <= half)
    theirs = np.mean((other.ci_low[:, 0] <= 0) & (other.ci_high[:, 0] >= 0))
    assert theirs < 0.945 < 0.95 < covered
    assert np.median(half) > 1.2 * np.median(
        np.ptp([other.ci_low, other.ci_high], 0) / 2
    )
