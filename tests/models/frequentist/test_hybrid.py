"""Which interval a hybrid rule chooses, and that the fit says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, t

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.hybrid import wider_of_both

EQUAL = Effects.from_arrays(
    y=[0.30, 0.32, 0.29, 0.31],
    v=[0.02, 0.03, 0.04, 0.05],
    moderators={"x": [0, 1, 2, 4]},
)
APART = EQUAL.with_y([0.0, 1.0, -0.5, 2.0])


def limits(fit: Fit) -> tuple[float, float]:
    return fit.estimate.ci_low, fit.estimate.ci_high


def shown(effects: Effects, interval: str, **options: Any) -> Fit:
    return RandomEffects(interval=interval, **options).fit(effects)  # type: ignore[arg-type]


@pytest.mark.parametrize("effects", [EQUAL, APART])
def test_the_rule_ci_shows_the_wider_of_both_intervals(effects: Effects) -> None:
    both = [limits(shown(effects, name)) for name in ("wald", "knapp-hartung")]
    widest = max(both, key=lambda ends: ends[1] - ends[0])
    assert limits(shown(effects, "knapp-hartung-ci")) == widest


def test_the_switch_lies_where_both_are_equally_wide() -> None:
    scale = (norm.ppf(0.95) / t.ppf(0.95, 6)) ** 2
    assert wider_of_both(scale * (1 - 1e-9), 6, 0.9) == "wald"
    assert wider_of_both(scale * (1 + 1e-9), 6, 0.9) == "knapp-hartung"


def test_the_iqwig_rule_looks_at_dersimonian_and_laird() -> None:
    """At a τ² fixed high Knapp–Hartung scales down, yet is wider than DL's."""
    tight, loose = (shown(EQUAL, "knapp-hartung-IQWiG6", tau2=t2) for t2 in (0.0, 9.0))
    for fit, tau2 in ((tight, 0.0), (loose, 9.0)):
        adhoc = shown(EQUAL, "knapp-hartung-adhoc", tau2=tau2)
        assert limits(fit) == limits(adhoc)
    spread = shown(APART, "knapp-hartung-IQWiG6", tau2=2.0)
    plain = shown(APART, "knapp-hartung", tau2=2.0)
    dl = shown(APART, "wald", tau2="DL")
    assert limits(spread) == limits(plain)
    assert np.ptp(limits(plain)) > np.ptp(limits(dl))
    assert np.ptp(limits(plain)) < np.ptp(
        limits(shown(APART, "knapp-hartung-adhoc", tau2=2.0))
    )


@pytest.mark.parametrize("interval", ["knapp-hartung-ci", "knapp-hartung-IQWiG6"])
def test_a_fit_says_when_another_interval_is_shown(interval: str) -> None:
    said = [c.code for c in shown(EQUAL, interval).warnings]
    assert "interval-chosen" in said
    assert "knapp-hartung-narrower" not in said
    assert "interval-chosen" not in [c.code for c in shown(APART, interval).warnings]


def test_one_choice_holds_for_all_coefficients_of_a_regression() -> None:
    fit = MetaRegression("~ x", interval="knapp-hartung-ci").fit(EQUAL)
    wald = MetaRegression("~ x", interval="wald").fit(EQUAL)
    np.testing.assert_array_equal(fit.conf_int(), wald.conf_int())
    assert np.isinf(fit.coefficients["df"]).all()


@pytest.mark.parametrize("interval", ["knapp-hartung-ci", "knapp-hartung-IQWiG6"])
def test_one_study_has_walds_interval(interval: str) -> None:
    one = EQUAL.take([0])
    assert limits(shown(one, interval)) == limits(shown(one, "wald"))


def test_the_iqwig_rule_is_for_random_effects_means_alone() -> None:
    with pytest.raises(OptionError, match="not for MetaRegression"):
        MetaRegression("~ x", interval="knapp-hartung-IQWiG6")
    with pytest.raises(OptionError, match="not for CommonEffect"):
        CommonEffect(interval="knapp-hartung-IQWiG6")
