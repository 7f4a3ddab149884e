"""Correlations: their bias, their variances, and what a t test says of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.integrate import quad
from scipy.special import beta

from mdmameta.effects import effect_size
from mdmameta.effects.correlations import unbiased_correlation

R, N = np.array([0.1, 0.4, -0.7]), np.array([11.0, 21.0, 80.0])


def gauss(a: float, c: float, x: float) -> float:
    """₂F₁(a, a; c; x) by Euler's integral."""
    ends = (a - 1, c - a - 1)
    area = quad(lambda t: (1 - x * t) ** -a, 0, 1, weight="alg", wvar=ends)[0]
    return area / beta(a, c - a)


def test_each_variance_of_a_correlation_is_its_formula() -> None:
    average = R @ N / N.sum()
    expected = {
        "LS": (1 - R**2) ** 2 / (N - 1),
        "AV": (1 - average**2) ** 2 / (N - 1),
        "H0": (1 - R**2) / (N - 2),
    }
    for vtype, v in expected.items():
        table = effect_size("COR", ri=R, ni=N, vtype=vtype)
        assert_allclose(table["y"], R, rtol=0)
        assert_allclose(table["v"], v, rtol=1e-13)


def test_the_correction_of_bias_is_gausss_function() -> None:
    u = effect_size("UCOR", ri=R, ni=N)
    factors = [gauss(0.5, (n - 2) / 2, 1 - r**2) for r, n in zip(R, N, strict=True)]
    assert_allclose(u["y"], R * factors, rtol=1e-10)
    assert_allclose(u["v"], (1 - u["y"] ** 2) ** 2 / (N - 1), rtol=1e-12)
    average = u["y"] @ N / N.sum()
    plugged = effect_size("UCOR", ri=R, ni=N, vtype="AV")["v"]
    assert_allclose(plugged, (1 - average**2) ** 2 / (N - 1), rtol=1e-12)


def test_the_unbiased_variance_is_by_gausss_function_too() -> None:
    v = effect_size("UCOR", ri=R, ni=N, vtype="UB")
    left = [
        (n - 3) / (n - 2) * (1 - r**2) * gauss(1.0, n / 2, 1 - r**2)
        for r, n in zip(R, N, strict=True)
    ]
    assert_allclose(v["v"], v["y"] ** 2 - 1 + left, rtol=1e-8)


def test_the_corrected_correlation_has_the_true_mean_and_the_variance_it_says() -> None:
    rng = np.random.default_rng(20261122)
    truth, n = 0.6, 12
    pairs = rng.standard_normal((200_000, n, 2))
    x, y = pairs[..., 0], truth * pairs[..., 0] + 0.8 * pairs[..., 1]
    x, y = (z - z.mean(axis=1, keepdims=True) for z in (x, y))
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    u, v = unbiased_correlation(ri=r, ni=np.full(r.shape, float(n)), vtype="UB")
    assert u.mean() == pytest.approx(truth, abs=0.002)
    assert r.mean() < truth - 0.01
    assert v.mean() == pytest.approx(u.var(), rel=0.02)


@pytest.mark.parametrize(("vtype", "v"), [("LS", 1 / 19), ("UB", 1 / 16)])
def test_a_correlation_of_zero_needs_no_correction(vtype: str, v: float) -> None:
    table = effect_size("UCOR", ri=[0.0], ni=[20], vtype=vtype)
    assert table.loc[0].tolist() == pytest.approx([0, v], rel=1e-12)


def test_fishers_z_is_artanh_and_depends_on_size_alone() -> None:
    table = effect_size("ZCOR", ri=R, ni=N)
    assert_allclose(np.tanh(table["y"]), R, rtol=1e-13)
    assert_allclose(table["v"], 1 / (N - 3), rtol=1e-13)


def test_a_t_test_and_its_p_value_give_the_correlation_back() -> None:
    t = R * np.sqrt((N - 2) / (1 - R**2))
    p = np.sign(R) * 2 * stats.t.sf(np.abs(t), N - 2)
    assert_allclose(effect_size("COR", ti=t, ni=N)["y"], R, rtol=1e-12)
    assert_allclose(effect_size("COR", pi=p, ni=N)["y"], R, rtol=1e-9)


@pytest.mark.parametrize(("measure", "fewest"), [("COR", 4), ("ZCOR", 4), ("UCOR", 5)])
def test_too_few_people_leave_a_gap(measure: str, fewest: int) -> None:
    with pytest.warns(match="people or more"):
        table = effect_size(measure, ri=[0.3, 0.3], ni=[fewest - 1, fewest])
    assert table.isna().all(axis=1).tolist() == [True, False]
