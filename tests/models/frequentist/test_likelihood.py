"""The likelihood of tau2 against densities written out, and its highest mode."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

from mdmameta.models.frequentist import likelihood
from mdmameta.models.frequentist.likelihood import log_likelihood, maximise
from mdmameta.models.frequentist.moments import contrasts

Array = np.ndarray


def restricted_density(y: Array, v: Array, X: Array, tau2: float) -> float:
    """Log density of k − p orthonormal contrasts, which REML is by definition."""
    K = np.linalg.svd(X)[0][:, X.shape[1] :]
    cov = K.T @ np.diag(v + tau2) @ K
    return float(multivariate_normal(cov=cov).logpdf(K.T @ y))


def profile_density(y: Array, v: Array, X: Array, tau2: float) -> float:
    """Log density of the effects at their most likely coefficients."""
    w = 1 / (v + tau2)
    beta = np.linalg.solve(X.T @ (w[:, None] * X), X.T @ (w * y))
    return float(multivariate_normal(X @ beta, np.diag(v + tau2)).logpdf(y))


DENSITY = {True: restricted_density, False: profile_density}


def highest(y: Array, v: Array, X: Array, restricted: bool) -> float:
    """Maximise by a fine grid and bounded search, without derivatives."""
    grid = np.append(0, np.geomspace(1e-6 * v.min(), 10 * np.ptp(y) ** 2 + 1, 300))
    values = [DENSITY[restricted](y, v, X, t) for t in grid]
    best = int(np.argmax(values))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, 300)]
    found = minimize_scalar(
        lambda t: -DENSITY[restricted](y, v, X, t),
        bounds=ends,
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(max(-found.fun, values[0]))


@st.composite
def data(draw: st.DrawFn) -> tuple[Array, Array, Array]:
    k = draw(st.integers(3, 9))
    p = draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    v = 10 ** rng.uniform(-2, 1, k)
    y = rng.normal(0, draw(st.sampled_from([0.0, 0.5, 5.0])), k)
    y += rng.normal(0, np.sqrt(v))
    return y, v, np.column_stack([np.ones(k), np.arange(k)])[:, :p]


@pytest.mark.parametrize("restricted", [True, False])
@settings(derandomize=True, max_examples=25, deadline=None)
@given(case=data())
def test_no_tau2_is_more_likely_than_the_estimate(
    restricted: bool, case: tuple[Array, Array, Array]
) -> None:
    y, v, X = case
    got = maximise(contrasts(y, v, X), restricted=restricted)
    assert got.converged
    reached = DENSITY[restricted](y, v, X, got.tau2)
    assert reached == pytest.approx(highest(y, v, X, restricted), abs=1e-9)


@pytest.mark.parametrize("restricted", [True, False])
@settings(derandomize=True, max_examples=10, deadline=None)
@given(case=data())
def test_the_likelihood_is_the_density_up_to_a_constant(
    restricted: bool, case: tuple[Array, Array, Array]
) -> None:
    y, v, X = case
    points = np.array([0.0, 0.1, 2.0])
    ours = log_likelihood(contrasts(y, v, X), points, restricted=restricted)
    theirs = [DENSITY[restricted](y, v, X, t) for t in points]
    np.testing.assert_allclose(np.diff(ours), np.diff(theirs), atol=1e-9)


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize(
    ("y", "v"),
    [
        ([0.0, 0.02, 9.0, -9.0, 8.0, -8.0], [1e-4, 1e-4, 1.0, 1.0, 1.0, 1.0]),
        (
            [0.06, 0.01, 0.15, -0.25, -0.01, -1.55],
            [0.01366, 0.00054, 0.00489, 0.0105, 0.00007, 9.91484],
        ),
    ],
    ids=["at the high end", "amid the range"],
)
def test_the_higher_of_two_modes_is_found(
    y: list[float], v: list[float], restricted: bool
) -> None:
    case = np.array(y), np.array(v), np.ones((len(y), 1))
    got = maximise(contrasts(*case), restricted=restricted)
    reached = DENSITY[restricted](*case, got.tau2)
    assert reached == pytest.approx(highest(*case, restricted), abs=1e-9)


def test_hard_scales_still_converge() -> None:
    y = np.array([0.0, 1e-6, 1e6, -1e6])
    v = np.array([1e-12, 1e-12, 1.0, 1e6])
    assert maximise(contrasts(y, v, np.ones((4, 1))), restricted=True).converged


def test_running_out_of_steps_is_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likelihood, "MAX_STEPS", 1)
    y, v = np.array([-3.0, 0.0, 4.0]), np.array([0.01, 0.02, 0.01])
    assert not maximise(contrasts(y, v, np.ones((3, 1))), restricted=True).converged


def test_effects_closer_than_any_error_give_zero_at_once() -> None:
    got = maximise(
        contrasts(np.full(3, 0.5), np.ones(3), np.ones((3, 1))), restricted=True
    )
    assert (got.tau2, got.iterations) == (0.0, 1)


def test_a_wider_range_of_variances_is_searched_at_more_points() -> None:
    assert likelihood.points_between(np.log(1e6)) == 35
    assert likelihood.points_between(0.1) == likelihood.FEWEST_POINTS
