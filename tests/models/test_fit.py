"""Fit: the names it offers, and what it refuses to hand out."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.fit import Caution, Estimate, Fit, Heterogeneity, Model
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    Multilevel,
    RandomEffects,
    SelectionModel,
)

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.4],
    v=[0.02, 0.05, 0.03, 0.04, 0.1],
    moderators={"dose": [0, 1, 0, 2, 1]},
    label="five trials",
)


@pytest.fixture
def fit() -> Fit:
    return RandomEffects().fit(EFFECTS)


@pytest.fixture
def regression() -> Fit:
    return MetaRegression("~ dose").fit(EFFECTS)


def test_statsmodels_names_work(regression: Fit) -> None:
    table = regression.coefficients.set_index("term")
    assert list(regression.params.index) == ["Intercept", "dose"]
    np.testing.assert_array_equal(regression.params, table["value"])
    np.testing.assert_array_equal(regression.bse, table["se"])
    np.testing.assert_array_equal(
        regression.conf_int().loc["dose"], table.loc["dose", ["ci_low", "ci_high"]]
    )
    np.testing.assert_allclose(regression.bse, np.sqrt(np.diag(regression.vcov)))


def test_the_summary_names_model_data_and_cautions(fit: Fit) -> None:
    text = fit.summary()
    assert "RandomEffects(tau2='REML'" in text
    assert "five trials: k = 5" in text
    assert f"estimate {fit.estimate.value:.4f}" in text
    assert all(caution in text for caution in fit.warnings)


def test_the_summary_of_a_regression_lists_its_coefficients(regression: Fit) -> None:
    assert "dose" in regression.summary().split("Q(")[1]


def test_the_repr_shows_the_estimate_and_interval(fit: Fit) -> None:
    e = fit.estimate
    assert repr(fit).endswith(f"{e.value:.4g} [{e.ci_low:.4g}, {e.ci_high:.4g}]>")


@pytest.mark.parametrize(
    "model", [Multilevel(), SelectionModel(alternative="greater")], ids=repr
)
def test_a_fit_with_more_to_it_is_shown_as_briefly(model: Model) -> None:
    y = [0.1, 0.5, 0.9, 0.2, -0.3, 0.7]
    effects = Effects.from_arrays(y=y, v=[0.04, 0.1, 0.06, 0.02, 0.1, 0.2])
    shown = repr(model.fit(effects))
    assert shown.startswith(f"<Fit {model!r}: ")
    assert "\n" not in shown


def test_one_row_holds_what_a_comparison_needs(fit: Fit) -> None:
    row = fit.to_frame()
    assert len(row) == 1
    assert row.loc[0, "value"] == fit.estimate.value
    assert row.loc[0, "i2"] == fit.heterogeneity.i2
    assert row.loc[0, "model"] == repr(fit.model)


def test_a_model_without_a_distribution_of_effects_shrinks_none() -> None:
    with pytest.raises(ModelError, match="no shrunken effects"):
        CommonEffect().fit(EFFECTS).shrunken()


def test_shrunken_effects_have_one_row_a_study(fit: Fit) -> None:
    table = fit.shrunken()
    assert list(table) == ["study", "value", "se", "ci_low", "ci_high"]
    assert list(table["study"]) == ["1", "2", "3", "4", "5"]
    between = np.sort([EFFECTS.y, np.full(5, fit.estimate.value)], axis=0)
    assert (between[0] <= table["value"]).all()
    assert (table["value"] <= between[1]).all()


def test_an_interval_excludes_zero_when_it_lies_on_one_side() -> None:
    below = Estimate(value=-0.5, se=0.1, ci_low=-0.7, ci_high=-0.3)
    assert below.excludes()
    assert below.excludes(-0.2)
    assert not below.excludes(-0.5)


def test_the_interval_of_tau2_is_computed_once_and_when_asked() -> None:
    calls = []

    def interval() -> tuple[float, float]:
        calls.append(1)
        return (0.0, 1.0)

    h = Heterogeneity(tau2=4, i2=0, h2=1, q=0, q_df=1, q_p=1, tau2_interval=interval)
    assert not calls
    assert h.tau2_ci == h.tau2_ci == (0.0, 1.0)
    assert len(calls) == 1
    assert h.tau == 2


def test_without_a_way_to_compute_it_the_interval_of_tau2_is_missing() -> None:
    h = Heterogeneity(tau2=4, i2=0, h2=1, q=0, q_df=1, q_p=1)
    assert np.isnan(h.tau2_ci).all()


def test_a_caution_is_text_with_a_code_that_survives_pickling() -> None:
    caution = Caution("few-df", "Too few.")
    again = pickle.loads(pickle.dumps(caution))
    assert again == "Too few."
    assert again.code == "few-df"


def test_a_fit_survives_pickling_with_what_it_computes_later(fit: Fit) -> None:
    again = pickle.loads(pickle.dumps(fit))
    assert again.heterogeneity.tau2_ci == fit.heterogeneity.tau2_ci
    assert again.shrunken().equals(fit.shrunken())


def test_anything_with_a_fit_method_is_a_model() -> None:
    assert isinstance(RandomEffects(), Model)
    assert not isinstance("REML", Model)


def test_arrays_of_a_fit_and_of_its_copies_cannot_be_written_to(fit: Fit) -> None:
    for twin in (fit, copy.deepcopy(fit), pickle.loads(pickle.dumps(fit))):
        for array in (twin.weights, twin.vcov, twin.used, twin.effects.y):
            with pytest.raises(ValueError, match="read-only"):
                array[:] = 0
