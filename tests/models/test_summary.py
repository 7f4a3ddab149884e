"""A fit in plain text: what was not estimated is not printed."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianMetaRegression, HalfNormal, Normal
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects


def test_what_was_not_estimated_has_no_line() -> None:
    alone = Effects.from_arrays(y=[0.1], v=[0.02], label="one trial")
    text = RandomEffects().fit(alone).summary()
    assert "nan" not in text
    assert [line.split()[0] for line in text.splitlines()[1:]] == [
        "one",
        "estimate",
        "caution:",
    ]


def test_a_common_effect_has_no_prediction_interval() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03])
    text = CommonEffect().fit(effects).summary()
    assert "prediction" not in text
    assert "Q(1) = 0.80" in text


def test_a_log_scale_is_named() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03], measure="RR")
    assert "effects: k = 2 (log RR)" in RandomEffects().fit(effects).summary()


def test_a_ratio_is_also_given_as_a_ratio_with_its_intervals() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3, 0.2], v=[0.02, 0.03, 0.1], measure="OR")
    fit = RandomEffects().fit(effects)
    e = fit.estimate
    ends = [f"{np.exp(x):.4f}" for x in (e.value, e.ci_low, e.ci_high, e.pi_low)]
    (line,) = [x for x in fit.summary().splitlines() if x.startswith("back-tran")]
    told = "back-transformed (exp): {} [{}, {}], prediction [{}, "
    assert line.startswith(told.format(*ends))


@pytest.mark.parametrize("measure", ["SMD", "PFT", ""])
def test_a_measure_without_another_scale_or_in_need_of_sizes_has_one_line(
    measure: str,
) -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03], measure=measure)
    assert "back-transformed" not in RandomEffects().fit(effects).summary()


def test_moderators_have_their_joint_test() -> None:
    effects = Effects.from_arrays(
        y=[0.1, 0.3, 0.2, 0.5, 0.9],
        v=[0.02] * 5,
        moderators={"x": [1, 2, 3, 4, 5], "z": [1, 0, 0, 1, 0]},
    )
    fit = MetaRegression("x + z", interval="knapp-hartung").fit(effects)
    told = f"F(2, 2) = {fit.omnibus.statistic:.2f}, p = {fit.omnibus.p_value:.3g}"
    assert f"all moderators together: {told}" in fit.summary()
    normal = MetaRegression("x + z", interval="wald").fit(effects).summary()
    assert "all moderators together: chi2(2)" in normal


def test_a_ratio_without_a_prediction_interval_has_its_interval_alone() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.1, 0.2], measure="RR")
    fit = CommonEffect().fit(effects)
    (line,) = (x for x in fit.summary().splitlines() if x.startswith("back-"))
    ends = np.exp([fit.estimate.value, fit.estimate.ci_low, fit.estimate.ci_high])
    value, low, high = (f"{x:.4f}" for x in ends)
    assert line == f"back-transformed (exp): {value} [{low}, {high}]"


def test_a_bayesian_regression_has_its_coefficients_and_no_joint_test() -> None:
    effects = Effects.from_arrays(
        [0.0, 0.3, 0.5, 0.2], [0.1] * 4, moderators={"x": [1, 2, 3, 4]}
    )
    priors = {"Intercept": Normal(0, 1), "x": Normal(0, 1)}
    fit = BayesianMetaRegression("~ x", priors=priors, tau=HalfNormal(0.5)).fit(effects)
    text = fit.summary()
    assert fit.coefficients.to_string(index=False) in text
    assert "all moderators together" not in text
