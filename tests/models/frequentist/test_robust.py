"""Robust covariances against their definitions, by algebra and by simulation."""

import numpy as np
import pytest

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist.robust import robust_covariance
from mdmameta.models.frequentist.working import Working, times

CLUSTER = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "e", "e"])
K = CLUSTER.size
KINDS = ("CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3")
RNG = np.random.default_rng(20260101)
DESIGN = np.column_stack([np.ones(K), RNG.normal(2010, 4, K)])
FACTOR = np.eye(K) + 0.3 * RNG.normal(size=(K, K))
SAME = CLUSTER[:, None] == CLUSTER
V = RNG.uniform(0.02, 0.2, K)
COVARIANCES = {
    "independent": V,
    "within clusters": np.diag(V) + 0.05 * SAME,
    "across clusters": FACTOR @ np.diag(V) @ FACTOR.T,
}
WEIGHTS = {"equal": np.ones(K), "unequal": 1 / V}


def working(M, W=None, X=DESIGN, seed=1):
    M = COVARIANCES[M] if isinstance(M, str) else M
    W = (1 / M if M.ndim == 1 else np.linalg.inv(M)) if W is None else W
    y = np.random.default_rng(seed).normal(size=len(X))
    return Working(y=y, X=X, W=W, M=M, rows=np.arange(len(X)))


def full(matrix):
    return np.diag(matrix) if matrix.ndim == 1 else matrix


def residual_maker(of):
    return np.eye(K) - of.X @ of.bread


def naive(of, adjust):
    """Sandwich as it is printed in papers: loops and no algebra."""
    r, vcov = residual_maker(of) @ of.y, np.zeros((2, 2))
    for label in np.unique(CLUSTER):
        at = np.flatnonzero(label == CLUSTER)
        score = of.bread[:, at] @ adjust(at) @ r[at]
        vcov += np.outer(score, score)
    return vcov


@pytest.mark.parametrize("M", COVARIANCES)
def test_cr0_is_the_plain_sandwich(M):
    of = working(M)
    plain = naive(of, lambda at: np.eye(at.size))
    assert robust_covariance(of, CLUSTER, "CR0").vcov == pytest.approx(plain)


@pytest.mark.parametrize("M", COVARIANCES)
def test_cr3_divides_residuals_by_what_leverage_leaves_of_them(M):
    of = working(M)
    by_leverage = naive(
        of, lambda at: np.linalg.inv(residual_maker(of)[np.ix_(at, at)])
    )
    got = robust_covariance(of, CLUSTER, "CR3").vcov
    assert got == pytest.approx(by_leverage, rel=1e-8)


def test_cr3_of_least_squares_is_the_spread_of_leaving_out_clusters():
    of, moved = working("independent", W=WEIGHTS["equal"]), np.zeros((2, 2))
    for label in np.unique(CLUSTER):
        rest = label != CLUSTER
        without = np.linalg.lstsq(of.X[rest], of.y[rest], rcond=None)[0]
        moved += np.outer(without - of.beta, without - of.beta)
    got = robust_covariance(of, CLUSTER, "CR3").vcov
    assert got == pytest.approx(moved, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "factor"), [("CR1", 5 / 4), ("CR1p", 5 / 3), ("CR1S", 5 * 9 / (4 * 8))]
)
def test_cr1_multiplies_cr0_by_its_factor(kind, factor):
    of = working("within clusters")
    plain = robust_covariance(of, CLUSTER, "CR0").vcov
    got = robust_covariance(of, CLUSTER, kind).vcov
    assert got == pytest.approx(factor * plain)


def expected(sandwich):
    """Mean of a robust covariance when the errors are as it assumes."""
    Phi, total = full(sandwich.Phi), 0
    left = np.eye(K) - sandwich.Q @ sandwich.B
    spread = left @ Phi @ left.T
    for start, size in zip(
        sandwich.clusters.starts, sandwich.clusters.sizes, strict=True
    ):
        at = slice(start, start + size)
        total = total + sandwich.F[:, at] @ spread[at, at] @ sandwich.F[:, at].T
    return total


@pytest.mark.parametrize("M", COVARIANCES)
@pytest.mark.parametrize("W", [None, *WEIGHTS])
def test_cr2_is_unbiased_when_its_target_is_the_covariance_within_clusters(M, W):
    of = working(M, W and WEIGHTS[W])
    blocks = np.where(SAME, full(of.M), 0.0)
    truth = of.bread @ blocks @ of.bread.T
    sandwich = robust_covariance(of, CLUSTER, "CR2")
    assert expected(sandwich) == pytest.approx(truth, rel=1e-6)


