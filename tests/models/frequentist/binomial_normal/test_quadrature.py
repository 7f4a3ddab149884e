"""Quadrature against brute-force integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import nchypergeom_fisher, norm

from mdmameta.models.frequentist.binomial_normal.likelihoods import Hypergeometric
from mdmameta.models.frequentist.binomial_normal.quadrature import log_likelihood

A, N1, C, N2 = (np.array(x, float) for x in ([0, 3], [20, 30], [4, 5], [20, 25]))


def brute(mu: float, tau: float) -> float:
    def integral(a: float, n1: float, c: float, n2: float) -> float:
        def density(theta: float) -> float:
            ways = nchypergeom_fisher.pmf(a, n1 + n2, a + c, n1, np.exp(theta))
            return float(ways * norm.pdf(theta, mu, tau))

        return quad(density, mu - 9 * tau, mu + 9 * tau, epsabs=1e-13)[0]

    return float(sum(np.log(integral(*t)) for t in zip(A, N1, C, N2, strict=True)))


@pytest.mark.parametrize("tau", [0.2, 1.0])
def test_the_likelihood_is_that_of_brute_force_integration(tau: float) -> None:
    f = Hypergeometric.of(A, N1, C, N2)
    assert log_likelihood(f, 2, -0.5, tau, 60) == pytest.approx(brute(-0.5, tau))
