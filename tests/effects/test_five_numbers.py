import numpy as np
import pytest

from mdmameta.effects.five_number_methods import expected_range
from mdmameta.effects.five_numbers import mean_sd_from_quantiles
from mdmameta.errors import EffectsError

NAMES = ("min", "q1", "median", "q3", "max")


def summaries(scores):
    return [
        dict(zip(NAMES, row, strict=True))
        for row in np.quantile(scores, [0, 0.25, 0.5, 0.75, 1], axis=1).T
    ]


@pytest.mark.parametrize("kept", [NAMES, NAMES[1:4], NAMES[::2]])
def test_normal_scores_are_recovered_without_bias(kept):
    scores = np.random.default_rng(4).normal(50, 10, (3000, 101))
    found = [
        mean_sd_from_quantiles(101, **{name: s[name] for name in kept})
        for s in summaries(scores)
    ]
    assert np.mean([f.mean for f in found]) == pytest.approx(50, abs=0.1)
    assert np.mean([f.sd for f in found]) == pytest.approx(10, abs=0.2)
    assert 0.03 < np.mean([f.doubtful for f in found]) < 0.065


@pytest.mark.parametrize("kept", [NAMES, NAMES[1:4], NAMES[::2]])
def test_the_skewness_test_fires_on_lognormal_scores(kept):
    scores = np.exp(np.random.default_rng(5).normal(0, 1, (300, 200)))
    found = [
        mean_sd_from_quantiles(200, **{name: s[name] for name in kept})
        for s in summaries(scores)
    ]
    assert np.mean([f.doubtful for f in found]) > 0.9
    assert all("CAUTION: scores are skewed" in f.note for f in found if f.doubtful)


def test_scores_follow_the_units_of_the_scale():
    numbers = dict(zip(NAMES, (1, 4, 6, 10, 14), strict=True))
    turned = dict(zip(NAMES, (-14, -10, -6, -4, -1), strict=True))
    one, other = (mean_sd_from_quantiles(20, **x) for x in (numbers, turned))
    assert (other.mean, other.sd) == pytest.approx((-one.mean, one.sd))


def test_an_sd_comes_without_a_median():
    found = mean_sd_from_quantiles(20, q1=4, q3=10)
    assert np.isnan(found.mean)
    assert found.sd == mean_sd_from_quantiles(20, q1=4, median=6, q3=10).sd
    assert found.skewness is None


def test_the_expected_range_is_that_of_simulated_scores():
    scores = np.random.default_rng(6).normal(size=(20_000, 15))
    assert expected_range(15) == pytest.approx(np.ptp(scores, axis=1).mean(), rel=0.01)


@pytest.mark.parametrize(
    ("n", "mean", "sd"),
    [
        (15, 27 / 4, ((9 / 4 + 49) / 12) ** 0.5),
        (25, 27 / 4, 7 / 4),
        (70, 6, 7 / 4),
        (71, 6, 7 / 6),
    ],
)
def test_hozo_changes_its_formulas_with_the_size(n, mean, sd):
    found = mean_sd_from_quantiles(n, min=4, median=6, max=11, method="hozo2005")
    assert (found.mean, found.sd) == pytest.approx((mean, sd))


@pytest.mark.parametrize(
    ("kept", "mean"),
    [
        ({"min": 1, "median": 6, "max": 14}, 27 / 4),
        ({"q1": 4, "median": 6, "q3": 10}, 20 / 3),
        ({"min": 1, "q1": 4, "median": 6, "q3": 10, "max": 14}, 55 / 8),
    ],
)
def test_wan_weighs_what_is_printed(kept, mean):
    found = mean_sd_from_quantiles(20, **kept, method="wan2014")
    assert found.mean == pytest.approx(mean)
    assert 0 < found.sd < 13


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"q1": 8, "median": 6, "q3": 10}, "out of order"),
        ({"median": 6}, "neither both ends"),
        ({"min": 3, "median": 3, "max": 3}, "range is from 3 to 3"),
        ({"q1": 1, "q3": 2, "method": "hozo2005"}, "does not take the quartiles"),
    ],
)
def test_impossible_quantiles_are_refused(numbers, message):
    with pytest.raises(EffectsError, match=message):
        mean_sd_from_quantiles(20, **numbers)


def test_fewer_than_five_scores_are_refused():
    with pytest.raises(EffectsError, match="n = 4; allowed: 5"):
        mean_sd_from_quantiles(4, q1=1, median=2, q3=3)


@pytest.mark.parametrize("kept", [NAMES, NAMES[1:4], NAMES[::2]])
def test_log_normal_scores_are_recovered_on_their_own_scale(kept):
    scores = np.exp(np.random.default_rng(7).normal(3, 0.5, (3000, 101)))
    found = [
        mean_sd_from_quantiles(101, **{name: s[name] for name in kept}, dist="lnorm")
        for s in summaries(scores)
    ]
    variance = np.exp(6 + 0.25) * np.expm1(0.25)
    assert np.mean([f.mean for f in found]) == pytest.approx(np.exp(3.125), rel=0.01)
    assert np.mean([f.sd**2 for f in found]) == pytest.approx(variance, rel=0.04)
    assert 0.03 < np.mean([f.doubtful for f in found]) < 0.065


def test_log_normal_scores_follow_the_unit_of_the_scale():
    numbers = dict(zip(NAMES, (1, 4, 6, 10, 14), strict=True))
    tenfold = {name: 10 * x for name, x in numbers.items()}
    one, ten = (
        mean_sd_from_quantiles(20, **x, dist="lnorm") for x in (numbers, tenfold)
    )
    assert (ten.mean, ten.sd) == pytest.approx((10 * one.mean, 10 * one.sd))
    assert "log-normal" in one.note


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"q1": 0}, "quantile of 0"), ({"method": "wan2014"}, "does not take scores as")],
)
def test_what_cannot_be_log_normal_is_refused(changed, message):
    numbers = {"q1": 2, "median": 6, "q3": 10, "dist": "lnorm"} | changed
    with pytest.raises(EffectsError, match=message):
        mean_sd_from_quantiles(20, **numbers)


def test_the_critical_values_are_those_that_metafor_takes_from_shi_2023():
    box = mean_sd_from_quantiles(100, q1=1, median=2, q3=3).skewness
    ends = mean_sd_from_quantiles(100, min=1, median=2, max=3).skewness
    both = mean_sd_from_quantiles(100, min=0, q1=1, median=2, q3=3, max=4).skewness
    assert box.critical == pytest.approx(0.265 - 6e-4)
    assert ends.critical == pytest.approx(1 / np.log(109) + 2.5 / 101)
    assert both.critical == pytest.approx(0.3 - 4e-5)


def test_one_score_has_no_range():
    with pytest.raises(EffectsError, match="n = 1 scores have no range; allowed: 2"):
        expected_range(1)
    draws = np.random.default_rng(3).normal(size=(200_000, 5))
    assert expected_range(5) == pytest.approx(np.ptp(draws, axis=1).mean(), abs=0.01)
