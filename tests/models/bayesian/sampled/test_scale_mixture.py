from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, t

from mdmameta.models.bayesian.sampled.scale_mixture import (
    posterior_of_nodes,
    true_effect,
)


def at(mu: float, tau: float, nu: float, draws: int = 1) -> dict[str, np.ndarray]:
    values = {"mu": mu, "tau": tau, "nu": nu}
    return {name: np.full(draws, value) for name, value in values.items()}


@pytest.mark.parametrize("nu", [1.0, 2.5, 8.0, 60.0])
def test_the_likelihood_of_an_effect_is_the_convolution_of_t_and_normal(nu):
    ours, _, _ = posterior_of_nodes(-0.9, 0.05, at(0.1, 0.3, nu))
    parts = lambda x: t.pdf(x, nu, 0.1, 0.3) * norm.pdf(-0.9, x, 0.05**0.5)  # noqa: E731
    wanted, _ = quad(parts, -5, 5, points=[-0.9, 0.1], limit=200)
    assert ours[0] == pytest.approx(np.log(wanted), abs=1e-4)


def test_very_many_degrees_of_freedom_make_effects_normal():
    ours, _, _ = posterior_of_nodes(-0.9, 0.05, at(0.1, 0.3, 1e8))
    wanted = norm.logpdf(-0.9, 0.1, np.hypot(0.3, 0.05**0.5))
    assert ours[0] == pytest.approx(wanted, abs=1e-6)


def test_an_outlying_effect_is_drawn_less_to_the_mean_with_long_tails():
    rng = np.random.default_rng(8)
    means = [
        true_effect(3.0, 0.05, at(0.0, 0.2, nu, 4000), rng)[0].mean()
        for nu in (2.0, 1e6)
    ]
    normal = 3.0 * 0.2**2 / (0.2**2 + 0.05)
    assert means[1] == pytest.approx(normal, abs=0.02)
    assert means[0] > normal + 0.5
