"""The distribution of a sum of χ² variables against SciPy and quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2

from mdmameta.models.frequentist.chi2_mixture import probability_below
from mdmameta.models.frequentist.quadratic import generalised_q


@pytest.mark.parametrize("n", [1, 2, 5, 30, 200, 1000])
@pytest.mark.parametrize("p", [1e-6, 0.025, 0.5, 0.975, 0.99999])
def test_equal_weights_give_a_scaled_chi2(n: int, p: float) -> None:
    x = 7.0 * chi2.ppf(p, n)
    assert probability_below(x, np.full(n, 7.0)) == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("weight", [0.01, 0.3, 100.0, 1e8])
@pytest.mark.parametrize("x", [0.1, 1.0, 10.0])
def test_two_weights_give_the_convolution(weight: float, x: float) -> None:
    def density(z: float) -> float:
        return (
            chi2.cdf((x - z * z) / weight, 1) * np.sqrt(2 / np.pi) / np.exp(z * z / 2)
        )

    expected = quad(density, 0, np.sqrt(x), epsabs=1e-12, limit=500)[0]
    got = probability_below(x, np.array([1.0, weight]))
    assert got == pytest.approx(expected, abs=1e-8)


def test_nothing_lies_below_zero_and_weights_of_zero_add_nothing() -> None:
    assert probability_below(0.0, np.ones(3)) == 0
    with_zero = probability_below(2.0, np.array([1.0, 0.0]))
    assert with_zero == pytest.approx(chi2.cdf(2.0, 1), abs=1e-12)
    assert probability_below(2.0, np.zeros(2)) == pytest.approx(1.0)


@pytest.mark.parametrize("k", [3, 20, 900])
@pytest.mark.parametrize("p", [1, 2])
def test_a_form_has_the_distribution_of_its_eigenvalues(k: int, p: int) -> None:
    rng = np.random.default_rng(11)
    X = np.column_stack([np.ones(k), np.arange(k) / k])[:, :p]
    y, a = rng.normal(size=k), 10 ** rng.uniform(-2, 2, k)
    form, variance = generalised_q(y, X, a), 10 ** rng.uniform(-3, 1, k)
    weights = np.linalg.eigvalsh(form.root(variance))[p:]
    by_weights = probability_below(form.expectation(variance), weights)
    at_once = probability_below(
        form.expectation(variance), form.a * variance, form.basis
    )
    assert 0.3 < by_weights < 0.9
    assert at_once == pytest.approx(by_weights, abs=1e-12)


def test_equal_weights_of_many_have_the_chi2_of_one_less() -> None:
    k = 50_000
    found = probability_below(k + 200.0, np.ones(k), np.full((k, 1), k**-0.5))
    assert found == pytest.approx(chi2.cdf(k + 200.0, k - 1), abs=1e-11)
