import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import norm

from mdmameta.effects.wald import delta_method, effect_from_wald
from mdmameta.errors import EffectsError


def test_interval_z_and_p_give_one_variance():
    y, se = np.log(0.6), 0.3
    ci = tuple(np.exp(y + np.array([-1, 1]) * 1.959963984540054 * se))
    p = 2 * norm.sf(abs(y / se))
    for given in ({"ci": ci}, {"z": y / se}, {"p": p}):
        found = effect_from_wald(0.6, **given, scale="log")
        assert (found.y, found.v) == pytest.approx((y, se**2))


@pytest.mark.parametrize(
    ("scale", "transform", "limits"),
    [
        ("identity", lambda x: x, (-2.0, 1.5)),
        ("log", np.log, (0.2, 3.0)),
        ("logit", logit, (0.1, 0.95)),
        ("atanh", np.arctanh, (-0.9, 0.6)),
    ],
)
def test_an_interval_is_halved_on_its_scale(scale, transform, limits):
    low, high = map(transform, limits)
    found = effect_from_wald(ci=limits, scale=scale, level=0.9)
    assert found.y == pytest.approx((low + high) / 2)
    assert found.v == pytest.approx(((high - low) / 2 / norm.ppf(0.95)) ** 2)


@pytest.mark.parametrize(
    ("scale", "beyond"),
    [("log", 0.0), ("logit", 1.0), ("logit", 0.0), ("atanh", 1.0), ("atanh", -1.0)],
)
def test_the_end_of_a_scale_is_no_estimate(scale, beyond):
    with pytest.raises(EffectsError, match=f"has no {scale}"):
        effect_from_wald(beyond, z=1.0, scale=scale)


def test_an_uneven_interval_is_said():
    found = effect_from_wald(1.5, ci=(1.0, 4.0), scale="log")
    assert "CAUTION" in found.note
    assert "CAUTION" not in effect_from_wald(2.0, ci=(1.0, 4.0), scale="log").note


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"out": 5.0, "ci": (1.0, 4.0)}, "outside its interval"),
        ({"out": -1.0, "ci": (1.0, 4.0), "scale": "log"}, "has no log"),
        ({"out": 1.0, "p": 0.0}, "p = 0"),
        ({"out": 1.0, "z": -2.0}, "differ in sign"),
        ({"out": 1.0}, "give an interval"),
        ({"out": 0.0, "z": 0.0}, "says nothing"),
    ],
)
def test_impossible_reports_are_refused(given, message):
    with pytest.raises(EffectsError, match=message):
        effect_from_wald(**given)


def test_the_numerical_slope_is_the_derivative():
    y = np.array([-2.0, 0.1, 3.0])
    for f, slope in ((np.exp, np.exp), (np.tanh, lambda x: 1 / np.cosh(x) ** 2)):
        _, v = delta_method(y, [1, 1, 1], f)
        np.testing.assert_allclose(v, slope(y) ** 2, rtol=1e-9)


def test_the_step_of_the_slope_grows_with_the_value():
    _, v = delta_method([3e6], [1.0], np.square)
    assert v == pytest.approx([3.6e13], rel=1e-9)


def test_a_negative_variance_is_refused():
    with pytest.raises(EffectsError, match="v holds a negative variance"):
        delta_method([0.2, 0.1], [0.04, -0.01], np.exp)
