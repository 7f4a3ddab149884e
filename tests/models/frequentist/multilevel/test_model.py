"""Nested random effects: limits, invariances, and what cannot be estimated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
    likelihood_ratio_test,
    robust,
)


def nested(
    seed: int = 0, studies: int = 15, between: float = 0.3, within: float = 0.2
) -> Effects:
    rng = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), rng.integers(1, 5, studies))
    v = rng.uniform(0.02, 0.1, study.size)
    y = 0.5 + rng.normal(0, between, studies)[study]
    y = y + rng.normal(0, np.sqrt(within**2 + v))
    return Effects.from_arrays(
        y,
        v,
        study=study.astype(str),
        moderators={"year": study, "x": rng.normal(size=v.size)},
    )


def codes(fit) -> set[str]:
    return {caution.code for caution in fit.warnings}


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_a_level_of_single_rows_is_the_random_effects_model(method) -> None:
    effects = nested()
    ours = Multilevel(["effect"], method=method).fit(effects)
    plain = RandomEffects(tau2=method, interval="wald").fit(effects)
    assert ours.heterogeneity.tau2 == pytest.approx(plain.heterogeneity.tau2, rel=1e-7)
    for name in ("value", "se", "ci_low", "pi_low", "pi_high", "p_value"):
        one, other = getattr(ours.estimate, name), getattr(plain.estimate, name)
        assert one == pytest.approx(other, rel=1e-6)
    assert ours.heterogeneity.i2 == pytest.approx(plain.heterogeneity.i2, rel=1e-6)
    np.testing.assert_allclose(ours.weights, plain.weights, rtol=1e-6)
    np.testing.assert_allclose(
        ours.shrunken()[["value", "se"]], plain.shrunken()[["value", "se"]], rtol=1e-6
    )


def test_the_profile_interval_is_that_of_the_random_effects_model() -> None:
    effects = nested()
    ours = Multilevel(["effect"]).fit(effects).heterogeneity.tau2_ci
    plain = RandomEffects(interval="wald", tau2_interval="profile").fit(effects)
    assert ours == pytest.approx(plain.heterogeneity.tau2_ci, rel=1e-5)


def test_moderators_give_the_meta_regression() -> None:
    effects = nested()
    ours = Multilevel(["effect"], formula="~ x", interval="t").fit(effects)
    plain = MetaRegression("~ x", interval="t").fit(effects)
    columns = ["value", "se", "df", "p_value", "ci_low", "ci_high"]
    np.testing.assert_allclose(
        ours.coefficients[columns], plain.coefficients[columns], rtol=1e-6
    )
    assert ours.omnibus.p_value == pytest.approx(plain.omnibus.p_value, rel=1e-6)


def test_no_heterogeneity_gives_the_common_effect() -> None:
    rng = np.random.default_rng(3)
    v = rng.uniform(0.5, 1, 12)
    effects = Effects.from_arrays(
        np.full(12, 0.2), v, study=np.repeat(list("abcdef"), 2)
    )
    fit = Multilevel().fit(effects)
    assert fit.heterogeneity.tau2 == pytest.approx(0, abs=1e-12)
    assert fit.estimate.se == pytest.approx(CommonEffect().fit(effects).estimate.se)
    assert sum(c.code == "tau2-boundary" for c in fit.warnings) == 2


def test_the_order_of_rows_and_the_names_of_studies_do_not_matter() -> None:
    effects = nested()
    order = np.random.default_rng(2).permutation(effects.k)
    shuffled = effects.take(order)
    renamed = Effects.from_arrays(
        shuffled.y, shuffled.v, study=[f"name {19 - int(s)}" for s in shuffled.study]
    )
    ours, theirs = (Multilevel().fit(e) for e in (effects, renamed))
    assert theirs.estimate.value == pytest.approx(ours.estimate.value, rel=1e-9)
    np.testing.assert_allclose(
        theirs.components["value"], ours.components["value"], rtol=1e-6
    )
    np.testing.assert_allclose(theirs.weights, ours.weights[order], rtol=1e-7)


def test_another_unit_and_origin_change_only_unit_and_origin() -> None:
    effects = nested()
    moved = Effects.from_arrays(
        1000 * effects.y + 5e4, 1e6 * effects.v, study=effects.study
    )
    ours, theirs = (Multilevel().fit(e) for e in (effects, moved))
    assert theirs.estimate.value == pytest.approx(1000 * ours.estimate.value + 5e4)
    assert theirs.estimate.se == pytest.approx(1000 * ours.estimate.se, rel=1e-7)
    np.testing.assert_allclose(
        theirs.components["value"], 1e6 * ours.components["value"], rtol=1e-6
    )


def test_variances_add_up_and_share_the_heterogeneity() -> None:
    fit = Multilevel().fit(nested())
    table, h = fit.components, fit.heterogeneity
    assert h.tau2 == pytest.approx(table["value"].sum())
    assert h.i2 == pytest.approx(table["i2"].sum())
    assert [name for name, _ in h.components] == table["component"].tolist()


def test_a_profile_falls_by_the_quantile_at_its_limits() -> None:
    fit = Multilevel().fit(nested())
    limits = fit.component_intervals("sigma2[study]").iloc[0]
    drop = fit.profile("sigma2[study]", [limits["value"], limits["ci_high"]])["drop"]
    assert drop.tolist() == pytest.approx([0, 1.920729], abs=1e-5)


def test_predicted_effects_of_groups_sum_to_the_prediction_of_rows() -> None:
    effects = nested()
    fit = Multilevel().fit(effects)
    by = fit.random_effects()
    study = by["study"].set_index("group")["value"]
    row = by["study/effect"]
    row = row.set_index(row["group"].str.split("/").str[1].astype(int))["value"]
    total = [
        fit.estimate.value + study[s] + row[i + 1] for i, s in enumerate(effects.study)
    ]
    np.testing.assert_allclose(fit.shrunken()["value"], total, rtol=1e-9)


def test_robust_errors_are_those_of_the_robust_function() -> None:
    effects = nested()
    ours = Multilevel(robust="CR2").fit(effects)
    theirs = robust(Multilevel().fit(effects), "study", "CR2")
    assert ours.coefficients.equals(theirs.coefficients)
    assert ours.model == Multilevel(robust="CR2")
    assert len(ours.components) == 2


def test_a_level_that_repeats_the_next_is_held_at_zero_and_named() -> None:
    effects = Effects.from_arrays([0.1, 0.9, 0.4, 0.7], [0.02] * 4)
    fit = Multilevel(["study", "effect"]).fit(effects)
    (said,) = (c for c in fit.warnings if c.code == "level-not-identified")
    assert "'study'" in said
    assert fit.components["value"].iloc[0] == 0
    plain = RandomEffects(interval="wald").fit(effects)
    assert fit.heterogeneity.tau2 == pytest.approx(plain.heterogeneity.tau2, rel=1e-7)


def test_a_level_with_one_group_is_held_at_zero_and_named() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.9, 0.4, 0.7], [0.02] * 4, moderators={"region": ["a"] * 4}
    )
    fit = Multilevel(["region", "effect"]).fit(effects)
    assert "level-not-identified" in codes(fit)
    assert fit.component_intervals("sigma2[region]")["ci_high"].isna().all()


def test_one_row_gives_its_own_interval_and_no_variance() -> None:
    fit = Multilevel().fit(Effects.from_arrays([0.5], [0.04]))
    assert (fit.estimate.value, fit.estimate.se) == pytest.approx((0.5, 0.2))
    assert np.isnan(fit.heterogeneity.tau2)
    assert np.isnan(fit.estimate.pi_low)
    assert "single-study" in codes(fit)


def test_rows_without_a_label_or_a_value_are_dropped_and_named() -> None:
    effects = nested()
    y, group = effects.y.copy(), list(effects.study)
    y[0], group[1] = np.nan, None
    holed = Effects.from_arrays(y, effects.v, moderators={"group": group})
    fit = Multilevel(["group", "effect"]).fit(holed)
    assert fit.k == effects.k - 2
    assert "rows-dropped" in codes(fit)
    assert (fit.weights[:2] == 0).all()


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ModelError, match="level 'trial' is not among 'study', 'effect'"
    ):
        Multilevel(["trial"]).fit(nested())


@pytest.mark.parametrize(
    "wrong",
    [{"levels": []}, {"levels": ["a", "a"]}, {"method": "DL"}, {"cluster": "study"},
     {"interval": "hksj"}, {"robust": "CR9"}, {"level": 95}],
)  # fmt: skip
def test_options_that_are_not_allowed_are_refused(wrong) -> None:
    with pytest.raises(OptionError):
        Multilevel(**wrong)


def test_the_label_names_what_is_not_usual() -> None:
    assert repr(Multilevel()) == "Multilevel(levels=['study', 'effect'])"
    named = Multilevel("study", method="ML", robust="CR2")
    assert repr(named) == "Multilevel(levels=['study'], method='ML', robust='CR2')"


def test_contained_degrees_of_freedom_count_groups_where_a_moderator_varies() -> None:
    effects = nested()
    fit = Multilevel(formula="~ year + x", interval="contain").fit(effects)
    assert fit.coefficients["df"].tolist() == [12, 12, effects.k - 3]


def test_a_level_more_is_tested_by_its_likelihood() -> None:
    effects = nested(between=0.8)
    test = likelihood_ratio_test(
        Multilevel().fit(effects), Multilevel(["effect"]).fit(effects)
    )
    assert test.df == 1
    assert test.p_value < 0.01
    with pytest.raises(ModelError, match="designs"):
        likelihood_ratio_test(
            Multilevel(formula="~ x").fit(effects), Multilevel(["effect"]).fit(effects)
        )


def test_intervals_cover_and_variances_are_unbiased_in_simulation() -> None:
    fits = [Multilevel().fit(nested(seed, studies=30)) for seed in range(120)]
    covered = np.mean([f.estimate.ci_low < 0.5 < f.estimate.ci_high for f in fits])
    assert 0.88 <= covered <= 0.99
    variances = np.mean([f.components["value"] for f in fits], axis=0)
    np.testing.assert_allclose(variances, [0.09, 0.04], atol=0.012)


@pytest.mark.parametrize(("level", "c"), [(0.95, 1.959964), (0.5, 0.67449)])
def test_shrunken_effects_have_intervals_of_the_level_asked(level, c) -> None:
    table = Multilevel(level=level).fit(nested()).shrunken()
    half = (table["ci_high"] - table["value"]) / table["se"]
    np.testing.assert_allclose(half, c, atol=1e-5)


def test_a_component_that_the_model_lacks_is_refused_with_those_it_has() -> None:
    fit = Multilevel(["study", "effect"]).fit(nested())
    said = r"'rho' is not among 'sigma2\[study\]', 'sigma2\[study/effect\]'"
    with pytest.raises(OptionError, match=said):
        fit.component_intervals("rho")
    with pytest.raises(OptionError, match=said):
        fit.profile("rho", [0.1])


def test_the_summary_ends_with_the_components() -> None:
    fit = Multilevel(["study", "effect"]).fit(nested())
    head, *rows = fit.summary().splitlines()[-3:]
    assert head.split() == ["component", "groups", "value", "i2"]
    assert [row.split()[0] for row in rows] == list(fit.components["component"])


def test_the_likelihood_is_that_which_was_maximised() -> None:
    effects = nested()
    reml, ml = (
        Multilevel(["study", "effect"], method=method).fit(effects)
        for method in ("REML", "ML")
    )
    outer, inner = ml.components["value"]
    same = effects.study[:, None] == effects.study
    cov = outer * same + np.diag(inner + effects.v)
    normal = multivariate_normal(np.full(effects.k, ml.estimate.value), cov)
    assert ml.likelihood.value == pytest.approx(normal.logpdf(effects.y))
    assert reml.likelihood is reml.reml


def test_of_two_groups_a_level_near_one_rejects_no_large_variance() -> None:
    effects = Effects.from_arrays([0, 30], [0.1, 0.1], study=["a", "b"])
    fit = Multilevel(["study"]).fit(effects)
    usual = fit.component_intervals()["ci_high"][0]
    # REML of two groups is that of one difference of variance 2 (v + sigma2).
    v, half = 0.1, 30**2 / 2

    def log_likelihood(sigma2: float) -> float:
        return -0.5 * (np.log(v + sigma2) + half / (v + sigma2))

    drop = log_likelihood(fit.components["value"][0]) - log_likelihood(usual)
    assert 2 * drop == pytest.approx(3.841459, abs=1e-5)
    assert fit.component_intervals(level=1 - 1e-15)["ci_high"][0] == np.inf


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    effects = nested()
    assert "not-converged" not in codes(Multilevel(["study", "effect"]).fit(effects))
    place = "mdmameta.models.frequentist.multilevel.maximum.STEPS"
    monkeypatch.setattr(place, 1)
    fit = Multilevel(["study", "effect"]).fit(effects)
    (said,) = (str(c) for c in fit.warnings if c.code == "not-converged")
    assert "climbed from 4 starts; the best end still rises after 1 steps" in said
    assert fit.diagnostics.converged is False
