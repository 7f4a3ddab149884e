"""What every model owes, whatever it is: invariances, extremes, no side effects."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist import (
    ClusterRobust,
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
    RobustCorrelated,
    RobustHierarchical,
)

MODELS: list[Model] = [
    CommonEffect(),
    CommonEffect(interval="knapp-hartung-adhoc", level=0.8),
    RandomEffects(),
    RandomEffects(tau2="ML", interval="wald", prediction="simple"),
    RandomEffects(tau2="DL", interval="t", prediction="V"),
    RandomEffects(tau2="PM", interval="knapp-hartung-adhoc", prediction="HTS"),
    MetaRegression("~ 1"),
    MetaRegression("~ dose", tau2="PM", interval="t"),
    *(RandomEffects(tau2=tau2) for tau2 in ("SJ", "HE", "HS", "PMM", "GENQ")),
    Multilevel(levels=("effect",)),
    Multilevel(levels=("study",), method="ML", interval="t"),
    ClusterRobust(RandomEffects()),
    RobustCorrelated(),
    RobustHierarchical(),
]
EVERY = pytest.mark.parametrize("model", MODELS, ids=repr)
FEW = settings(derandomize=True, max_examples=8, deadline=None)

#: Relative agreement of two fits that differ by rounding only; τ² near its
#: boundary amplifies it.
CLOSE = 1e-6


@st.composite
def sets_of_effects(draw: st.DrawFn) -> Effects:
    """Plausible effects: 3 to 12 rows, any heterogeneity, precise and rough."""
    k = draw(st.integers(3, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    v = 10 ** rng.uniform(-2, 0.5, k)
    spread = draw(st.sampled_from([0.0, 0.3, 2.0]))
    return Effects.from_arrays(
        y=rng.normal(0, spread, k) + rng.normal(0, np.sqrt(v)),
        v=v,
        moderators={"dose": np.arange(k) % 3},
    )


def numbers(fit: Fit) -> np.ndarray:
    """Interval, prediction interval and variance between studies."""
    e, h = fit.estimate, fit.heterogeneity
    pooled = [e.value, e.ci_low, e.ci_high, e.pi_low, e.pi_high, h.tau]
    return np.array([*pooled, *np.sqrt(h.tau2_ci)])


def assert_same(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=CLOSE, atol=CLOSE)


@EVERY
@FEW
@given(effects=sets_of_effects(), shift=st.sampled_from([-3.0, 0.5, 100.0]))
def test_a_shift_of_the_effects_shifts_the_estimate(
    model: Model, effects: Effects, shift: float
) -> None:
    moved = numbers(model.fit(effects.with_y(effects.y + shift)))
    moved[:5] -= shift
    assert_same(moved, numbers(model.fit(effects)))


@EVERY
@FEW
@given(effects=sets_of_effects(), scale=st.sampled_from([0.01, 3.0, 1000.0]))
def test_another_unit_scales_every_number(
    model: Model, effects: Effects, scale: float
) -> None:
    scaled = Effects.from_arrays(
        y=effects.y * scale, v=effects.v * scale**2, moderators=effects.frame
    )
    assert_same(numbers(model.fit(scaled)) / scale, numbers(model.fit(effects)))


@EVERY
@FEW
@given(effects=sets_of_effects())
def test_the_other_direction_mirrors_the_estimate(
    model: Model, effects: Effects
) -> None:
    there, back = model.fit(effects), model.fit(effects.with_y(-effects.y))
    assert back.estimate.value == pytest.approx(-there.estimate.value)
    assert back.estimate.ci_low == pytest.approx(-there.estimate.ci_high)


@EVERY
@FEW
@given(effects=sets_of_effects(), data=st.data())
def test_the_order_of_studies_does_not_matter(
    model: Model, effects: Effects, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(effects.k)))
    there, mixed = model.fit(effects), model.fit(effects.take(order))
    assert_same(numbers(mixed), numbers(there))
    np.testing.assert_allclose(mixed.weights, there.weights[order], atol=CLOSE)


@EVERY
def test_a_study_of_ever_larger_variance_loses_its_weight(model: Model) -> None:
    y, v = [0.1, 0.5, 0.2, 0.9, 9.0], [0.02, 0.05, 0.03, 0.04]
    dose = {"dose": [0, 1, 0, 2, 1]}
    without = model.fit(Effects.from_arrays(y=y, v=[*v, np.inf], moderators=dose))
    rough = model.fit(Effects.from_arrays(y=y, v=[*v, 1e12], moderators=dose))
    assert without.weights[4] == 0
    assert without.k == 4
    assert rough.weights[4] == pytest.approx(0, abs=1e-8)
    assert rough.estimate.value == pytest.approx(without.estimate.value, rel=0.2)


@EVERY
def test_nothing_given_is_modified(model: Model) -> None:
    y, v = np.array([0.1, 0.5, 0.2, 0.9]), np.array([0.02, 0.05, 0.03, 0.04])
    effects = Effects.from_arrays(y=y, v=v, moderators={"dose": [0, 1, 0, 2]})
    before = effects.to_frame()
    label = repr(model)
    model.fit(effects).shrink and model.fit(effects).shrunken()
    assert effects.to_frame().equals(before)
    assert repr(model) == label


@EVERY
@FEW
@given(effects=sets_of_effects())
def test_the_same_input_gives_the_same_fit(model: Model, effects: Effects) -> None:
    once, twice = model.fit(effects), model.fit(effects)
    np.testing.assert_array_equal(numbers(once), numbers(twice))


@EVERY
@FEW
@given(effects=sets_of_effects())
def test_a_fit_is_whole(model: Model, effects: Effects) -> None:
    fit = model.fit(effects)
    e, p = fit.estimate, len(fit.coefficients)
    assert fit.weights.shape == (effects.k,)
    assert fit.weights.sum() == pytest.approx(100)
    assert fit.vcov.shape == (p, p)
    assert e.ci_low <= e.value <= e.ci_high
    assert fit.diagnostics.problems() == ()
    assert fit.model is model
    assert fit.effects is effects


@pytest.mark.parametrize("change", [np.zeros_like, np.ones_like, np.negative])
@EVERY
def test_extreme_but_legal_effects_are_fitted(
    model: Model, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    y = change(np.array([0.1, 0.5, 0.2, 0.9, 0.4]))
    effects = Effects.from_arrays(
        y=y, v=[1e-8, 1e8, 1, 1, 1], moderators={"dose": [0, 1, 0, 2, 1]}
    )
    fit = model.fit(effects)
    assert np.isfinite([fit.estimate.value, fit.estimate.se]).all()


@EVERY
def test_no_usable_row_is_an_error(model: Model) -> None:
    empty = Effects.from_arrays(y=[np.nan], v=[1], moderators={"dose": [0]})
    with pytest.raises(ModelError, match="k = 0"):
        model.fit(empty)


@EVERY
def test_a_model_is_a_value(model: Model) -> None:
    assert isinstance(model, Model)
    assert hash(model) == hash(eval(repr(model)))
