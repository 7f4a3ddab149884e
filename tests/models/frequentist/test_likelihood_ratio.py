"""The likelihood ratio test: what it compares, refuses and warns of."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import (
    CommonEffect,
    LocationScale,
    MetaRegression,
    Multilevel,
    RandomEffects,
    likelihood_ratio_test,
)

DATA = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.7, 0.3],
    v=[0.02, 0.03, 0.02, 0.05, 0.02, 0.04],
    moderators={"dose": [0, 1, 2, 3, 4, 5], "year": [3, 1, 4, 1, 5, 9]},
)


def test_with_known_variances_it_is_the_fall_in_q() -> None:
    full = MetaRegression("~ dose", tau2=0.0).fit(DATA)
    mean = CommonEffect().fit(DATA)
    test = likelihood_ratio_test(full, mean)
    fall = mean.heterogeneity.q - full.heterogeneity.q
    assert test.statistic == pytest.approx(fall)
    assert (test.df, test.by, test.warnings) == (1, "ML", ())


def test_refitting_is_the_same_as_having_fitted_by_ml() -> None:
    models = [lambda t: MetaRegression("~ dose", tau2=t), RandomEffects]
    by_ml = likelihood_ratio_test(*(m("ML").fit(DATA) for m in models))  # type: ignore[operator]
    fits = [m("REML").fit(DATA) for m in models]  # type: ignore[operator]
    assert likelihood_ratio_test(*fits, refit=True) == by_ml
    levels = [Multilevel(["effect"], formula=f).fit(DATA) for f in ("~ dose", None)]
    statistic = likelihood_ratio_test(*levels, refit=True).statistic
    assert statistic == pytest.approx(by_ml.statistic, rel=1e-5)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_a_variance_on_the_boundary_is_warned_of(method) -> None:
    full = RandomEffects(method).fit(DATA)
    test = likelihood_ratio_test(full, CommonEffect().fit(DATA))
    assert [c.code for c in test.warnings] == ["variance-on-boundary"]
    assert "twice too large" in test.warnings[0]
    assert test.by == method


def test_the_p_value_is_uniform_when_the_moderator_says_nothing() -> None:
    rng, found = np.random.default_rng(4), []
    x, v = np.arange(40.0), np.full(40, 0.1)
    for _ in range(200):
        y = rng.normal(0, np.sqrt(0.3), 40)
        data = Effects.from_arrays(y, v, moderators={"x": x})
        full = MetaRegression("~ x", tau2="ML").fit(data)
        reduced = RandomEffects("ML").fit(data)
        found.append(likelihood_ratio_test(full, reduced).p_value)
    assert abs(np.mean(found) - 0.5) < 4 / np.sqrt(12 * 200)


@pytest.mark.parametrize(
    ("full", "reduced", "words"),
    [
        (MetaRegression("~ dose"), RandomEffects(), "different designs"),
        (MetaRegression("~ dose", tau2="DL"), RandomEffects("DL"), "by DL"),
        (MetaRegression("~ dose", tau2="ML"), RandomEffects(), "ML and REML"),
        (
            MetaRegression("~ dose", tau2="ML"),
            MetaRegression("~ year", tau2="ML"),
            "not nested",
        ),
        (RandomEffects("ML"), RandomEffects("ML"), "more of them first"),
    ],
)
def test_what_cannot_be_compared_is_refused(full, reduced, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        likelihood_ratio_test(full.fit(DATA), reduced.fit(DATA))


def test_other_rows_are_refused() -> None:
    full = MetaRegression("~ dose", tau2="ML").fit(DATA)
    fewer = RandomEffects("ML").fit(DATA.take([0, 1, 2, 3, 4]))
    with pytest.raises(ModelError, match="6 and 5 rows"):
        likelihood_ratio_test(full, fewer)


def test_refitting_leaves_a_variance_that_was_given() -> None:
    fits = MetaRegression("~ dose", tau2=0.1).fit(DATA), RandomEffects(0.1).fit(DATA)
    plain = likelihood_ratio_test(*fits)
    again = likelihood_ratio_test(*fits, refit=True)
    assert again.statistic == pytest.approx(plain.statistic, rel=1e-12)
    assert again.tau2_full == again.tau2_reduced == 0.1
    (row,) = again.to_frame().to_dict("records")
    assert row["statistic"] == again.statistic


def test_a_scale_is_tested_against_one_variance_without_a_caution() -> None:
    full = LocationScale("~ dose").fit(DATA)
    test = likelihood_ratio_test(full, RandomEffects().fit(DATA))
    assert test.statistic == pytest.approx(full.scale.statistic, abs=1e-6)
    assert (test.df, test.by, test.warnings) == (1, "REML", ())
    wide = LocationScale("~ dose + year").fit(DATA)
    assert likelihood_ratio_test(wide, full).df == 1
    both = likelihood_ratio_test(full, CommonEffect().fit(DATA), refit=True)
    assert (both.df, both.by) == (2, "ML")
    assert [caution.code for caution in both.warnings] == ["variance-on-boundary"]


def test_a_scale_that_is_no_special_case_is_refused() -> None:
    dose, year = (LocationScale(f"~ {x}").fit(DATA) for x in ("dose", "year"))
    with pytest.raises(ModelError, match="moderators of log tau2 of the second"):
        likelihood_ratio_test(dose, year)
    for other in (Multilevel(["effect"]), RandomEffects(0.1)):
        with pytest.raises(ModelError, match="is not nested with a multilevel"):
            likelihood_ratio_test(dose, other.fit(DATA))
