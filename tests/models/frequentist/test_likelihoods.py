"""Log-likelihoods against densities of SciPy, and criteria made of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import (
    MetaRegression,
    Multilevel,
    RandomEffects,
    likelihoods,
    r_squared,
    robust,
)

V = np.array([[0.04, 0.02, 0.0], [0.02, 0.05, 0.0], [0.0, 0.0, 0.03]])
PLAIN = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.7],
    v=[0.02, 0.03, 0.02, 0.05, 0.02],
    moderators={"dose": [0, 1, 2, 3, 4]},
)


def test_the_value_is_the_density_also_of_correlated_rows() -> None:
    fit = RandomEffects(tau2=0.1).fit(Effects.from_arrays(y=[0.1, 0.9, 0.4], V=V))
    mean = np.full(3, fit.estimate.value)
    normal = multivariate_normal(mean, V + 0.1 * np.eye(3))
    assert likelihoods(fit).ml.value == pytest.approx(normal.logpdf([0.1, 0.9, 0.4]))


def test_the_restricted_value_is_the_density_of_contrasts() -> None:
    fit = MetaRegression("~ dose", tau2="REML").fit(PLAIN)
    X = np.column_stack([np.ones(5), np.arange(5)])
    A = np.linalg.svd(X)[0][:, 2:]
    M = np.diag(PLAIN.v + fit.heterogeneity.tau2)
    normal = multivariate_normal(np.zeros(3), A.T @ M @ A)
    assert likelihoods(fit).reml.value == pytest.approx(normal.logpdf(A.T @ PLAIN.y))


def test_no_other_variance_is_likelier() -> None:
    best = likelihoods(RandomEffects("ML").fit(PLAIN)).ml.value
    others = [
        likelihoods(RandomEffects(t).fit(PLAIN)).ml.value
        for t in np.linspace(0, 1, 200)
    ]
    assert max(others) <= best < max(others) + 1e-3


def test_a_fixed_variance_is_no_parameter() -> None:
    fixed, found = (likelihoods(RandomEffects(t).fit(PLAIN)) for t in (0.1, "ML"))
    assert (fixed.ml.parameters, found.ml.parameters) == (1, 2)


def test_a_multilevel_fit_of_one_level_has_the_same_likelihoods() -> None:
    levels = likelihoods(Multilevel(["effect"]).fit(PLAIN)).to_frame()
    plain = likelihoods(RandomEffects("REML").fit(PLAIN)).to_frame()
    np.testing.assert_allclose(
        levels.drop(columns="likelihood"), plain.drop(columns="likelihood"), rtol=1e-6
    )


def test_a_model_without_a_likelihood_is_refused() -> None:
    with pytest.raises(ModelError, match="no normal likelihood"):
        likelihoods(robust(RandomEffects().fit(PLAIN), ["a", "b", "c", "d", "e"]))


def test_explained_variance_is_that_of_the_mean_less_what_is_left() -> None:
    full, mean = MetaRegression("~ dose").fit(PLAIN), RandomEffects().fit(PLAIN)
    ratio = full.heterogeneity.tau2 / mean.heterogeneity.tau2
    found = r_squared(full)
    assert float(found) == found.percent == pytest.approx(100 * (1 - ratio))
    assert [caution.code for caution in found.warnings] == ["few-studies"]
    assert found.to_frame().loc[0, "k"] == 5


def test_moderators_that_add_variance_explain_nothing_and_it_is_said() -> None:
    useless = PLAIN.with_y([0.1, 0.9, 0.1, 0.9, 0.1])
    found = r_squared(MetaRegression("~ dose").fit(useless))
    assert (found.percent, found.untruncated < 0) == (0, True)
    assert found.warnings[0].code == "negative-r2"
    alike = r_squared(MetaRegression("~ dose").fit(PLAIN.with_y([0.1] * 5)))
    assert (alike.percent, alike.before) == (0, 0)
    assert alike.warnings[0].code == "nothing-to-explain"


def test_enough_studies_need_no_caution() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=40)
    effects = Effects.from_arrays(
        x + rng.normal(size=40), np.full(40, 0.1), moderators={"x": x}
    )
    assert r_squared(MetaRegression("~ x").fit(effects)).warnings == ()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (RandomEffects(), "no moderators"),
        (MetaRegression("~ dose - 1"), "no intercept"),
        (MetaRegression("~ dose", tau2=0.1), "fixed"),
        (MetaRegression("~ C(dose)"), "no variance is left"),
    ],
)
def test_explained_variance_needs_a_mean_to_start_from(model, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        r_squared(model.fit(PLAIN))


def test_r_squared_of_correlated_errors_compares_both_fits_with_them() -> None:
    V = np.diag([0.02, 0.03, 0.05, 0.04, 0.02, 0.06])
    V[0, 1] = V[1, 0] = 0.01
    effects = Effects.from_arrays(
        [0.1, 0.5, 0.2, 0.9, 0.7, 0.3], V=V, moderators={"x": [0, 1, 2, 3, 4, 5]}
    )
    fit = MetaRegression("~ x").fit(effects)
    before = RandomEffects().fit(effects).heterogeneity.tau2
    found = r_squared(fit)
    assert found.before == pytest.approx(before, rel=1e-7)
    assert found.percent == pytest.approx(100 * (1 - fit.heterogeneity.tau2 / before))
    assert repr(found) == f"<RSquared {found.percent:.1f} %, k = 6>"
