"""Subgroups: their fits, the test between them, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.subgroups import subgroups

DATA = Effects.from_arrays(
    y=[0.1, 0.5, 0.2, 0.9, 0.7, 0.3, 0.4],
    v=[0.02, 0.03, 0.02, 0.05, 0.02, 0.04, 0.02],
    moderators={"arm": ["a", "b", "a", "b", "b", "a", None], "one": ["x"] * 7},
)
WALD = RandomEffects(interval="wald")


def test_a_subgroup_is_the_fit_of_its_studies_alone() -> None:
    found = subgroups(DATA, "arm")
    alone = RandomEffects().fit(DATA.take([0, 2, 5]))
    assert found.fits[0].estimate == alone.estimate
    assert [fit.k for fit in found.fits] == [3, 3]


@pytest.mark.parametrize("interval", ["wald", "knapp-hartung"])
def test_with_a_common_variance_it_is_the_test_of_the_moderator(interval) -> None:
    found = subgroups(DATA, "arm", RandomEffects(interval=interval), tau2="common")
    omnibus = MetaRegression("~ arm", interval=interval).fit(DATA).omnibus
    assert omnibus is not None
    assert found.test.statistic == pytest.approx(omnibus.statistic)
    assert found.test.p_value == pytest.approx(omnibus.p_value)
    assert found.warnings == ()


def test_two_subgroups_are_compared_by_their_difference() -> None:
    a, b = (fit.estimate for fit in subgroups(DATA, "arm", WALD).fits)
    z2 = (a.value - b.value) ** 2 / (a.se**2 + b.se**2)
    assert subgroups(DATA, "arm", WALD).test.statistic == pytest.approx(z2)


def test_few_studies_in_a_subgroup_are_warned_of_and_seen_in_the_table() -> None:
    found = subgroups(DATA, "arm")
    assert [c.code for c in found.warnings] == ["few-in-subgroup"]
    assert found.to_frame()["subgroup"].tolist() == ["a", "b"]
    assert repr(found).startswith("<Subgroups by arm: a 0.1")


def test_what_is_no_subgroup_is_refused() -> None:
    with pytest.raises(ModelError, match="'arm', 'one'"):
        subgroups(DATA, "dose")
    with pytest.raises(ModelError, match="1 subgroup"):
        subgroups(DATA, "one")
    with pytest.raises(OptionError, match="'separate', 'common'"):
        subgroups(DATA, "arm", tau2="both")  # type: ignore[arg-type]


def test_numbers_beside_missing_ones_name_subgroups_without_a_fraction() -> None:
    numbered = Effects.from_arrays(
        y=[0.1, 0.5, 0.2], v=[0.02] * 3, moderators={"group": [1, 2, None]}
    )
    assert subgroups(numbered, "group").levels == ("1", "2")


def test_the_spread_of_the_means_is_the_test_when_each_has_its_own_variance() -> None:
    found = subgroups(DATA, "arm")
    assert found.between == found.test


def test_the_spread_of_the_means_rests_on_their_own_errors_with_a_common_variance() -> (
    None
):
    found = subgroups(DATA, "arm", RandomEffects(), tau2="common")
    assert found.joint is not None
    assert {fit.heterogeneity.tau2 for fit in found.fits} == {
        found.joint.heterogeneity.tau2
    }
    one, other = (fit.estimate for fit in found.fits[:2])
    z2 = (one.value - other.value) ** 2 / (one.se**2 + other.se**2)
    assert found.between.statistic == pytest.approx(z2)
    assert found.between.df_residual == np.inf


def test_another_model_than_random_effects_is_refused() -> None:
    with pytest.raises(OptionError, match=r"model=CommonEffect.*must be RandomEffects"):
        subgroups(DATA, "arm", CommonEffect())  # type: ignore[arg-type]
