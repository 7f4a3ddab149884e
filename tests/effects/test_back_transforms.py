from typing import get_args

import numpy as np
import pytest

from mdmameta.effects import back_transforms as back
from mdmameta.effects.proportions import freeman_tukey_proportion
from mdmameta.effects.rates import freeman_tukey_rate
from mdmameta.effects.recipe import BackTransform
from mdmameta.errors import EffectsError

X = np.array([0.0, 1.0, 7.0, 19.0, 20.0])


def test_every_named_back_transform_exists_and_rises():
    y = np.linspace(0.1, 0.9, 9)
    for name in get_args(BackTransform):
        assert (np.diff(back.back_transform(y, name, 20.0)) >= 0).all(), name


@pytest.mark.parametrize(
    ("there", "name"),
    [
        (back.r_to_z, "tanh"),
        (back.logit, "inverse logit"),
        (back.arcsine, "inverse arcsine"),
        (back.hakstian_whalen, "inverse Hakstian-Whalen"),
        (back.bonett, "inverse Bonett"),
    ],
)
def test_the_way_back_ends_where_it_began(there, name):
    p = np.array([0.05, 0.3, 0.9])
    np.testing.assert_allclose(back.back_transform(there(p), name), p)


def test_freeman_tukey_finds_the_share_and_the_rate_again():
    y, _ = freeman_tukey_proportion(xi=X, mi=20 - X)
    found = back.back_transform(y, "inverse Freeman-Tukey proportion", 20.0)
    np.testing.assert_allclose(found, X / 20, atol=1e-12)
    rate, _ = freeman_tukey_rate(xi=X, ti=np.full(5, 12.0))
    found = back.back_transform(rate, "inverse Freeman-Tukey rate", 12.0)
    np.testing.assert_allclose(found, X / 12, atol=1e-12)


def test_what_no_count_can_give_becomes_the_end_of_the_range():
    name = "inverse Freeman-Tukey proportion"
    assert back.back_transform([-0.2, 1.7], name, 20.0).tolist() == [0, 1]


def test_the_mean_of_transformed_effects_is_the_integral():
    draws = np.random.default_rng(8).normal(0.3, 0.5, 400_000)
    found = back.expected_value(0.3, 0.25, np.tanh)
    assert found == pytest.approx(np.tanh(draws).mean(), abs=0.002)


def test_impossible_values_are_refused():
    with pytest.raises(EffectsError, match=r"r = 1\.2; allowed: -1 to 1"):
        back.r_to_z(1.2)
    with pytest.raises(EffectsError, match="needs n"):
        back.back_transform(0.3, "inverse Freeman-Tukey rate")
    with pytest.raises(EffectsError, match="no back-transform 'log'"):
        back.back_transform(0.3, "log")


def test_a_negative_variance_and_an_unknown_name_are_refused():
    with pytest.raises(EffectsError, match=r"tau2 = -0\.1; allowed: 0 or more"):
        back.expected_value(0.3, -0.1, np.exp)
    with pytest.raises(EffectsError, match="no back-transform 'cube'; allowed: 'none'"):
        back.back_transform(0.3, "cube")