def test_cr0_is_too_small_on_average_and_cr3_too_large():
    of = working("within clusters")
    truth = of.bread @ of.M @ of.bread.T
    means = [expected(robust_covariance(of, CLUSTER, kind)) for kind in ("CR0", "CR3")]
    assert (np.diag(means[0]) < np.diag(truth)).all()
    assert (np.diag(means[1]) > np.diag(truth)).all()


def test_cr2_is_right_on_average_over_simulated_data():
    M, rng, n = COVARIANCES["within clusters"], np.random.default_rng(7), 4000
    root, of = np.linalg.cholesky(M), working("within clusters")
    sandwich = robust_covariance(of, CLUSTER, "CR2")
    order = sandwich.clusters.order
    y = (root @ rng.normal(size=(K, n)))[order]
    r = y - sandwich.Q @ (sandwich.B @ y)
    scores = np.add.reduceat(sandwich.F[1][:, None] * r, sandwich.clusters.starts)
    variance = (scores**2).sum(axis=0)
    truth = (of.bread @ M @ of.bread.T)[1, 1]
    error = variance.std() / np.sqrt(n)
    assert variance.mean() == pytest.approx(truth, abs=3 * error)
    assert error < 0.03 * truth


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_clusters_and_order_of_rows_do_not_matter(kind):
    of, shuffled = working("within clusters"), np.random.default_rng(3).permutation(K)
    names = dict(zip("abcde", [5, 1, 9, 2, 7], strict=True))
    other = Working(
        y=of.y[shuffled],
        X=of.X[shuffled],
        W=of.W[np.ix_(shuffled, shuffled)],
        M=of.M[np.ix_(shuffled, shuffled)],
        rows=of.rows,
    )
    got = robust_covariance(other, [names[c] for c in CLUSTER[shuffled]], kind)
    assert got.vcov == pytest.approx(robust_covariance(of, CLUSTER, kind).vcov)


def test_diagonal_and_full_matrices_give_the_same():
    flat = working("independent")
    whole = working(np.diag(V))
    got = [robust_covariance(of, CLUSTER).vcov for of in (flat, whole)]
    assert got[0] == pytest.approx(got[1])


def test_scaling_the_outcome_scales_the_covariance():
    of = working("within clusters")
    scaled = Working(y=10 * of.y, X=of.X, W=of.W / 100, M=of.M * 100, rows=of.rows)
    got = robust_covariance(scaled, CLUSTER).vcov
    assert got == pytest.approx(100 * robust_covariance(of, CLUSTER).vcov)


def test_clusters_of_one_row_give_hc2():
    of = working("independent", W=WEIGHTS["equal"])
    of = Working(y=of.y, X=of.X, W=of.W, M=np.ones(K), rows=of.rows)
    hat = np.diag(of.X @ of.bread)
    r = of.y - of.X @ of.beta
    hc2 = (of.bread * (r**2 / (1 - hat))) @ of.bread.T
    assert robust_covariance(of, np.arange(K)).vcov == pytest.approx(hc2, rel=1e-7)


def test_a_target_of_ones_own_decides_what_cr2_is_unbiased_for():
    of = working("independent", W=WEIGHTS["equal"])
    target = COVARIANCES["within clusters"]
    sandwich = robust_covariance(of, CLUSTER, target=target)
    truth = times(of.bread, target) @ of.bread.T
    assert expected(sandwich) == pytest.approx(truth, rel=1e-6)
    assert sandwich.vcov != pytest.approx(robust_covariance(of, CLUSTER).vcov)


def test_cr2_bears_a_coefficient_that_one_cluster_alone_determines():
    X = np.column_stack([np.ones(K), CLUSTER == "a"])
    of = working("within clusters", X=X)
    vcov = robust_covariance(of, CLUSTER).vcov
    assert np.isfinite(vcov).all()
    assert vcov[0, 0] > 0


def test_cr3_names_the_cluster_that_alone_determines_a_coefficient():
    X = np.column_stack([np.ones(K), CLUSTER == "a"])
    with pytest.raises(ModelError, match="'a' alone"):
        robust_covariance(working("within clusters", X=X), CLUSTER, "CR3")


def test_one_cluster_is_an_error():
    with pytest.raises(ModelError, match="one cluster"):
        robust_covariance(working("independent"), ["a"] * K)


def test_a_missing_label_is_an_error_with_its_rows():
    labels = ["a", None, *CLUSTER[2:-1], np.nan]
    with pytest.raises(ModelError, match="row 1, 9"):
        robust_covariance(working("independent"), labels)


def test_cr1p_needs_more_clusters_than_coefficients():
    of = working("independent")
    with pytest.raises(ModelError, match="2 - 2"):
        robust_covariance(of, CLUSTER == "a", "CR1p")


def test_an_unknown_kind_is_refused():
    with pytest.raises(OptionError, match="CR2"):
        robust_covariance(working("independent"), CLUSTER, "cr2")
