import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from mdmameta.effects import smd_transforms as smd
from mdmameta.errors import EffectsError

D = np.array([-1.2, 0.0, 0.5, 3.0])


def test_superiority_is_that_of_simulated_people():
    rng = np.random.default_rng(9)
    first, second = rng.normal(0.5, 1, 300_000), rng.normal(size=300_000)
    found = float(smd.probability_of_superiority(0.5))
    assert found == pytest.approx((first > second).mean(), abs=0.003)


@pytest.mark.parametrize("d", D)
def test_overlaps_are_areas_of_two_normal_densities(d):
    both = quad(lambda x: min(norm.pdf(x), norm.pdf(x - d)), -10, 12, limit=200)[0]
    assert float(smd.overlap(d)) == pytest.approx(both, abs=1e-8)
    assert float(smd.cohen_u1(d)) == pytest.approx(
        (2 - 2 * both) / (2 - both), abs=1e-8
    )


@pytest.mark.parametrize("d", D)
def test_shares_of_a_group_are_areas_of_its_density(d):
    middle = norm.cdf(d / 2)  # above it lie this share of one group and 1 - it of two
    assert float(smd.cohen_u2(d)) == pytest.approx(middle, rel=1e-12)
    above = quad(lambda x: norm.pdf(x - d), 0, 14)[0]
    assert float(smd.cohen_u3(d)) == pytest.approx(above, abs=1e-8)
    below = 1 - smd.probability_of_superiority(d)
    expected = smd.probability_of_superiority(d) - below
    assert float(smd.cliff_delta(d)) == pytest.approx(float(expected), abs=1e-12)


def test_the_correlation_with_group_is_that_of_the_scores_themselves():
    rng = np.random.default_rng(11)
    first, second = rng.normal(1, 2, 9), rng.normal(size=14)
    sd = np.sqrt((8 * first.var(ddof=1) + 13 * second.var(ddof=1)) / 21)
    group = np.r_[np.ones(9), np.zeros(14)]
    r = np.corrcoef(np.r_[first, second], group)[0, 1]
    d = (first.mean() - second.mean()) / sd
    assert float(smd.point_biserial(d, 9, 14)) == pytest.approx(r, rel=1e-12)


@pytest.mark.parametrize("d", D)
def test_without_sizes_the_groups_are_large_and_alike(d):
    r = float(smd.point_biserial(d))
    assert r == pytest.approx(float(smd.point_biserial(d, 1e9, 1e9)), abs=1e-8)
    assert float(smd.binomial_effect_size(d)) == pytest.approx(0.5 + r / 2, rel=1e-12)


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
        smd.mean_difference(0.5, [2, 0])
    with pytest.raises(EffectsError, match="correlation is 1 or beyond"):
        smd.smd_from_point_biserial([0.2, 1.0])


def test_one_size_without_the_other_is_refused():
    with pytest.raises(EffectsError, match="both n1i and n2i, or neither"):
        smd.point_biserial(0.5, n1i=20)
    with pytest.raises(EffectsError, match="both n1i and n2i, or neither"):
        smd.smd_from_point_biserial(0.5, n2i=20)
