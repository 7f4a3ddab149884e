"""Shares of true effects against the normal distribution and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import (
    CommonEffect,
    LocationScale,
    MetaRegression,
    Multivariate,
    RandomEffects,
)
from mdmameta.models.frequentist.share import share_beyond

RNG = np.random.default_rng(12)
V = RNG.uniform(0.01, 0.05, 30)
EFFECTS = Effects.from_arrays(
    y=RNG.normal(0.3, 0.4, 30), v=V, moderators={"x": np.arange(30.0)}
)
FIT = RandomEffects(interval="wald").fit(EFFECTS)


def test_the_share_is_that_of_a_normal_distribution() -> None:
    share = share_beyond(FIT, 0.2)
    expected = norm.sf(0.2, FIT.estimate.value, FIT.heterogeneity.tau)
    assert share.value == pytest.approx(expected)
    assert share.ci_low < share.value < share.ci_high
    assert share.warnings == ()


def test_both_sides_make_one() -> None:
    above, below = share_beyond(FIT, 0.2), share_beyond(FIT, 0.2, "below")
    assert above.value + below.value == pytest.approx(1)
    assert above.se == pytest.approx(below.se)
    assert above.ci_low == pytest.approx(1 - below.ci_high)


def test_its_error_is_that_of_drawn_means_and_variances() -> None:
    e, h = FIT.estimate, FIT.heterogeneity
    rng = np.random.default_rng(1)
    mu = e.value + 0.01 * e.se * rng.normal(size=200_000)
    tau2 = h.tau2 + 0.01 * h.tau2_se * rng.normal(size=200_000)
    drawn = norm.cdf((mu - 0.2) / np.sqrt(tau2))
    assert share_beyond(FIT, 0.2).se == pytest.approx(100 * drawn.std(), rel=0.01)


def test_without_heterogeneity_all_or_none_lie_beyond_and_it_says_so() -> None:
    fit = RandomEffects().fit(Effects.from_arrays(y=[0.3, 0.31, 0.3], v=[0.1] * 3))
    share = share_beyond(fit, 0.0)
    assert share.value == 1
    assert np.isnan([share.se, share.ci_low, share.ci_high]).all()
    assert "share-without-tau2" in [caution.code for caution in share.warnings]


@pytest.mark.parametrize(
    "model", [CommonEffect(), MetaRegression("~ x"), LocationScale("~ x")]
)
def test_models_without_one_distribution_have_no_share(model: object) -> None:
    with pytest.raises(ModelError, match="fit RandomEffects"):
        share_beyond(model.fit(EFFECTS), 0.0)  # type: ignore[attr-defined]


def test_a_share_needs_no_prediction_interval() -> None:
    few = Effects.from_arrays(y=[0.1, 0.2, 0.15], v=[0.01, 0.3, 0.9])
    fit = RandomEffects(prediction="KR-PR").fit(few)
    assert np.isnan(fit.estimate.pi_low)
    assert share_beyond(fit, 0.0).value == 1


def test_variances_that_differ_between_outcomes_have_no_share() -> None:
    effects = Effects.from_arrays(
        y=EFFECTS.y,
        v=V,
        study=np.repeat(np.arange(15).astype(str), 2),
        moderators={"outcome": ["a", "b"] * 15},
    )
    alike, different = (
        Multivariate(structure=structure).fit(effects) for structure in ("CS", "HCS")
    )
    assert 0 < share_beyond(alike, 0.2).value < 1
    with pytest.raises(ModelError, match="no one distribution"):
        share_beyond(different, 0.2)


def test_a_threshold_that_is_missing_and_a_wrong_side_are_refused() -> None:
    with pytest.raises(OptionError, match="not a finite number"):
        share_beyond(FIT, float("nan"))
    with pytest.raises(OptionError, match="Did you mean 'above'"):
        share_beyond(FIT, 0.0, "abov")  # type: ignore[arg-type]
