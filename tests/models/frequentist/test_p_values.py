"""The p-value function and what can be read off it."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import (
    MetaRegression,
    Multilevel,
    RandomEffects,
    robust,
)
from mdmameta.models.frequentist.p_values import p_value_function
from mdmameta.models.frequentist.profile_likelihood import likelihood_interval

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.4, 0.9, 0.2, 0.7],
    v=[0.02, 0.03, 0.02, 0.04, 0.02, 0.05],
    moderators={"x": [0, 1, 2, 3, 4, 7]},
)


@pytest.mark.parametrize(
    "model",
    [
        RandomEffects(),
        RandomEffects(interval="wald", level=0.8),
        MetaRegression("~ x", interval="knapp-hartung-adhoc"),
        Multilevel(["study", "effect"], interval="t"),
    ],
)
def test_the_interval_ends_where_p_is_one_minus_its_level(model) -> None:
    fit = model.fit(EFFECTS)
    e = fit.estimate
    curve = p_value_function(fit, [e.ci_low, e.value, e.ci_high, 0.0])
    expected = [1 - e.level, 1, 1 - e.level, e.p_value]
    np.testing.assert_allclose(curve.p_value, expected)


def test_any_coefficient_has_a_curve_also_with_robust_errors() -> None:
    fit = robust(MetaRegression("~ x").fit(EFFECTS), "study")
    row = fit.coefficients.set_index("term").loc["x"]
    curve = p_value_function(fit, [row["ci_low"], 0.0], term="x")
    np.testing.assert_allclose(curve.p_value, [0.05, row["p_value"]])
    assert curve.term == "x"


def test_the_profile_curve_has_the_interval_of_the_profile() -> None:
    fit = RandomEffects().fit(EFFECTS)
    found = likelihood_interval(fit)
    grid = [found.ci_low, found.value, found.ci_high, 0.0]
    curve = p_value_function(fit, grid, method="profile")
    np.testing.assert_allclose(curve.p_value, [0.05, 1, 0.05, found.p_value], rtol=1e-6)
    assert curve.warnings == found.warnings


@pytest.mark.parametrize("method", ["interval", "profile"])
def test_the_default_grid_rises_to_the_estimate_and_falls(method: str) -> None:
    curve = p_value_function(RandomEffects().fit(EFFECTS), method=method)  # type: ignore[arg-type]
    below = curve.value < curve.estimate
    assert (np.diff(curve.p_value[below]) > 0).all()
    assert (np.diff(curve.p_value[~below]) < 0).all()
    np.testing.assert_allclose(curve.p_value[[0, -1]], 1e-4, rtol=1e-3)


def test_the_table_has_levels_and_bits() -> None:
    fit = RandomEffects(interval="wald").fit(EFFECTS)
    table = p_value_function(fit, [fit.estimate.value, fit.estimate.ci_low]).to_frame()
    np.testing.assert_allclose(table["s_value"], [0, -np.log2(0.05)], atol=1e-12)
    np.testing.assert_allclose(table["level"], [0, 0.95], atol=1e-12)


def test_equal_effects_reject_everything_but_themselves() -> None:
    fit = RandomEffects().fit(EFFECTS.with_y([0.3] * 6))
    p = p_value_function(fit, [fit.estimate.value, 0.4]).p_value
    np.testing.assert_allclose(p, [1, 0])


def test_what_has_no_p_values_is_refused() -> None:
    fit = RandomEffects().fit(EFFECTS)
    with pytest.raises(ModelError, match="Bayesian and has no p-values"):
        p_value_function(BayesianRandomEffects().fit(EFFECTS))
    with pytest.raises(ModelError, match="'age' is not among the coefficients"):
        p_value_function(fit, term="age")
    with pytest.raises(OptionError, match="give finite values"):
        p_value_function(fit, [0.0, np.nan])
    with pytest.raises(OptionError, match="method='wald'"):
        p_value_function(fit, method="wald")  # type: ignore[arg-type]


def test_the_function_names_itself_with_its_ends_and_its_top() -> None:
    found = p_value_function(RandomEffects(interval="wald").fit(EFFECTS))
    top = f"highest at {found.estimate:.4g}>"
    assert repr(found).startswith("<PValueFunction of ")
    assert repr(found).endswith(top)
    assert f"from {found.value.min():.4g} to {found.value.max():.4g}" in repr(found)
