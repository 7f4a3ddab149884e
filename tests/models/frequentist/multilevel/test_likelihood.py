"""The likelihood by blocks is that of one dense normal distribution."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.stats import multivariate_normal

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import Multilevel, MultilevelFit, Multivariate

MODELS = [
    Multilevel(["study", "effect"]),
    Multilevel(["study", "effect"], formula="~ dose", method="ML"),
    Multilevel(["region", "study", "effect"]),
    Multivariate("outcome", structure="UN", formula="~ outcome - 1"),
    Multivariate("outcome", structure="CS", method="ML"),
    Multivariate("outcome", structure="HCS", formula="~ outcome"),
    Multivariate("outcome", structure="DIAG", levels=["region"]),
]
EVERY = pytest.mark.parametrize("model", MODELS, ids=repr)


def correlated(seed: int = 0, studies: int = 12) -> Effects:
    """Rows of unequal studies in regions, with known sampling covariances."""
    rng = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), rng.integers(1, 4, studies))
    k = study.size
    same = study[:, None] == study
    v = rng.uniform(0.02, 0.2, k)
    V = np.where(same, 0.4, 0.0) * np.sqrt(np.outer(v, v))
    np.fill_diagonal(V, v)
    outcome = np.concatenate([np.arange(n) for n in np.bincount(study)])
    y = 0.3 + rng.normal(0, 0.4, studies)[study] + rng.normal(0, 0.2, k)
    y = y + np.linalg.cholesky(V) @ rng.normal(size=k)
    moderators = {
        "region": study % 4,
        "outcome": np.array(["a", "b", "c"])[outcome],
        "dose": rng.normal(size=k),
    }
    return Effects.from_arrays(y, V=V, study=study.astype(str), moderators=moderators)


@cache
def fitted(model) -> MultilevelFit:
    return model.fit(correlated())


def dense_covariance(fit: MultilevelFit) -> np.ndarray:
    """V plus every random term, written out from the table of components."""
    effects, table = fit.effects, fit.components.set_index("component")["value"]
    M = effects.V.copy()
    for name, value in table.items():
        if name.startswith("sigma2"):
            path = name.removeprefix("sigma2[").removesuffix("]").split("/")
            groups = [key(effects, level) for level in path]
            M += value * np.logical_and.reduce([g[:, None] == g for g in groups])
    if any(name.startswith("tau2") for name in table.index):
        outer, inner = effects.study, np.asarray(effects.frame["outcome"])
        M += (outer[:, None] == outer) * paired(table, inner)
    return M


def key(effects: Effects, level: str) -> np.ndarray:
    if level == "effect":
        return np.arange(effects.k)
    return effects.study if level == "study" else np.asarray(effects.frame[level])


def paired(table, inner: np.ndarray) -> np.ndarray:
    sd = np.sqrt([table.get(f"tau2[{a}]", table.get("tau2")) for a in inner])
    names = np.unique(inner)
    R = np.eye(inner.size)
    for a in range(names.size):
        for b in range(a + 1, names.size):
            rho = table.get(f"rho[{names[a]}, {names[b]}]", table.get("rho", 0.0))
            pair = (inner == names[a])[:, None] & (inner == names[b])
            R[pair | pair.T] = rho
    R[inner[:, None] == inner] = 1.0
    return R * np.outer(sd, sd)


@EVERY
def test_the_log_likelihood_is_the_dense_normal_density(model) -> None:
    fit = fitted(model)
    of, M = fit.estimation, dense_covariance(fit)
    y, X = of.usable.y, of.design.X
    density = multivariate_normal(X @ of.beta, M).logpdf(y)
    assert fit.ml.value == pytest.approx(density, abs=1e-8)


@EVERY
def test_the_restricted_likelihood_is_the_density_of_error_contrasts(model) -> None:
    fit = fitted(model)
    y, X = fit.estimation.usable.y, fit.estimation.design.X
    K = null_space(X.T)
    density = multivariate_normal(np.zeros(K.shape[1]), K.T @ dense_covariance(fit) @ K)
    assert fit.reml.value == pytest.approx(density.logpdf(K.T @ y), abs=1e-8)


@EVERY
def test_coefficients_are_generalised_least_squares_at_the_estimate(model) -> None:
    fit = fitted(model)
    y, X = fit.estimation.usable.y, fit.estimation.design.X
    W = np.linalg.inv(dense_covariance(fit))
    vcov = np.linalg.inv(X.T @ W @ X)
    np.testing.assert_allclose(fit.vcov, vcov, rtol=1e-8)
    np.testing.assert_allclose(fit.params, vcov @ X.T @ W @ y, rtol=1e-8)
    np.testing.assert_allclose(fit.working().W, W, atol=1e-8 * abs(W).max())
    np.testing.assert_allclose(fit.working().beta, fit.params, rtol=1e-8)


@EVERY
def test_slopes_and_bends_are_those_of_small_differences(model) -> None:
    of = fitted(model).estimation
    surface = of.problem.surface(of.problem.terms)
    theta = np.linspace(0.4, 0.9, surface.Q.shape[1] - 1)
    g, H = surface.slopes(theta, surface.at(theta)[1])
    steps = 1e-5 * np.eye(theta.size)
    up = [surface.at(theta + h)[0] - surface.at(theta - h)[0] for h in steps]
    np.testing.assert_allclose(g, np.array(up) / 2e-5, rtol=1e-5, atol=1e-6)
    ends = [(theta + h, theta - h) for h in steps]
    bends = [
        (
            surface.slopes(a, surface.at(a)[1])[0]
            - surface.slopes(b, surface.at(b)[1])[0]
        )
        for a, b in ends
    ]
    np.testing.assert_allclose(H, np.array(bends) / 2e-5, rtol=1e-5, atol=1e-6)


@EVERY
def test_no_random_search_finds_a_higher_likelihood(model) -> None:
    of = fitted(model).estimation
    surface = of.problem.surface(of.problem.terms)
    rng = np.random.default_rng(1)
    q = surface.Q.shape[1] - 1
    tried = [surface.at(rng.normal(0, 1, q))[0] for _ in range(400)]
    near = of.maximum.theta if q == of.maximum.theta.size else np.zeros(q)
    tried += [surface.at(near + rng.normal(0, 0.02, q))[0] for _ in range(400)]
    assert max(tried) <= of.maximum.value + 1e-10


def test_many_blocks_give_the_likelihood_of_padded_ones() -> None:
    from mdmameta.models.frequentist.multilevel import blocks

    effects = correlated(studies=40)
    padded = Multilevel().fit(effects)
    before, blocks.SMALL = blocks.SMALL, 0
    try:
        sorted_by_size = Multilevel().fit(effects)
    finally:
        blocks.SMALL = before
    assert len(sorted_by_size.estimation.problem.of) > 1
    assert sorted_by_size.reml.value == pytest.approx(padded.reml.value, abs=1e-10)
