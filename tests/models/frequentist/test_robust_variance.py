"""robumeta's working models as models: options, limits and cautions."""

import pickle

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    ClusterRobust,
    CommonEffect,
    RandomEffects,
    RobustCorrelated,
    RobustHierarchical,
    rho_sensitivity,
    wald_test,
)

STUDY = list("aaabbccddeefff")
K = len(STUDY)
RNG = np.random.default_rng(12)
BETWEEN = dict(zip("abcdef", RNG.normal(0.5, 0.6, 6), strict=True))
EFFECTS = Effects.from_arrays(
    y=np.array([BETWEEN[s] for s in STUDY]) + RNG.normal(0, 0.3, K),
    v=RNG.uniform(0.02, 0.2, K),
    study=STUDY,
    moderators={"dose": RNG.normal(size=K), "lab": list("xxxxxxyyyyyzzz")},
)
MODELS = [RobustCorrelated(), RobustHierarchical()]
EACH = pytest.mark.parametrize("model", MODELS, ids=repr)


def codes(fit):
    return {caution.code for caution in fit.warnings}


@EACH
def test_studies_of_one_row_give_dersimonian_and_laird(model):
    effects = Effects.from_arrays(EFFECTS.y, EFFECTS.v)
    fit = model.fit(effects)
    want = RandomEffects(tau2="DL").fit(effects)
    assert fit.heterogeneity.tau2 == pytest.approx(want.heterogeneity.tau2)
    assert fit.estimate.value == pytest.approx(want.estimate.value)
    if isinstance(model, RobustCorrelated):
        q, df = want.heterogeneity.q, want.heterogeneity.q_df
        assert fit.heterogeneity.i2 == pytest.approx(100 * (q - df) / q)
        assert fit.heterogeneity.q == pytest.approx(q)


def test_rows_of_a_study_weigh_the_same_when_correlated():
    weights = RobustCorrelated().fit(EFFECTS).weights
    assert weights[:3] == pytest.approx(np.full(3, weights[0]))
    assert weights.sum() == pytest.approx(100)


def test_a_row_that_stands_twice_changes_no_correlated_estimate():
    doubled = EFFECTS.take([*range(K), 3, 4])
    got, want = (RobustCorrelated(rho=1).fit(e).estimate for e in (doubled, EFFECTS))
    assert got.value == pytest.approx(want.value)
    assert got.se == pytest.approx(want.se, rel=1e-6)


def test_hierarchical_tau2_is_the_sum_of_its_components():
    h = RobustHierarchical().fit(EFFECTS).heterogeneity
    assert [name for name, _ in h.components] == ["between", "within"]
    assert h.tau2 == pytest.approx(sum(value for _, value in h.components))
    assert h.q_df == K - 1


def test_moderators_have_a_joint_test_and_degrees_of_freedom_each():
    fit = RobustHierarchical(formula="~ dose").fit(EFFECTS)
    assert list(fit.coefficients["term"]) == ["Intercept", "dose"]
    assert fit.omnibus.df_residual == pytest.approx(fit.coefficients["df"][1])
    assert wald_test(fit, [0, 1]).p_value == pytest.approx(
        fit.coefficients["p_value"][1]
    )


def test_without_small_sample_correction_df_are_clusters_less_coefficients():
    model = RobustCorrelated(kind="CR1p", df="clusters", formula="~ dose")
    fit = model.fit(EFFECTS)
    assert fit.coefficients["df"].tolist() == [4, 4]
    assert "few-clusters" in codes(fit)


@EACH
def test_clusters_may_be_a_moderator(model):
    fit = type(model)(cluster="lab").fit(EFFECTS)
    assert fit.estimate.df < model.fit(EFFECTS).estimate.df
    assert "few-df" in codes(fit)


@EACH
def test_as_many_coefficients_as_clusters_are_refused(model):
    effects = EFFECTS.take([0, 1, 3])
    with pytest.raises(ModelError, match="2 clusters and 2 coefficients"):
        type(model)(formula="~ dose").fit(effects)


@EACH
def test_one_study_is_refused(model):
    with pytest.raises(ModelError, match="one cluster"):
        model.fit(EFFECTS.take([0, 1, 2]))


