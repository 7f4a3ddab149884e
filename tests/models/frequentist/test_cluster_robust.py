"""Robust fits: what they keep of the model's, what they replace, what they say."""

from dataclasses import replace

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    ClusterRobust,
    CommonEffect,
    MetaRegression,
    RandomEffects,
    robust,
    wald_test,
)

STUDY = list("aabbccddeeff")
K = len(STUDY)
RNG = np.random.default_rng(2)
EFFECTS = Effects.from_arrays(
    y=RNG.normal(0.4, 0.3, K),
    v=RNG.uniform(0.02, 0.1, K),
    study=STUDY,
    moderators={
        "dose": RNG.normal(size=K),
        "lab": list("xxxxyyyyzzzz"),
        "arm": ["a", "b"] * 6,
    },
)
FIT = RandomEffects().fit(EFFECTS)


def codes(fit):
    return {caution.code for caution in fit.warnings}


def test_the_estimate_and_the_heterogeneity_stay_the_models():
    got = robust(FIT)
    assert got.estimate.value == FIT.estimate.value
    assert got.heterogeneity is FIT.heterogeneity
    assert got.weights is FIT.weights


def test_error_interval_and_test_are_the_robust_ones_throughout():
    got, row = robust(FIT), robust(FIT).coefficients.iloc[0]
    e = got.estimate
    assert e.se == row["se"] == pytest.approx(np.sqrt(got.vcov[0, 0]))
    assert e.statistic == pytest.approx(e.value / e.se)
    assert (e.ci_low, e.ci_high, e.df) == (row["ci_low"], row["ci_high"], row["df"])
    assert e.ci_high + e.ci_low == pytest.approx(2 * e.value)
    assert e.df < 5


@pytest.mark.parametrize("interval", ["knapp-hartung", "knapp-hartung-adhoc", "t"])
def test_the_factor_of_knapp_and_hartung_does_not_enter_robust_errors(interval):
    # metafor's robust() multiplies them by it; clubSandwich's do not depend on it.
    wald = robust(RandomEffects(interval="wald").fit(EFFECTS), "study", "CR1p")
    other = robust(RandomEffects(interval=interval).fit(EFFECTS), "study", "CR1p")
    np.testing.assert_allclose(other.vcov, wald.vcov, rtol=1e-12)


def test_a_prediction_interval_has_the_robust_error():
    e, tau2 = robust(FIT, df="normal").estimate, FIT.heterogeneity.tau2
    half = 1.959963984540054 * np.sqrt(e.se**2 + tau2)
    assert e.pi_high - e.value == pytest.approx(half)


def test_a_model_without_prediction_gets_none():
    assert np.isnan(robust(CommonEffect().fit(EFFECTS)).estimate.pi_low)


def test_a_robust_model_is_a_value_that_fits_again():
    model = ClusterRobust(RandomEffects(), "lab", kind="CR1", df="clusters")
    assert model.fit(EFFECTS).estimate == robust(FIT, "lab", "CR1", "clusters").estimate
    assert model == ClusterRobust(RandomEffects(), "lab", "CR1", "clusters")
    assert repr(model).endswith("cluster='lab', kind='CR1', df='clusters')")


def test_clusters_may_be_studies_a_moderator_or_labels_of_rows():
    by_name, by_label = robust(FIT, "lab"), robust(FIT, EFFECTS.frame["lab"])
    assert by_name.estimate == by_label.estimate
    assert "<3 labels>" in repr(by_label)
    assert robust(FIT).estimate == robust(FIT, STUDY).estimate


def test_degrees_of_freedom_by_clusters_are_those_less_coefficients():
    fit = robust(MetaRegression("~ dose").fit(EFFECTS), df="clusters")
    assert fit.coefficients["df"].tolist() == [4, 4]
    assert fit.omnibus.df_residual == 4


