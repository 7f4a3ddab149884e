from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, norm

from mdmameta import BayesianBinomialNormal, Effects
from mdmameta.models.bayesian.sampled import program
from mdmameta.models.bayesian.sampled.counts import Arms, draw_effects, log_marginal

ARMS = Arms(np.array([[11.0, 20], [0, 3]]), np.array([[30.0, 31], [20, 22]]), 0.0, 2.0)


def dense(i: int, mu: float, tau: float) -> tuple[float, float]:
    """Likelihood and posterior mean of the effect, summed over a dense grid."""
    delta = np.linspace(mu - 9 * tau, mu + 9 * tau, 601)[:, None]
    level = np.linspace(-14, 14, 1401)
    (a, c), (n1, n2) = ARMS.x[i], ARMS.n[i]
    f = binom.pmf(a, n1, expit(level + delta)) * binom.pmf(c, n2, expit(level))
    f = f * norm.pdf(level, 0, 2) * norm.pdf(delta, mu, tau)
    cell = (delta[1, 0] - delta[0, 0]) * (level[1] - level[0])
    return float(np.log(f.sum() * cell)), float((f * delta).sum() / f.sum())


@pytest.mark.parametrize(("mu", "tau"), [(-0.5, 0.3), (0.2, 0.05), (-1.0, 1.5)])
def test_the_likelihood_of_counts_is_that_of_a_dense_grid(mu, tau):
    at = (np.full((1, 1, 1), mu), np.full((1, 1, 1), tau))
    ours = log_marginal(np, *at, ARMS.containers())[0]
    np.testing.assert_allclose(ours, [dense(i, mu, tau)[0] for i in (0, 1)], atol=5e-6)


def test_effects_are_drawn_around_the_mean_that_a_dense_grid_gives():
    mu, tau = np.full(4000, -0.5), np.full(4000, 0.8)
    delta, _ = draw_effects(ARMS, mu, tau, np.random.default_rng(6))
    wanted = [dense(i, -0.5, 0.8)[1] for i in (0, 1)]
    error = delta.std(axis=0) / np.sqrt(4000)
    assert (np.abs(delta.mean(axis=0) - wanted) < 5 * error).all()


@pytest.mark.parametrize(("mu", "log_tau"), [(0.0, 800.0), (1e200, 0.0)])
def test_a_step_that_overflows_has_no_density_and_stops_nobody(mu, log_tau):
    """A sampler's first steps may go anywhere; an exception there ends the process."""
    table = {"ai": ARMS.x[:, 0], "n1i": ARMS.n[:, 0]}
    table |= {"ci": ARMS.x[:, 1], "n2i": ARMS.n[:, 1]}
    effects = Effects.from_arrays([0, 0], [1, 1], measure="OR", moderators=table)
    task = BayesianBinomialNormal(seed=1).task(effects)
    model = program._of_values(task.program, task.data)
    log_density = model.compile_logp(mode="FAST_COMPILE")
    with np.errstate(all="ignore"):
        found = log_density({"mu": np.array(mu), "tau_log__": np.array(log_tau)})
    assert not found > -1e100
