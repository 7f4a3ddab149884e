"""Every subset of the rows."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.batched import BATCHED, INTERVALS
from mdmameta.sensitivity import gosh

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, np.nan, 0.9, 0.3],
    v=[0.02, 0.05, 0.03, 0.04, 0.1],
    study=["A", "B", "C", "D", "D"],
    moderators={"dose": [0, 1, 2, 2, 1]},
)


COLUMNS = ("k", "value", "se", "tau2", "q", "i2", "h2")


def one_by_one(fit) -> list[float]:
    e, h = fit.estimate, fit.heterogeneity
    return [fit.k, e.value, e.se, h.tau2, h.q, h.i2, h.h2]


@pytest.mark.parametrize("tau2", [*BATCHED, 0.04, 0.0])
@pytest.mark.parametrize("interval", INTERVALS)
def test_each_subset_is_the_fit_of_its_rows(tau2, interval) -> None:
    model = RandomEffects(tau2=tau2, interval=interval)
    found, used = gosh(EFFECTS, model), EFFECTS.take([0, 1, 3, 4])
    for inside, row in zip(found.inside(), found.frame.to_dict("records"), strict=True):
        theirs = one_by_one(model.fit(used.take(inside)))
        ours = [row[column] for column in COLUMNS]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tau2", BATCHED)
def test_each_subset_of_a_regression_is_the_fit_of_its_rows(tau2) -> None:
    rng = np.random.default_rng(1)
    x, v = np.array([0, 0, 1, 1, 2, 5]), rng.uniform(0.01, 0.1, 6)
    data = Effects.from_arrays(y=rng.normal(0, 1, 6), v=v, moderators={"x": x})
    model = MetaRegression("~ x", tau2=tau2)
    found = gosh(data, model)
    for inside, row in zip(found.inside(), found.frame.to_dict("records"), strict=True):
        if len(np.unique(x[inside])) == 1:
            assert np.isnan([row["x"], row["value"], row["tau2"]]).all()
            continue
        fit = model.fit(data.take(inside))
        ours = [*(row[column] for column in COLUMNS), row["x"]]
        theirs = [*one_by_one(fit), fit.params["x"]]
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-10)


def test_all_subsets_are_there_once() -> None:
    found = gosh(EFFECTS, CommonEffect())
    assert len(np.unique(found.inside(), axis=0)) == len(found.frame) == 15
    assert found.seed is None


def test_subsets_with_a_study_have_any_of_its_rows() -> None:
    found = gosh(EFFECTS, CommonEffect())
    np.testing.assert_array_equal(
        found.containing("D"), found.inside()[:, 2:].any(axis=1)
    )
    with pytest.raises(SensitivityError, match="'C'"):
        found.containing("C")


def test_models_without_a_batched_form_are_fitted_one_by_one() -> None:
    model = MetaRegression("~ dose", tau2="GENQ", interval="wald")
    found = gosh(EFFECTS, model)
    last = found.frame.iloc[-1]
    assert last["dose"] == pytest.approx(found.whole.params["dose"])
    assert found.frame.loc[found.frame["k"] == 1, "value"].isna().all()


def test_correlated_rows_give_what_the_model_gives() -> None:
    V = np.diag([0.1, 0.2, 0.1]) + 0.05 * (1 - np.eye(3))
    effects = Effects.from_arrays(y=[0.0, 1.0, 2.0], V=V)
    found = gosh(effects, CommonEffect())
    assert found.frame["value"].iloc[-1] == found.whole.estimate.value


def test_the_same_seed_draws_the_same_subsets() -> None:
    one, two = (gosh(EFFECTS, CommonEffect(), subsets=50, seed=3) for _ in range(2))
    assert one.frame.equals(two.frame)
    assert one.seed == 3
    assert one.inside().any(axis=1).all()
    assert one.inside().mean() == pytest.approx(8 / 15, abs=0.1)


def test_a_seed_draws_the_same_subsets_for_every_model() -> None:
    models = CommonEffect(), MetaRegression("~ dose"), RandomEffects()
    one, two, three = (gosh(EFFECTS, m, subsets=5_000, seed=3) for m in models)
    np.testing.assert_array_equal(one.packed, two.packed)
    np.testing.assert_array_equal(one.packed, three.packed)


def test_a_draw_needs_a_seed() -> None:
    with pytest.raises(SensitivityError, match="need a seed"):
        gosh(EFFECTS, CommonEffect(), subsets=50)


def test_too_many_subsets_are_refused_with_a_way_out() -> None:
    many = Effects.from_arrays(y=np.zeros(21), v=np.ones(21))
    with pytest.raises(SensitivityError, match="subsets=10_000"):
        gosh(many, CommonEffect())
    with pytest.raises(SensitivityError, match="between 1 and"):
        gosh(many, CommonEffect(), subsets=0, seed=1)


def test_work_space_does_not_grow_with_the_subsets() -> None:
    tracemalloc.start()
    found = gosh(EFFECTS, CommonEffect(), subsets=800_000, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The results, of 58 bytes a subset, and one chunk of work space.
    assert peak / len(found.frame) < 75


def test_a_subset_that_lacks_a_level_has_no_coefficients() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.5, 0.9, 0.3, 0.4], [0.1] * 5, moderators={"arm": list("aabbc")}
    )
    table = gosh(effects, MetaRegression("~ arm", tau2="GENQ")).to_frame()
    whole = table[table["k"] == 5]
    assert whole["arm[T.c]"].notna().all()
    lacking = table[table["k"] == 4]
    assert lacking["arm[T.c]"].isna().any()
    assert lacking["value"].notna().any()