def test_normal_tests_are_chi_square():
    fit = robust(MetaRegression("~ dose + arm").fit(EFFECTS), df="normal")
    assert np.isinf(fit.omnibus.df_residual)
    L = np.eye(3)[1:]
    values = L @ fit.params.to_numpy()
    chi2 = values @ np.linalg.solve(L @ fit.vcov @ L.T, values)
    assert fit.omnibus.statistic == pytest.approx(chi2)


def test_a_wald_test_of_a_robust_fit_is_hotellings():
    fit = robust(MetaRegression("~ dose + arm").fit(EFFECTS))
    test = wald_test(fit, np.eye(3)[1:])
    assert test.statistic == pytest.approx(fit.omnibus.statistic)
    assert test.df_residual == fit.omnibus.df_residual
    single = wald_test(fit, [0, 1, 0])
    assert single.df_residual == pytest.approx(fit.coefficients["df"][1])


def test_fewer_than_four_degrees_of_freedom_are_flagged_by_term():
    fit = robust(MetaRegression("~ dose").fit(EFFECTS))
    assert fit.coefficients["df"].min() < 4
    caution = next(c for c in fit.warnings if c.code == "few-df")
    assert "dose" in caution
    assert "6 clusters" in caution


def test_few_clusters_without_correction_are_flagged():
    assert "few-clusters" in codes(robust(FIT, kind="CR1", df="clusters"))
    assert "few-clusters" not in codes(robust(FIT))


def test_clusters_of_studies_answer_the_caution_on_repeated_studies():
    assert "repeated-study" in codes(FIT)
    assert "repeated-study" not in codes(robust(FIT))
    assert "repeated-study" not in codes(robust(FIT, "lab"))
    assert "repeated-study" in codes(robust(FIT, "arm"))


def test_clusters_that_the_model_correlates_are_flagged():
    V = np.diag(EFFECTS.v) + 0.01 * (np.array(STUDY)[:, None] == np.array(STUDY))
    effects = Effects.from_arrays(EFFECTS.y, V=V, study=STUDY)
    fit = RandomEffects().fit(effects)
    assert "dependent-clusters" not in codes(robust(fit))
    assert "dependent-clusters" in codes(robust(fit, range(K)))


def test_rows_that_were_dropped_need_no_cluster():
    y = [*EFFECTS.y, np.nan]
    effects = Effects.from_arrays(
        y, [*EFFECTS.v, 1.0], moderators={"lab": [*STUDY, None]}
    )
    got = robust(RandomEffects().fit(effects), "lab")
    assert got.estimate.se == pytest.approx(robust(FIT).estimate.se)


def test_a_row_without_cluster_is_named():
    labels = [*STUDY[:-1], None]
    with pytest.raises(ModelError, match="row 11"):
        robust(FIT, labels)


def test_labels_of_other_rows_are_refused():
    with pytest.raises(ModelError, match=r"12 labels; the effects have 3"):
        ClusterRobust(RandomEffects(), STUDY).fit(EFFECTS.take([0, 2, 4]))


def test_an_unknown_column_is_answered_with_those_there_are():
    with pytest.raises(ModelError, match="'study', 'dose', 'lab', 'arm'"):
        robust(FIT, "laboratory")


def test_options_are_checked_when_the_model_is_made():
    with pytest.raises(OptionError, match="CR2"):
        ClusterRobust(RandomEffects(), kind="CR9")
    with pytest.raises(OptionError, match="satterthwaite"):
        ClusterRobust(RandomEffects(), df="welch")


def test_a_fit_without_weighted_regression_cannot_be_made_robust():
    with pytest.raises(ModelError, match="no weighted regression"):
        robust(replace(FIT, working=None))


def test_many_studies_need_no_caution():
    rng = np.random.default_rng(8)
    effects = Effects.from_arrays(rng.normal(size=30), np.full(30, 0.1))
    assert codes(robust(RandomEffects().fit(effects))) == set()
