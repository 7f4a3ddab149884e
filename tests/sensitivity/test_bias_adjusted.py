import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.bias_adjusted import (
    adjusted,
    anchors,
    belief_table,
    learnt_about_b,
    same_belief,
)

PRIORS = pd.DataFrame(
    {
        "prior_id": ["p", "q", "attrition"],
        "scale": ["SMD", "ratio of odds ratios", "rr"],
        "estimate": [-0.56, 0.91, 1.8],
        "ci_low": [-0.71, 0.61, 1.2],
        "ci_high": [-0.41, 1.34, 2.7],
    }
)
COUNTED = pd.DataFrame(
    {"u": [0.7], "u_var": [0.01], "verification": ["text"]}, index=["A"]
)


def test_counts_come_before_the_prior_and_what_has_neither_stays_missing():
    table = belief_table(
        ["A", "B", "C"], ["inactive", "inactive", ""], COUNTED, {"inactive": (0.5, 0.2)}
    )
    assert list(table["basis"]) == ["counts", "prior", "none"]
    np.testing.assert_allclose(table["u"], [0.7, 0.5, np.nan])
    np.testing.assert_allclose(table["u_var"][:2], [0.01, 0.04])


def test_no_bias_leaves_the_effects_as_they_are():
    effects = Effects.from_arrays(y=[-0.8], v=[0.1])
    out = adjusted(effects, pd.DataFrame({"u": [0.5], "u_var": [0.04]}), 0.0)
    np.testing.assert_array_equal(out.y, effects.y)
    np.testing.assert_array_equal(out.v, effects.v)


def test_the_same_u_is_that_of_the_counted_without_error():
    table = belief_table(["A", "B"], ["x", "x"], COUNTED, {"x": (0.1, 0.5)})
    same = same_belief(table)
    np.testing.assert_allclose(same["u"], [0.7, 0.7])
    assert (same["u_var"] == 0).all()


def test_a_ratio_of_odds_ratios_becomes_a_standardised_difference():
    made = anchors(PRIORS, "SMD", -1.0, [1.0]).set_index("prior_id")
    assert made.loc["q", "b"] == pytest.approx(np.log(0.91) * np.sqrt(3) / np.pi)
    assert made.loc["q", "b"] == pytest.approx(-0.05, abs=5e-3)
    assert made.loc["p", "sd"] == pytest.approx(0.15 / 1.96, rel=1e-3)
    assert "attrition" not in made.index


def test_exaggerated_benefit_is_positive_where_more_is_better():
    lower = anchors(PRIORS, "SMD", -1.0, [1.0])
    higher = anchors(PRIORS, "SMD", 1.0, [1.0])
    np.testing.assert_allclose(higher["b"], -lower["b"])
    assert (higher["b_low"] < higher["b_high"]).all()


def test_a_smaller_change_in_belief_makes_a_larger_bias_at_a_whole_one():
    made = anchors(PRIORS, "SMD", -1.0, [1.0, 0.5])
    b = made[made["prior_id"] == "p"].set_index("delta_u")["b"]
    assert b[0.5] == pytest.approx(2 * b[1.0])


def test_for_odds_ratios_b_is_a_log_odds_ratio():
    made = anchors(PRIORS, "OR", -1.0, [1.0]).set_index("prior_id")
    assert made.loc["q", "b"] == pytest.approx(np.log(0.91))


def test_priors_on_no_known_scale_are_refused():
    with pytest.raises(SensitivityError, match="found rr; allowed: SMD, or ROR"):
        anchors(PRIORS.iloc[2:], "SMD", -1.0, [1.0])


def test_priors_cannot_anchor_raw_units():
    assert anchors(PRIORS, "MD", -1.0, [1.0]).empty


def test_a_change_in_belief_beyond_one_is_refused():
    with pytest.raises(SensitivityError, match=r"delta_u holds 1\.5"):
        anchors(PRIORS, "SMD", -1.0, [1.5])


def test_trials_with_the_same_u_teach_nothing_about_b():
    effects = Effects.from_arrays(y=[-1.0, -0.2], v=[0.01, 0.01])
    fit = CommonEffect().fit(effects)
    same = pd.DataFrame({"u": [0.5, 0.5]})
    assert learnt_about_b(effects, same, fit, (-0.5, 0.1)) == pytest.approx((-0.5, 0.1))


def test_trials_with_unlike_u_teach_b_as_a_regression_does():
    effects = Effects.from_arrays(y=[-1.0, 0.0], v=[0.01, 0.01])
    fit = CommonEffect().fit(effects)
    unlike = pd.DataFrame({"u": [1.0, 0.0]})
    mean, sd = learnt_about_b(effects, unlike, fit, (0.0, 1e6))
    assert mean == pytest.approx(-1.0)
    assert sd == pytest.approx(np.sqrt(0.02))


def test_no_assumed_change_in_belief_is_refused():
    with pytest.raises(SensitivityError, match="delta_u is empty"):
        anchors(None, "SMD", -1, ())
