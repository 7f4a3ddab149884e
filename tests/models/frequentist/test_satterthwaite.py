"""Degrees of freedom against simulated and exact moments."""

import numpy as np
import pytest
from scipy.special import stdtrit

from mdmameta.models.frequentist.robust import robust_covariance
from mdmameta.models.frequentist.satterthwaite import (
    cluster_moments,
    hotelling_test,
    satterthwaite_df,
    wishart_df,
)
from mdmameta.models.frequentist.working import Working

CLUSTER = np.array(list("aaabbcddeeff"))
K = CLUSTER.size
RNG = np.random.default_rng(5)
X = np.column_stack([np.ones(K), RNG.normal(size=K), np.isin(CLUSTER, ["a", "c", "e"])])
M = np.diag(RNG.uniform(0.05, 0.2, K)) + 0.1 * (CLUSTER[:, None] == CLUSTER)
OUTCOME = RNG.normal(size=K)
OTHER = {"flat": 1 / np.diag(M), "full": np.linalg.inv(M)}


def working(y=None, W="full", M=M, X=X):
    y = OUTCOME if y is None else y
    return Working(y=y, X=X, W=OTHER[W], M=M, rows=np.arange(len(X)))


def simulated(sandwich, n=20_000, seed=11):
    """Robust covariances of data sets drawn from the model, (n, p, p)."""
    order, root = sandwich.clusters.order, np.linalg.cholesky(M)
    y = (root @ np.random.default_rng(seed).normal(size=(K, n)))[order]
    r = y - sandwich.Q @ (sandwich.B @ y)
    scores = np.add.reduceat(
        sandwich.F[:, :, None] * r, sandwich.clusters.starts, axis=1
    )
    return np.einsum("pmn,qmn->npq", scores, scores)


@pytest.mark.parametrize("W", OTHER)
@pytest.mark.parametrize("kind", ["CR0", "CR2", "CR3"])
def test_df_are_twice_the_squared_mean_over_the_variance(W, kind):
    sandwich = robust_covariance(working(W=W), CLUSTER, kind)
    drawn = np.diagonal(simulated(sandwich), axis1=1, axis2=2)
    want = 2 * drawn.mean(axis=0) ** 2 / drawn.var(axis=0)
    assert satterthwaite_df(sandwich) == pytest.approx(want, rel=0.06)


def test_df_of_combinations_are_those_of_the_moments_of_their_variance():
    sandwich = robust_covariance(working(), CLUSTER)
    L = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, -2.0]])
    drawn = np.einsum("qp,npr,qr->nq", L, simulated(sandwich), L)
    want = 2 * drawn.mean(axis=0) ** 2 / drawn.var(axis=0)
    assert satterthwaite_df(sandwich, L) == pytest.approx(want, rel=0.06)


def test_moments_of_clusters_are_those_of_the_matrix_algebra():
    sandwich = robust_covariance(working(W="flat"), CLUSTER)
    left = np.eye(K) - sandwich.Q @ sandwich.B
    spread = left @ sandwich.Phi @ left.T
    bounds = [*sandwich.clusters.starts, K]
    picks = np.zeros((3, 6, K))
    for i in range(6):
        at = slice(bounds[i], bounds[i + 1])
        picks[:, i, at] = sandwich.F[:, at]
    want = np.einsum("sik,kl,tjl->stij", picks, spread, picks)
    got = cluster_moments(sandwich, sandwich.F)
    assert got == pytest.approx(want, abs=1e-12)


def test_a_diagonal_covariance_needs_no_matrix():
    flat = robust_covariance(working(M=np.diag(M).copy()), CLUSTER)
    full = robust_covariance(working(M=np.diag(np.diag(M))), CLUSTER)
    assert satterthwaite_df(flat) == pytest.approx(satterthwaite_df(full))


def test_a_mean_of_m_like_studies_has_m_less_one_degrees_of_freedom():
    of = Working(
        y=np.arange(7.0),
        X=np.ones((7, 1)),
        W=np.ones(7),
        M=np.ones(7),
        rows=np.arange(7),
    )
    sandwich = robust_covariance(of, np.arange(7))
    assert satterthwaite_df(sandwich) == pytest.approx([6])
    assert sandwich.vcov[0, 0] == pytest.approx(np.var(of.y, ddof=1) / 7)


def test_df_do_not_depend_on_the_factor_of_cr1():
    got = [
        satterthwaite_df(robust_covariance(working(), CLUSTER, kind))
        for kind in ("CR0", "CR1", "CR1p", "CR1S")
    ]
    assert np.array(got) == pytest.approx(np.tile(got[0], (4, 1)))


def test_df_do_not_depend_on_the_units_of_a_moderator():
    scale = np.array([1.0, 1e4, 1e-3])
    sandwich = robust_covariance(working(X=X * scale), CLUSTER)
    want = satterthwaite_df(robust_covariance(working(), CLUSTER))
    assert satterthwaite_df(sandwich) == pytest.approx(want)