@EACH
def test_missing_rows_are_dropped_with_a_caution(model):
    y = EFFECTS.y.copy()
    y[4] = np.nan
    fit = model.fit(EFFECTS.with_y(y))
    rest = model.fit(EFFECTS.take([i for i in range(K) if i != 4]))
    assert repr(fit.estimate) == repr(rest.estimate)
    assert "rows-dropped" in codes(fit)


def test_covariances_given_are_not_used_and_that_is_said():
    effects = Effects.from_arrays(EFFECTS.y, V=np.diag(EFFECTS.v), study=STUDY)
    fit = RobustCorrelated().fit(effects)
    plain = RobustCorrelated().fit(EFFECTS)
    assert repr(fit.estimate) == repr(plain.estimate)
    assert "covariance-unused" in codes(fit)


def test_studies_of_one_row_cannot_tell_the_two_variances_apart():
    fit = RobustHierarchical().fit(Effects.from_arrays(EFFECTS.y, EFFECTS.v))
    assert "omega2-unidentified" in codes(fit)


def test_tau2_of_the_sweep_is_linear_in_the_correlation_until_zero():
    table = rho_sensitivity(EFFECTS)
    tau2 = table["tau2"].to_numpy()
    assert tau2.min() > 0
    assert np.diff(tau2, 2) == pytest.approx(np.zeros(4), abs=1e-12)
    assert table["rho"].tolist() == [0, 0.2, 0.4, 0.6, 0.8, 1]


def test_a_sweep_keeps_the_models_other_options():
    table = rho_sensitivity(EFFECTS, RobustCorrelated(formula="~ dose"), rho=[0.5])
    assert table["term"].tolist() == ["Intercept", "dose"]
    want = RobustCorrelated(0.5, "~ dose").fit(EFFECTS).coefficients["se"]
    assert table["se"].tolist() == want.tolist()


@pytest.mark.parametrize("rho", [-0.1, 1.01, float("nan")])
def test_rho_is_a_correlation(rho):
    with pytest.raises(OptionError, match="0 to 1"):
        RobustCorrelated(rho)


ROBUST = [
    *MODELS,
    ClusterRobust(RandomEffects()),
    ClusterRobust(CommonEffect(), kind="CR1p", df="clusters"),
    ClusterRobust(RandomEffects(tau2="DL", interval="wald"), kind="CR3"),
]
ALL = pytest.mark.parametrize("model", ROBUST, ids=repr)


def interval(fit):
    return np.array([fit.estimate.value, fit.estimate.ci_low, fit.estimate.ci_high])


@ALL
def test_shifted_effects_shift_the_interval(model):
    got = interval(model.fit(EFFECTS.with_y(EFFECTS.y + 3)))
    assert got == pytest.approx(interval(model.fit(EFFECTS)) + 3, rel=1e-6)


@ALL
def test_scaled_effects_scale_the_interval(model):
    scaled = Effects.from_arrays(-2 * EFFECTS.y, 4 * EFFECTS.v, study=STUDY)
    want = -2 * interval(model.fit(EFFECTS))
    assert interval(model.fit(scaled)) == pytest.approx(want[[0, 2, 1]], rel=1e-6)


@ALL
def test_order_of_rows_does_not_matter(model):
    shuffled = EFFECTS.take(np.random.default_rng(0).permutation(K))
    got = interval(model.fit(shuffled))
    assert got == pytest.approx(interval(model.fit(EFFECTS)), rel=1e-6)


@ALL
def test_a_study_of_infinite_variance_has_no_weight(model):
    v = [*EFFECTS.v, np.inf]
    more = Effects.from_arrays([*EFFECTS.y, 99.0], v, study=[*STUDY, "g"])
    assert interval(model.fit(more)) == pytest.approx(interval(model.fit(EFFECTS)))


@ALL
def test_fits_are_reproducible_and_survive_a_pickle(model):
    fit = model.fit(EFFECTS)
    again = pickle.loads(pickle.dumps(fit))
    assert interval(again).tolist() == interval(model.fit(EFFECTS)).tolist()
    assert wald_test(again, [1]) == wald_test(fit, [1])
