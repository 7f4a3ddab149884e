import numpy as np
import pytest

from mdmameta.effects import smd_transforms as smd
from mdmameta.errors import EffectsError

D = np.array([-1.2, 0.0, 0.5, 3.0])


def test_superiority_is_that_of_simulated_people():
    rng = np.random.default_rng(9)
    first, second = rng.normal(0.5, 1, 300_000), rng.normal(size=300_000)
    found = float(smd.probability_of_superiority(0.5))
    assert found == pytest.approx((first > second).mean(), abs=0.003)


def test_what_is_inverted_comes_back():
    r = smd.point_biserial(D, 20, 30)
    np.testing.assert_allclose(smd.smd_from_point_biserial(r, 20, 30), D)
    y = smd.log_odds_ratio_from_smd(D)
    np.testing.assert_allclose(smd.smd_from_log_odds_ratio(y), D)


def test_directed_measures_turn_with_the_groups_and_overlaps_do_not():
    for measure in (smd.cohen_u2, smd.cohen_u3, smd.binomial_effect_size):
        np.testing.assert_allclose(measure(D) + measure(-D), 1)
    for measure in (smd.cohen_u1, smd.overlap):
        np.testing.assert_allclose(measure(D), measure(-D))


def test_impossible_values_are_refused():
    with pytest.raises(EffectsError, match="sd is not positive"):
        smd.mean_difference(0.5, 0)
    with pytest.raises(EffectsError, match="correlation is 1 or beyond"):
        smd.smd_from_point_biserial(1.0)