def test_a_test_of_one_combination_is_the_square_of_its_t():
    of = working()
    sandwich = robust_covariance(of, CLUSTER)
    test = hotelling_test(sandwich, of.beta, np.array([[0.0, 1.0, 0.0]]))
    assert test.statistic == pytest.approx(of.beta[1] ** 2 / sandwich.vcov[1, 1])
    assert test.df_residual == pytest.approx(satterthwaite_df(sandwich)[1])


def test_wishart_df_are_those_of_the_total_variance():
    L = np.eye(3)[1:]
    sandwich = robust_covariance(working(), CLUSTER)
    drawn = simulated(sandwich)[:, 1:, 1:]
    d, U = np.linalg.eigh(drawn.mean(axis=0))
    root = (U / np.sqrt(d)) @ U.T
    total = (root @ drawn @ root).var(axis=0).sum()
    assert wishart_df(sandwich, L) == pytest.approx(2 * 3 / total, rel=0.05)


def test_a_joint_test_does_not_depend_on_how_its_combinations_are_written():
    of = working()
    sandwich = robust_covariance(of, CLUSTER)
    mixed = np.array([[1.0, 2.0], [3.0, -1.0]]) @ np.eye(3)[1:]
    one, other = (hotelling_test(sandwich, of.beta, L) for L in (np.eye(3)[1:], mixed))
    assert other.statistic == pytest.approx(one.statistic)
    assert other.df_residual == pytest.approx(one.df_residual)


def test_too_few_clusters_for_the_combinations_give_no_test():
    of = working()
    sandwich = robust_covariance(of, np.isin(CLUSTER, ["a", "b", "c"]))
    assert np.isnan(hotelling_test(sandwich, of.beta, np.eye(3)).p_value)


def test_a_joint_test_of_means_is_hotellings_t_squared():
    m, q = 9, 3
    rng = np.random.default_rng(21)
    sigma = np.array([[1.0, 0.5, 0.2], [0.5, 2.0, 0.3], [0.2, 0.3, 0.5]])
    values = rng.multivariate_normal([0.3, 0.5, 0.2], sigma, m)
    of = Working(
        y=values.ravel(),
        X=np.tile(np.eye(q), (m, 1)),
        W=np.kron(np.eye(m), np.linalg.inv(sigma)),
        M=np.kron(np.eye(m), sigma),
        rows=np.arange(m * q),
    )
    sandwich = robust_covariance(of, np.repeat(np.arange(m), q))
    test = hotelling_test(sandwich, of.beta, np.eye(q))
    mean = values.mean(axis=0)
    t2 = m * mean @ np.linalg.solve(np.cov(values.T), mean)
    assert test.df_residual == pytest.approx(m - q)
    assert test.statistic == pytest.approx((m - q) / (q * (m - 1)) * t2)


def rejections(kind, small_sample):
    """Share of data sets without effects in which the covariate tests below 5 %."""
    rng, sizes, n = np.random.default_rng(31), np.tile([1, 2, 4], 4), 20_000
    cluster = np.repeat(np.arange(12), sizes)
    k = cluster.size
    design = np.column_stack([np.ones(k), rng.normal(size=k)])
    true = np.diag(rng.uniform(0.05, 0.2, k)) + 0.1 * (cluster[:, None] == cluster)
    v = np.diag(true).copy()
    of = Working(y=np.zeros(k), X=design, W=1 / v, M=v, rows=np.arange(k))
    sandwich = robust_covariance(of, cluster, kind)
    y = np.linalg.cholesky(true) @ rng.normal(size=(k, n))
    r = y - design @ (of.bread @ y)
    scores = np.add.reduceat(sandwich.F[1][:, None] * r, sandwich.clusters.starts)
    t = (of.bread[1] @ y) / np.sqrt((scores**2).sum(axis=0))
    df = satterthwaite_df(sandwich)[1]
    critical = stdtrit(df, 0.975) if small_sample else 1.96
    return float((np.abs(t) > critical).mean()), df


def test_corrected_tests_hold_their_level_with_twelve_clusters_and_others_do_not():
    share, df = rejections("CR2", small_sample=True)
    assert df > 4
    assert share == pytest.approx(0.05, abs=0.01)
    assert rejections("CR0", small_sample=False)[0] > 0.12
    assert rejections("CR1", small_sample=False)[0] > 0.10


def test_a_combination_of_nothing_has_no_degrees_of_freedom_and_no_test():
    sandwich = robust_covariance(working(), CLUSTER)
    nothing = np.zeros((1, 3))
    assert np.isnan(satterthwaite_df(sandwich, nothing)).all()
    both = np.vstack([[1.0, 0.0, 0.0], nothing])
    assert np.isnan(satterthwaite_df(sandwich, both)).tolist() == [False, True]
    assert np.isnan(wishart_df(sandwich, both))
    test = hotelling_test(sandwich, np.ones(3), both)
    assert np.isnan([test.statistic, test.p_value]).all()
    assert test.df == 2
