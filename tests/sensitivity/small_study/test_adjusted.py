"""What-ifs of small-study effects: filled, extrapolated and hidden studies."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import product

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError, SensitivityError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity.small_study import (
    begg,
    egger,
    excess_significance,
    fail_safe_n,
    file_drawer,
    limit_meta_analysis,
    pet_peese,
    small_study_effects,
    trim_and_fill,
)
from metafor_models import effects
from reference_cases import load
from reference_loop import HERE


def funnel(k: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 0.3, k)
    return rng.normal(0.2, np.sqrt(v)), v


@pytest.mark.parametrize("estimator", ["L0", "R0", "Q0"])
def test_a_symmetric_funnel_is_left_as_it_is(estimator: str) -> None:
    distance = np.array([0.02, 0.1, 0.21, 0.32, 0.45])
    y = 0.3 + np.concatenate([distance, -distance - 1e-6])
    found = trim_and_fill(
        Effects.from_arrays(y=y, v=np.tile(distance**2, 2)),
        CommonEffect(),
        estimator=estimator,
    )
    assert found.k0 == 0
    assert found.fit.estimate.value == found.unadjusted.estimate.value


@pytest.mark.parametrize("sign", [1, -1])
def test_studies_are_filled_in_where_they_were_cut_off(sign: int) -> None:
    y, v = funnel(80)
    seen = (y > 0.05) | (v < 0.02)
    effects = Effects.from_arrays(y=sign * y[seen], v=v[seen])
    found = trim_and_fill(effects, CommonEffect())
    assert found.side == ("left" if sign == 1 else "right")
    assert found.k0 > 3
    shift = found.fit.estimate.value - found.unadjusted.estimate.value
    assert sign * shift < 0
    assert found.filled.sum() == found.k0


def test_filled_studies_mirror_the_extreme_ones() -> None:
    effects = Effects.from_arrays(
        y=[0.1, 0.2, 0.5, 0.9, 1.2], v=[0.01, 0.02, 0.1, 0.2, 0.3]
    )
    found = trim_and_fill(effects, CommonEffect())
    frame = found.to_frame()
    centre = (
        CommonEffect()
        .fit(Effects.from_arrays(y=effects.y[:3], v=effects.v[:3]))
        .estimate.value
    )
    new = frame[frame["filled"]]["y"].to_numpy()
    np.testing.assert_allclose(new, 2 * centre - effects.y[3:])


def test_more_null_studies_take_the_p_value_over_the_line_and_fewer_do_not() -> None:
    y, v = funnel(15)
    effects = Effects.from_arrays(y=y + 0.2, v=v)
    found = fail_safe_n(effects)
    fit = RandomEffects(interval="wald").fit(effects)
    known = {"value": fit.estimate.value, "tau2": fit.heterogeneity.tau2}
    assert file_drawer(y + 0.2, v, found.n, **known).p_value >= 0.05
    assert file_drawer(y + 0.2, v, found.n - 1, **known).p_value < 0.05


def test_the_variance_with_a_file_drawer_is_that_of_all_taken_together() -> None:
    y, v = np.array([0.4, 0.6, 0.8]), np.full(3, 1e-12)
    found = file_drawer(y, v, 3, value=0.6, tau2=float(y.var(ddof=1)))
    hidden = 0.2 * np.array([-1.0, 0.0, 1.0])
    assert found.tau2 == pytest.approx(np.concatenate([y, hidden]).var(ddof=1))


def test_rosenthals_number_brings_stouffers_z_to_the_line() -> None:
    y, v = np.full(5, 0.5), np.full(5, 0.04)
    n = fail_safe_n(Effects.from_arrays(y=y, v=v), "rosenthal").n
    z = (y / np.sqrt(v)).sum()
    assert z / np.sqrt(5 + n) <= 1.6449 < z / np.sqrt(5 + n - 1)


def test_orwins_number_halves_the_mean() -> None:
    effects = Effects.from_arrays(y=[0.4, 0.6], v=[0.1, 0.1])
    assert fail_safe_n(effects, "orwin").n == 2
    assert fail_safe_n(effects, "orwin", target=0.1).n == 8
    with pytest.raises(OptionError, match="target=0"):
        fail_safe_n(effects, "orwin", target=0.0)


def test_a_result_that_is_not_significant_needs_no_file_drawer() -> None:
    effects = Effects.from_arrays(y=[0.1, -0.1, 0.05], v=[0.1] * 3)
    for kind in ("general", "rosenthal", "rosenberg"):
        assert fail_safe_n(effects, kind).n == 0


def test_the_exact_test_of_excess_counts_every_outcome() -> None:
    effects = Effects.from_arrays(y=[0.5, 0.4, 0.6, 0.1], v=[0.02, 0.05, 0.2, 0.1])
    found = excess_significance(effects)
    total = sum(
        np.prod(np.where(heads, found.power, 1 - found.power))
        for heads in product([0, 1], repeat=4)
        if sum(heads) >= found.observed
    )
    assert found.p_value == pytest.approx(total)


def test_power_averages_over_true_effects_in_a_random_effects_model() -> None:
    rng = np.random.default_rng(1)
    effects = Effects.from_arrays(y=[0.9, 0.1, 0.6, -0.3], v=[0.02, 0.05, 0.04, 0.03])
    found = excess_significance(effects, RandomEffects())
    drawn = rng.normal(found.value, np.sqrt(found.tau2 + effects.v[0]), 200_000)
    simulated = np.mean(np.abs(drawn) > 1.959964 * np.sqrt(effects.v[0]))
    assert found.power[0] == pytest.approx(simulated, abs=0.005)


def test_pet_gives_way_to_peese_where_its_intercept_is_significant() -> None:
    y, v = funnel(40)
    assert pet_peese(Effects.from_arrays(y=y + 1, v=v)).chosen == "PEESE"
    line = np.column_stack([np.ones(40), np.sqrt(v)])
    noise, weighted = np.sin(np.arange(40)), line.T / v
    noise -= line @ np.linalg.solve(weighted @ line, weighted @ noise)
    flat = Effects.from_arrays(y=np.sqrt(v) + noise, v=v)
    assert pet_peese(flat).chosen == "PET"


def test_without_heterogeneity_the_limit_is_the_slope_of_the_radial_plot() -> None:
    v = np.array([0.01, 0.05, 0.1, 0.3])
    y = 0.2 + 0.8 * np.sqrt(v)
    found = limit_meta_analysis(
        Effects.from_arrays(y=y, v=v), RandomEffects(tau2=0.0, interval="wald")
    )
    assert found.value == pytest.approx(0.2)
    assert found.q_residual == pytest.approx(0, abs=1e-10)
    assert found.q == pytest.approx(found.q_small)


def test_the_battery_says_why_a_method_is_missing() -> None:
    y, v = funnel(12)
    table = (
        small_study_effects(Effects.from_arrays(y=y, v=v))
        .to_frame()
        .set_index("method")
    )
    assert "sizes" in table.loc["Egger, by size", "note"]
    assert "counts are needed" in table.loc["Harbord", "note"]
    assert table.loc["Egger", "p_value"] < 1
    assert len(table) == 12


def test_two_studies_are_refused_by_what_needs_three() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.2], v=[0.1, 0.2])
    for method in (trim_and_fill, limit_meta_analysis):
        with pytest.raises(SensitivityError, match="three"):
            method(effects)


@pytest.mark.parametrize(
    "model", [CommonEffect(), RandomEffects(0.05, interval="wald")]
)
def test_a_variance_known_in_advance_stays_when_studies_are_added(model) -> None:
    y = np.array([0.3, 0.5, 0.5, -0.1, 0.8, 0.3, 1.2])
    v = np.array([0.04, 0.1, 0.1, 0.02, 0.2, 0.15, 0.4])
    found = fail_safe_n(Effects.from_arrays(y=y, v=v), model=model)
    zero, more = np.zeros(found.n), np.full(found.n, 1 / np.mean(1 / v))
    p = [
        model.fit(
            Effects.from_arrays(
                y=np.append(y, zero[less:]), v=np.append(v, more[less:])
            )
        )
        for less in (0, 1)
    ]
    assert p[0].estimate.p_value >= 0.05 > p[1].estimate.p_value
    assert found.after.p_value == pytest.approx(p[0].estimate.p_value, rel=1e-10)


def test_a_fail_safe_number_below_rs_already_suffices_where_they_differ() -> None:
    known = json.loads((HERE / "divergences.json").read_text("utf-8"))
    rows = [row for row in known if row["keys"] == ["fsnum"]]
    assert len(rows) == 11
    for row in rows:
        check = next(c for c in load(row["file"])["checks"] if c["id"] == row["check"])
        of = effects(row["file"], check["on"])
        used = np.isfinite(of.y) & np.isfinite(of.v)
        r = check["result"]
        one_less = file_drawer(
            of.y[used], of.v[used], r["fsnum"] - 1, value=r["est"], tau2=r["tau2"]
        )
        assert one_less.p_value > 0.05


def test_equal_effects_need_no_study_filled_in() -> None:
    effects = Effects.from_arrays(y=[0.2] * 4, v=[0.1, 0.2, 0.3, 0.4])
    for estimator in ("L0", "R0"):
        assert trim_and_fill(effects, CommonEffect(), estimator=estimator).k0 == 0


CORRELATED = Effects.from_arrays(
    y=[0.1, 0.3, 0.2, 0.5], V=np.diag([0.1, 0.2, 0.15, 0.3]) + 0.02
)


@pytest.mark.parametrize(
    "method",
    [
        egger,
        begg,
        pet_peese,
        trim_and_fill,
        limit_meta_analysis,
        fail_safe_n,
        excess_significance,
    ],
)
def test_correlated_effects_are_refused(method) -> None:
    with pytest.raises(SensitivityError, match="correlated errors"):
        method(CORRELATED)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        (egger, {"level": 95}),
        (pet_peese, {"level": 95}),
        (limit_meta_analysis, {"level": 95}),
        (excess_significance, {"alpha": 5}),
        (fail_safe_n, {"alpha": 5}),
        (fail_safe_n, {"kind": "orwin", "target": float("nan")}),
    ],
)
def test_an_impossible_option_is_refused(method, options) -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3, 0.2, 0.5], v=[0.1, 0.2, 0.15, 0.3])
    with pytest.raises(OptionError):
        method(effects, **options)


def test_one_study_has_no_file_drawer() -> None:
    with pytest.raises(SensitivityError, match="1 study: a fail-safe N needs"):
        fail_safe_n(Effects.from_arrays(y=[0.1], v=[0.1]))


@pytest.mark.parametrize("size", [0, -3, np.inf])
def test_an_impossible_size_is_named(size: float) -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3, 0.2], v=[0.1, 0.2, 0.15])
    with pytest.raises(SensitivityError, match="size of study 2"):
        egger(effects, predictor="ninv", n=[10, size, 30])


def test_a_moderator_of_the_same_name_is_left_alone() -> None:
    effects = Effects.from_arrays(
        y=[0.1, 0.3, 0.2, 0.6, 0.4],
        v=[0.1, 0.2, 0.15, 0.3, 0.12],
        moderators={"predictor": [1.0, 2.0, 4.0, 3.0, 0.0]},
    )
    found = egger(effects, MetaRegression("~ predictor"))
    assert list(found.fit.params.index) == ["Intercept", "predictor", "predictor_"]
    assert found.fit.effects.frame["predictor"].tolist() == [1.0, 2.0, 4.0, 3.0, 0.0]


def test_a_common_effect_is_warned_of_and_a_level_used() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3, 0.2, 0.5], v=[0.1, 0.2, 0.15, 0.3])
    found = egger(effects, CommonEffect(), level=0.8)
    assert "common-effect" in {caution.code for caution in found.warnings}
    assert found.fit.estimate.level == 0.8


def test_two_studies_are_filled_where_the_variance_of_true_effects_is_known() -> None:
    two = Effects.from_arrays(y=[0.3, 0.9], v=[0.04, 0.09])
    found = trim_and_fill(two, CommonEffect())
    assert (found.k0, found.side) == (1, "left")
    assert found.to_frame()["y"].tolist() == pytest.approx([0.3, 0.9, -0.3])


def test_pet_and_peese_of_two_studies_have_no_standard_errors() -> None:
    found = pet_peese(Effects.from_arrays(y=[0.3, 0.9], v=[0.04, 0.09]))
    assert found.pet.coefficients["value"].tolist() == pytest.approx([-0.9, 6])
    assert found.peese.coefficients["se"].isna().all()
    assert found.chosen == "PET"


@pytest.mark.parametrize("kind", ["exact", "binomial", "chi2"])
def test_without_any_power_no_significant_study_is_no_excess(kind) -> None:
    hopeless = Effects.from_arrays(y=[3.0, 3.1], v=[1e-4, 1e-4])
    found = excess_significance(hopeless, alternative="less", test=kind)
    assert (found.observed, found.expected) == (0, 0.0)
    assert np.isnan(found.ratio)
    assert found.p_value >= 0.5


def test_trimming_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    y, v = funnel(20)
    effects = Effects.from_arrays(y=np.abs(y), v=v)
    settled = trim_and_fill(effects, CommonEffect())
    assert settled.k0 > 0
    assert "not-settled" not in {c.code for c in settled.warnings}
    place = import_module("mdmameta.sensitivity.small_study.trim_and_fill")
    monkeypatch.setattr(place, "MOST_ROUNDS", 1)
    (said,) = (
        str(c)
        for c in trim_and_fill(effects, CommonEffect()).warnings
        if c.code == "not-settled"
    )
    assert "did not settle in 1 rounds" in said


def test_studies_of_one_size_are_filled_on_the_left() -> None:
    alike = Effects.from_arrays(y=[0.1, 0.2, 0.3, 0.9, 1.1], v=[0.1] * 5)
    assert trim_and_fill(alike, CommonEffect()).side == "left"
    chosen = trim_and_fill(alike, CommonEffect(), side="left")
    assert trim_and_fill(alike, CommonEffect()).k0 == chosen.k0
