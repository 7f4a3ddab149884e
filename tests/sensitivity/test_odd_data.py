"""Diagnostics and tests of asymmetry on data that no method was made for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mdmameta as mm
from mdmameta.errors import ModelError, SensitivityError

V = np.array([0.1, 0.2, 0.05, 0.3, 0.12, 0.08])
ALIKE = {"ai": [3] * 4, "n1i": [20] * 4, "ci": [5] * 4, "n2i": [20] * 4}
COUNTS = {"ai": [3, 5, 9], "n1i": [20, 30, 25], "ci": [5, 9, 12], "n2i": [20, 30, 25]}


def effects(y: Any, v: Any = V, **columns: Any) -> mm.Effects:
    return mm.Effects.from_arrays(y=y, v=v, moderators=columns or None)


def codes(found: Any) -> set[str]:
    return {caution.code for caution in found.warnings}


@pytest.mark.parametrize("statistic", [mm.influence, mm.baujat])
def test_one_study_has_no_influence(statistic) -> None:
    with pytest.raises(SensitivityError, match=r"only one row is used \(1\)"):
        statistic(effects([0.1], [0.1]), mm.RandomEffects())


@pytest.mark.parametrize(
    ("statistic", "model"),
    [(mm.influence, mm.LocationScale("~ size")), (mm.baujat, mm.Multilevel())],
)
def test_models_that_weight_rows_otherwise_have_none_here(statistic, model) -> None:
    study = list("aabbcc")
    given = mm.Effects.from_arrays(
        y=[0, 0.1, 1, 1.1, 2, 2.9],
        v=V,
        study=study,
        moderators={"size": [1, 2, 2, 3, 4, 5]},
    )
    with pytest.raises(SensitivityError, match="Use leave_one_out"):
        statistic(given, model)
    counts = effects([0.1, 0.2, 0.3], [0.1] * 3, **COUNTS)
    with pytest.raises(SensitivityError, match="Use leave_one_out"):
        statistic(counts, mm.MantelHaenszel())


def test_one_study_cannot_be_permuted() -> None:
    with pytest.raises(SensitivityError, match="nothing to permute"):
        mm.permutation_test(effects([0.1], [0.1]), mm.RandomEffects())


def test_without_a_statistic_there_is_no_p_value_by_permutation() -> None:
    test = mm.permutation_test(effects(np.zeros(6)), mm.RandomEffects())
    assert np.isnan(test.p_values).all()
    assert "no-spread" in codes(test.fit)


def test_ties_count_as_far_as_what_was_seen() -> None:
    # All flips of equal effects of equal variances: t grows with |sum of signs|, so
    # only the two that leave all signs alike are as far, and every zero is a tie.
    test = mm.permutation_test(effects([0.5] * 4 + [0.0] * 2, [0.1] * 6),
                               mm.CommonEffect("wald"))  # fmt: skip
    assert test.exact
    assert test.p_values[0] == pytest.approx(2 * 2**2 / 2**6)


@pytest.mark.parametrize("y", [np.zeros(6), 1 + 2 * np.sqrt(V)])
@pytest.mark.parametrize("method", [mm.egger, mm.pet_peese])
def test_effects_on_a_line_leave_no_error_and_are_flagged(method, y) -> None:
    assert "no-spread" in codes(method(effects(y)))


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e-9])
def test_egger_with_variances_does_not_depend_on_the_unit(unit) -> None:
    y = np.array([0.1, 0.4, -0.2, 0.9, 0.3, 0.2])
    there = mm.egger(effects(y), predictor="vi")
    here = mm.egger(effects(unit * y, unit**2 * V), predictor="vi")
    assert here.p_value == pytest.approx(there.p_value, rel=1e-8)
    assert here.limit == pytest.approx(unit * there.limit, rel=1e-8)


def test_studies_that_are_alike_have_no_ranks() -> None:
    from mdmameta.sensitivity import schwarzer

    with pytest.raises(SensitivityError, match="ranks tell nothing"):
        schwarzer(effects([0.1] * 4, [0.1] * 4, **ALIKE))


def test_overlap_of_moderators_does_not_depend_on_the_errors() -> None:
    x, z = np.arange(6.0), np.array([0.0, 1, 0, 2, 1, 3])
    noise = np.array([0.3, -0.2, 0.1, 0.4, -0.5, 0.2])
    rough = mm.MetaRegression("~ x + z").fit(effects(noise, x=x, z=z))
    near = mm.MetaRegression("~ x + z").fit(effects(x + 1e-9 * noise, x=x, z=z))
    found, expected = map(mm.variance_inflation, (near, rough))
    np.testing.assert_allclose(found, expected, rtol=0.5)
    exact = mm.MetaRegression("~ x + z").fit(effects(np.zeros(6), x=x, z=z))
    with pytest.raises(ModelError, match="effects lie on the fitted line"):
        mm.variance_inflation(exact)


def test_a_selection_model_of_zeros_has_no_maximum_and_says_so() -> None:
    model = mm.SelectionModel(alternative="greater", steps=(0.025, 0.5))
    fit = model.fit(effects(np.zeros(6)))
    assert np.isnan(fit.estimate.value)
    assert {"sparse-bins", "selection-flat"} <= codes(fit)


NEGATIVE = [-0.3, -0.1, -0.25, -0.2, -0.05, -0.15]


def test_a_target_has_the_sign_of_the_mean() -> None:
    down, up = effects(NEGATIVE), effects([-y for y in NEGATIVE])
    for kind in ("orwin", "general"):
        numbers = {mm.fail_safe_n(of, kind, target=t).n
                   for of in (down, up) for t in (0.05, -0.05)}  # fmt: skip
        assert len(numbers) == 1
        assert numbers.pop() > 0


def test_the_general_number_is_the_least_that_reaches_the_target() -> None:
    y = [0.5, 0.1, 0.9, 0.2]
    found = mm.fail_safe_n(effects(y, [0.02, 0.1, 0.3, 0.02]), target=0.1)
    assert found.after is not None
    assert abs(found.after.value) <= 0.1
    from mdmameta.sensitivity.small_study.null_studies import file_drawer

    fit = mm.RandomEffects(interval="wald").fit(effects(y, [0.02, 0.1, 0.3, 0.02]))
    less = file_drawer(
        np.array(y), np.array([0.02, 0.1, 0.3, 0.02]), found.n - 1,
        value=fit.estimate.value, tau2=fit.heterogeneity.tau2,
    )  # fmt: skip
    assert less.value > 0.1


def test_an_estimator_that_does_not_exist_is_an_error() -> None:
    # metafor fails as well: "missing value where TRUE/FALSE needed".
    y = [2.0409191, -2.555665, 0.4180988, -0.5677696, -0.4526493]
    y += [-0.2155972, -2.0199861, -0.2319324, -0.8652131, 3.3229995]
    v = [0.1295439, 0.1646873, 0.1405758, 0.1843036, 0.2265946]
    v += [0.2877548, 0.0995763, 0.2015932, 0.2149405, 0.1019618]
    with pytest.raises(SensitivityError, match="'Q0' does not exist here"):
        mm.trim_and_fill(effects(y, v), mm.CommonEffect(), side="right", estimator="Q0")
