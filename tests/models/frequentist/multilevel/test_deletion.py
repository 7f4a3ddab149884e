"""Deleted fits: those of a refit by hand, and what cannot be estimated."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import Multilevel, Multivariate
from mdmameta.models.frequentist.multilevel.deletion import (
    AWAY,
    at_components,
    without,
)
from mdmameta.models.frequentist.multilevel.maximum import climb
from mdmameta.models.frequentist.multilevel.problem import maximise


def outcomes(seed: int = 0, studies: int = 8, most: int = 4) -> Effects:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, most + 1, studies)
    study = np.repeat(np.arange(studies), sizes)
    v = rng.uniform(0.02, 0.2, study.size)
    y = rng.normal(0, 0.4, studies)[study] + rng.normal(0, np.sqrt(v + 0.05))
    outcome = np.concatenate([rng.permutation(most)[:size] for size in sizes])
    return Effects.from_arrays(
        y,
        v,
        study=study.astype(str),
        moderators={
            "outcome": np.array(list("abcd"))[outcome],
            "x": rng.normal(size=v.size),
        },
    )


EFFECTS = outcomes()

#: With two outcomes, which meet in many studies, as an unstructured model needs.
TWO = outcomes(1, studies=10, most=2)

MODELS = [
    Multilevel(["study", "effect"]),
    Multilevel(["study", "effect"], formula="~ x", method="ML"),
    Multivariate("outcome", structure="CS"),
    Multivariate("outcome", structure="CS", method="ML", levels=["study"]),
    Multivariate("outcome", structure="ID"),
    Multivariate("outcome", structure="DIAG", formula="~ x"),
    Multivariate("outcome", structure="HCS"),
    Multivariate("outcome", structure="UN"),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("correlated", [False, True])
def test_what_is_left_is_estimated_as_after_deleting_rows_by_hand(
    model, correlated
) -> None:
    effects = TWO if getattr(model, "structure", "") == "UN" else EFFECTS
    if correlated:
        effects = with_covariance(effects, "study", rho=0.4)
    whole = model.fit(effects).estimation
    for rows in (np.array([3]), np.flatnonzero(effects.study == "2")):
        part = without(whole, rows, reestimate=True)
        hand = model.fit(effects.take(np.delete(np.arange(effects.k), rows)))
        restricted = model.method == "REML"
        assert part.log_likelihood(restricted=restricted) == pytest.approx(
            hand.likelihood.value, abs=1e-8
        )
        np.testing.assert_allclose(part.beta, hand.estimation.beta, rtol=1e-5)
        np.testing.assert_allclose(part.vcov, hand.vcov, rtol=1e-4)
        assert part.at_zero.q == pytest.approx(hand.heterogeneity.q)
        tau2 = float(part.row_variance.mean())
        assert tau2 == pytest.approx(hand.heterogeneity.tau2, rel=1e-4)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_with_variances_kept_coefficients_follow_from_the_inverse_of_all_rows(
    model,
) -> None:
    whole = model.fit(with_covariance(EFFECTS, "study", rho=0.4)).estimation
    X, W = whole.design.X, np.linalg.inv(whole.marginal())
    for rows in (np.array([3]), np.array([0, 5, 6])):
        part = without(whole, rows, reestimate=False)
        WX, Wy = (W @ X)[rows], (W @ whole.usable.y)[rows]
        inside = np.linalg.inv(W[np.ix_(rows, rows)])
        left = X.T @ W @ X - WX.T @ inside @ WX
        total = X.T @ W @ whole.usable.y - WX.T @ inside @ Wy
        np.testing.assert_allclose(part.vcov, np.linalg.inv(left), rtol=1e-8)
        np.testing.assert_allclose(part.beta, np.linalg.solve(left, total), rtol=1e-8)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("structure", ["levels", "CS", "DIAG", "UN"])
def test_no_start_leads_higher_than_the_one_from_all_rows(
    seed, method, structure
) -> None:
    model = (
        Multilevel(method=method)
        if structure == "levels"
        else Multivariate("outcome", structure=structure, method=method)
    )
    whole = model.fit(outcomes(seed, studies=10, most=2)).estimation
    for row in range(0, whole.usable.k, 3):
        part = without(whole, np.array([row]), reestimate=True)
        every = maximise(part.problem).value
        assert part.maximum.value >= every - 1e-9 * (1 + abs(every))


@pytest.mark.parametrize(
    ("seed", "structure", "method", "row"),
    [(6, "UN", "ML", 2), (6, "UN", "REML", 3), (21, "levels", "REML", 5)],
)
def test_the_higher_peak_is_found_where_the_nearer_one_is_lower(
    seed, structure, method, row
) -> None:
    if structure == "levels":
        model, effects = Multilevel(method=method), outcomes(seed, most=3)
    else:
        model = Multivariate("outcome", structure=structure, method=method)
        effects = outcomes(seed, most=2)
    whole = model.fit(effects).estimation
    part = without(whole, np.array([row]), reestimate=True)
    problem = part.problem
    near = whole.maximum.theta * (whole.problem.unit / problem.unit)
    alone = climb(
        problem.surface(problem.terms), np.where(np.abs(near) < AWAY, AWAY, near)
    )
    assert alone.converged
    assert part.maximum.value > alone.value + 0.01
    every = maximise(problem).value
    assert part.maximum.value == pytest.approx(every, abs=1e-9)


@pytest.mark.parametrize("structure", ["CS", "ID"])
def test_an_inner_level_of_one_study_has_the_variance_of_the_others(structure) -> None:
    effects = outcomes(3)
    frame = effects.frame.assign(outcome=effects.frame["outcome"].astype(str))
    frame.loc[4, "outcome"] = "alone"
    one = Effects.from_arrays(
        effects.y, effects.v, study=effects.study, moderators=frame
    )
    whole = Multivariate("outcome", structure=structure).fit(one).estimation
    part = without(whole, np.array([4]), reestimate=True)
    (_, G), (_, there) = (
        part.covariances()[0],
        at_components(whole, part).covariances()[0],
    )
    assert len(there) == len(G) + 1
    np.testing.assert_allclose(np.diag(there), G[0, 0], rtol=1e-10)
    off = G[0, 1]
    np.testing.assert_allclose(there[np.triu_indices(len(there), 1)], off, atol=1e-12)


def test_a_variance_of_an_inner_level_that_is_gone_is_not_made_up() -> None:
    y, study = [0.1, 0.5, 0.2, 0.9, 0.3, 0.1, 0.2], list("AABBCCD")
    outcome = ["a", "b", "a", "b", "a", "b", "c"]
    effects = Effects.from_arrays(
        y, [0.02] * 7, study=study, moderators={"outcome": outcome}
    )
    model = Multivariate("outcome", structure="DIAG")
    whole = model.fit(effects).estimation
    kept = without(whole, np.array([6]), reestimate=True)
    np.testing.assert_allclose(at_components(whole, kept).covariances()[0][1][2, 2], 0)
    two = Effects.from_arrays(
        [*y, 0.4], [0.02] * 8, study=[*study, "E"],
        moderators={"outcome": [*outcome, "c"]},
    )  # fmt: skip
    whole = model.fit(two).estimation
    with pytest.raises(ModelError, match=r"no variance of c in 'outcome \| study'"):
        without(whole, np.array([6, 7]), reestimate=True)


def test_a_component_that_the_rest_does_not_tell_is_named() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.3, 0.2, 0.6], [0.02] * 4, study=["A", "A", "B", "C"]
    )
    whole = Multilevel(["study", "effect"]).fit(effects).estimation
    with pytest.raises(ModelError, match="groups at 'study' are those at"):
        without(whole, np.array([0]), reestimate=True)
    kept = without(whole, np.array([0]), reestimate=False)
    assert np.isfinite(kept.beta).all()


def test_a_coefficient_that_the_rest_does_not_tell_is_named() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.3, 0.2, 0.6, 0.5], [0.02] * 5, study=list("AABBC"),
        moderators={"control": ["x", "x", "x", "y", "x"]},
    )  # fmt: skip
    whole = Multilevel(formula="~ control").fit(effects).estimation
    for reestimate in (True, False):
        with pytest.raises(ModelError, match=r"coefficients: control\[T.y\]\."):
            without(whole, np.array([3]), reestimate=reestimate)


def test_no_variance_is_estimated_without_residual_degrees_of_freedom() -> None:
    effects = Effects.from_arrays([0.1, 0.3], [0.02, 0.03], study=["A", "B"])
    whole = Multilevel(["effect"]).fit(effects).estimation
    with pytest.raises(ModelError, match="1 are left for 1 coefficients"):
        without(whole, np.array([0]), reestimate=True)
