"""MetaRegression as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.4, 0.3],
    v=[0.02, 0.05, 0.03, 0.04, 0.1, 0.06],
    moderators={
        "dose": [0, 1, 0, 2, 1, None],
        "control": ["placebo", "low", "placebo", "low", "low", "placebo"],
    },
)


def codes(fit: Fit) -> list[str]:
    return [caution.code for caution in fit.warnings]


def test_a_common_effect_regression_is_weighted_least_squares() -> None:
    fit = MetaRegression("~ control", tau2=0, interval="wald").fit(EFFECTS)
    X = sm.add_constant([1.0, 0, 1, 0, 0, 1])
    theirs = sm.WLS(EFFECTS.y, X, weights=1 / EFFECTS.v).fit(cov_type="fixed scale")
    np.testing.assert_allclose(fit.params, theirs.params)
    np.testing.assert_allclose(fit.bse, theirs.bse)
    np.testing.assert_allclose(fit.conf_int(), theirs.conf_int())


def test_without_moderators_it_is_random_effects() -> None:
    regression = MetaRegression("~ 1").fit(EFFECTS)
    plain = RandomEffects().fit(EFFECTS)
    assert regression.estimate == plain.estimate
    assert regression.omnibus is None
    assert codes(regression) == codes(plain)


def test_the_estimate_is_the_intercept_and_says_so() -> None:
    fit = MetaRegression("~ control", tau2=0.1).fit(EFFECTS)
    assert fit.estimate.value == fit.params["Intercept"]
    assert "estimate-is-coefficient" in codes(fit)
    assert fit.estimate.pi_low < fit.estimate.ci_low


def test_without_an_intercept_the_estimate_is_the_first_coefficient() -> None:
    fit = MetaRegression("~ 0 + dose").fit(EFFECTS)
    (text,) = [c for c in fit.warnings if c.code == "estimate-is-coefficient"]
    assert "'dose'" in text
    assert fit.estimate.value == fit.params["dose"]
    assert np.isnan(fit.estimate.pi_low)


@pytest.mark.parametrize("shift", [0.0, 5.0])
def test_a_line_through_the_origin_is_that_of_the_effects_as_they_are(shift) -> None:
    # metafor 3.8 and 5.1 take Q and τ² from y about its mean, as with an intercept.
    y = shift + np.array([0.3, 0.5, 0.5, -0.1, 0.8, 0.3, 1.2])
    v = np.array([0.04, 0.1, 0.1, 0.02, 0.2, 0.15, 0.4])
    x = np.array([1.0, 2, 2, 0, 3, 1, 4])
    data = Effects.from_arrays(y=y, v=v, moderators={"x": x})
    found = {
        name: MetaRegression("~ 0 + x", tau2=name).fit(data).heterogeneity
        for name in ("DL", "REML")
    }
    w = 1 / v
    q = w @ (y - x * (w @ (x * y)) / (w @ x**2)) ** 2
    dl = (q - 6) / (w.sum() - w**2 @ x**2 / (w @ x**2))
    assert found["DL"].q == pytest.approx(q, rel=1e-12)
    assert found["DL"].tau2 == pytest.approx(max(0.0, dl), rel=1e-12)
    t = np.linspace(0, 2 * (1 + shift) ** 2, 200_001)
    assert found["REML"].tau2 == pytest.approx(
        t[_restricted(y, v, x, t).argmax()], abs=1e-3
    )


def _restricted(y, v, x, t) -> np.ndarray:
    w = 1 / (v + t[:, None])
    a, b = w @ x**2, w @ (x * y)
    return (np.log(w).sum(axis=1) - np.log(a) - w @ y**2 + b**2 / a) / 2


def test_rows_without_a_moderator_are_dropped_and_named() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    assert list(fit.used) == [0, 1, 2, 3, 4]
    assert fit.weights[5] == 0
    assert str(fit.warnings[0]) == "1 row not used for a missing value: 6."


def test_the_omnibus_test_leaves_the_intercept_out() -> None:
    fit = MetaRegression("~ dose + control", interval="wald").fit(EFFECTS)
    assert fit.omnibus is not None
    assert fit.omnibus.terms == ("dose", "control[T.placebo]")
    part = np.ix_([1, 2], [1, 2])
    expected = fit.params.iloc[1:] @ np.linalg.inv(fit.vcov[part]) @ fit.params.iloc[1:]
    assert fit.omnibus.statistic == pytest.approx(expected)
    assert (fit.omnibus.df, fit.omnibus.df_residual) == (2, np.inf)


def test_one_moderators_omnibus_test_is_its_own() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS)
    row = fit.coefficients.iloc[1]
    assert fit.omnibus is not None
    assert fit.omnibus.statistic == pytest.approx(row["statistic"] ** 2)
    assert fit.omnibus.p_value == pytest.approx(row["p_value"])
    assert fit.omnibus.df_residual == 3


def test_a_regression_that_fits_exactly_says_so() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS.take([0, 1]))
    assert "no-residual-df" in codes(fit)
    assert np.isnan([fit.heterogeneity.tau2, fit.estimate.pi_low]).all()
    assert np.isfinite(fit.conf_int()).all(axis=None)


def test_correlated_rows_are_regressed_by_generalised_least_squares() -> None:
    V = np.diag(EFFECTS.v[:5]) + 0.01
    effects = Effects.from_arrays(
        y=EFFECTS.y[:5], V=V, moderators=EFFECTS.moderators[:5]
    )
    fit = MetaRegression("~ dose", tau2=0.1, interval="wald").fit(effects)
    X = sm.add_constant(effects.moderators["dose"].to_numpy())
    theirs = sm.GLS(effects.y, X, sigma=V + 0.1 * np.eye(5)).fit()
    np.testing.assert_allclose(fit.params, theirs.params)
    np.testing.assert_allclose(fit.vcov, theirs.normalized_cov_params)


def test_shrunken_effects_are_drawn_towards_the_line() -> None:
    fit = MetaRegression("~ dose", tau2=1e-12).fit(EFFECTS)
    line = fit.params["Intercept"] + fit.params["dose"] * np.array([0, 1, 0, 2, 1])
    np.testing.assert_allclose(fit.shrunken()["value"], line)


def test_effects_without_moderators_are_refused_by_name() -> None:
    bare = Effects.from_arrays(y=[1, 2, 3], v=[1, 1, 1])
    with pytest.raises(ModelError, match=r"uses 'dose', .* \(none\)"):
        MetaRegression("~ dose").fit(bare)


def test_a_formula_is_read_when_the_model_is_made() -> None:
    with pytest.raises(OptionError, match="right-hand side only"):
        MetaRegression("y ~ dose")
    with pytest.raises(OptionError, match="tau2='eb'"):
        MetaRegression("~ dose", tau2="eb")  # type: ignore[arg-type]


def test_a_fixed_zero_takes_i2_from_q() -> None:
    fixed = MetaRegression("~ 1", tau2=0).fit(EFFECTS).heterogeneity
    assert fixed.i2 == CommonEffect().fit(EFFECTS).heterogeneity.i2
