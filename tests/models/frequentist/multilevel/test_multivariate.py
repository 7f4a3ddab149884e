"""Correlated outcomes: structures that contain each other, and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import Multilevel, Multivariate, RandomEffects
from mdmameta.models.frequentist.multilevel.maximum import climb
from mdmameta.models.frequentist.multilevel.structures import with_correlation


def outcomes(seed: int = 0, studies: int = 25, rho: float = 0.6, m: int = 2) -> Effects:
    rng = np.random.default_rng(seed)
    R = np.full((m, m), rho) + (1 - rho) * np.eye(m)
    sd = np.array([0.3, 0.5, 0.4])[:m]
    true = rng.multivariate_normal(np.zeros(m), R * np.outer(sd, sd), studies)
    v = rng.uniform(0.01, 0.05, (studies, m))
    y = true + rng.normal(0, np.sqrt(v))
    return Effects.from_arrays(
        y.ravel(), v.ravel(), study=np.repeat(np.arange(studies), m).astype(str),
        moderators={"outcome": list("abc"[:m]) * studies},
    )  # fmt: skip


def value(fit, name: str) -> float:
    return float(fit.components.set_index("component")["value"][name])


def test_compound_symmetry_is_two_nested_levels() -> None:
    effects = outcomes()
    CS = Multivariate("outcome").fit(effects)
    levels = Multilevel(["study", "outcome"]).fit(effects)
    outer, inner = levels.components["value"]
    assert value(CS, "tau2") == pytest.approx(outer + inner, rel=1e-6)
    assert value(CS, "rho") == pytest.approx(outer / (outer + inner), rel=1e-6)
    assert CS.reml.value == pytest.approx(levels.reml.value, abs=1e-9)
    assert CS.estimate.pi_high == pytest.approx(levels.estimate.pi_high, rel=1e-6)


def test_a_negative_correlation_is_found_by_compound_symmetry_alone() -> None:
    effects = outcomes(rho=-0.7)
    CS = Multivariate("outcome").fit(effects)
    assert value(CS, "rho") < -0.2
    assert CS.reml.value > Multilevel(["study", "outcome"]).fit(effects).reml.value


def test_uncorrelated_outcomes_are_models_of_their_own() -> None:
    effects = outcomes()
    fit = Multivariate("outcome", structure="DIAG", formula="~ outcome - 1").fit(
        effects
    )
    for name in "ab":
        rows = np.asarray(effects.frame["outcome"]) == name
        alone = RandomEffects(interval="wald").fit(effects.take(rows))
        assert value(fit, f"tau2[{name}]") == pytest.approx(
            alone.heterogeneity.tau2, rel=1e-6
        )
        row = fit.coefficients.set_index("term").loc[f"outcome[{name}]"]
        assert row["se"] == pytest.approx(alone.estimate.se, rel=1e-6)


def test_structures_that_contain_each_other_have_higher_likelihoods() -> None:
    effects = outcomes(m=3)
    ll = {
        s: Multivariate("outcome", structure=s).fit(effects).reml
        for s in ("ID", "DIAG", "CS", "HCS", "UN")
    }
    assert ll["ID"].value <= ll["DIAG"].value <= ll["HCS"].value <= ll["UN"].value
    assert ll["ID"].value <= ll["CS"].value <= ll["HCS"].value
    assert [each.parameters for each in ll.values()] == [2, 4, 3, 5, 7]


def test_hcs_of_two_outcomes_is_unstructured() -> None:
    effects = outcomes()
    one, other = (
        Multivariate("outcome", structure=s).fit(effects) for s in ("HCS", "UN")
    )
    np.testing.assert_allclose(
        one.components["value"], other.components["value"], rtol=1e-9
    )


@pytest.mark.parametrize("structure", ["CS", "HCS", "UN"])
def test_profiles_peak_at_the_estimate_and_fall_by_the_quantile(structure) -> None:
    fit = Multivariate("outcome", structure=structure).fit(outcomes())
    table = fit.component_intervals()
    for row in table.itertuples():
        drop = fit.profile(row.component, [row.value, row.ci_low, row.ci_high])["drop"]
        assert drop.tolist() == pytest.approx([0, 1.9207, 1.9207], abs=1e-3)


@pytest.mark.parametrize(("structure", "m", "n"), [("UN", 2, 4), ("HCS", 3, 5)])
@pytest.mark.parametrize("seed", [0, 2, 16])
def test_a_held_negative_correlation_cannot_pass_for_a_positive_one(
    structure, m, n, seed
) -> None:
    effects = outcomes(seed, studies=n, rho=0.9, m=m)
    fit = Multivariate("outcome", structure=structure).fit(effects)
    (drop,) = fit.profile(fit.components["component"].iloc[-1], [-0.45])["drop"]
    R = np.full((m, m), -0.45) + 1.45 * np.eye(m)
    starts = np.random.default_rng(0).uniform(0, 0.8, (6, m))
    ends = [minimize(deficit, sd, (effects, R), method="Powell") for sd in starts]
    searched = fit.reml.value + min(end.fun for end in ends)
    assert drop == pytest.approx(searched, abs=1e-4)


def deficit(sd: np.ndarray, effects: Effects, R: np.ndarray) -> float:
    """Minus the restricted likelihood of a mean at deviations of each outcome."""
    place = np.arange(effects.k) % len(R)
    G = R * np.outer(abs(sd), abs(sd))
    same = effects.study[:, None] == effects.study
    M = np.diag(effects.v) + same * G[place][:, place]
    W = np.linalg.inv(M)
    r = effects.y - W.sum(axis=0) @ effects.y / W.sum()
    terms = np.linalg.slogdet(M)[1] + np.log(W.sum() / effects.k) + r @ W @ r
    return (terms + (effects.k - 1) * np.log(2 * np.pi)) / 2


def test_a_held_correlation_agrees_with_a_dense_search() -> None:
    effects = outcomes(studies=6)
    fit = Multivariate("outcome", structure="UN").fit(effects)
    drop = fit.profile("rho[a, b]", [-0.8, 0.0, 0.9])["drop"]
    dense = [fit.reml.value - dense_profile(effects, rho) for rho in (-0.8, 0.0, 0.9)]
    assert (drop <= np.array(dense) + 1e-9).all()
    np.testing.assert_allclose(drop, dense, atol=0.01)


def dense_profile(effects: Effects, rho: float) -> float:
    """Highest restricted likelihood on a grid of both variances."""
    X, place = np.ones((effects.k, 1)), np.arange(effects.k) % 2
    same = effects.study[:, None] == effects.study
    grid = np.concatenate([[0.0], np.geomspace(1e-3, 1.5, 50)])
    best = -np.inf
    for a in grid:
        for b in grid:
            c = rho * np.sqrt(a * b)
            G = np.array([[a, c], [c, b]])
            M = np.diag(effects.v) + same * G[place][:, place]
            W = np.linalg.inv(M)
            r = effects.y - (X.T @ W @ effects.y) / W.sum()
            terms = np.linalg.slogdet(M)[1] + np.log(W.sum()) + r @ W @ r
            constant = (effects.k - 1) * np.log(2 * np.pi) - np.log(effects.k)
            best = max(best, -(terms + constant) / 2)
    return best


def test_outcomes_that_never_meet_have_no_correlation() -> None:
    effects = outcomes()
    rows = np.arange(effects.k)
    apart = effects.take(rows[rows % 2 == (rows // 2) % 2])
    fit = Multivariate("outcome", structure="UN").fit(apart)
    assert "correlation-not-identified" in {c.code for c in fit.warnings}
    assert fit.components["component"].tolist() == ["tau2[a]", "tau2[b]"]


@pytest.mark.parametrize("structure", ["DIAG", "HCS", "UN"])
def test_an_outcome_of_one_row_has_no_variance(structure) -> None:
    effects = outcomes(m=3)
    keep = np.asarray(effects.frame["outcome"]) != "b"
    keep[1] = True
    fit = Multivariate("outcome", structure=structure).fit(effects.take(keep))
    assert value(fit, "tau2[b]") == 0
    assert "level-not-identified" in {c.code for c in fit.warnings}


def test_a_correlation_at_its_bound_is_flagged() -> None:
    effects = outcomes(studies=8, rho=0.999)
    fit = Multivariate("outcome", structure="UN").fit(effects)
    if abs(value(fit, "rho[a, b]")) > 1 - 1e-6:
        assert "correlation-boundary" in {c.code for c in fit.warnings}


def test_a_further_level_can_be_added() -> None:
    effects = outcomes()
    region = {**effects.frame, "region": np.arange(effects.k) // 10}
    placed = Effects.from_arrays(
        effects.y, effects.v, study=effects.study, moderators=region
    )
    fit = Multivariate("outcome", levels=["region"]).fit(placed)
    assert fit.components["component"].tolist() == ["sigma2[region]", "tau2", "rho"]


def test_inner_and_outer_must_differ() -> None:
    with pytest.raises(OptionError, match="both 'study'"):
        Multivariate("study", "study")


def test_a_climb_whose_move_a_bound_cuts_short_still_ends() -> None:
    # Cut short in the bounded parameter alone, the move would turn downhill, and
    # the climb creep along the bound.
    rng = np.random.default_rng(0)
    m, rho = int(rng.integers(6, 25)), rng.uniform(-0.3, 0.95)
    R, sd = rho + (1 - rho) * np.eye(3), rng.choice([0.0, 0.1, 0.3, 0.6], 3)
    true = rng.multivariate_normal(np.zeros(3), R * np.outer(sd, sd), m)
    v = rng.uniform(0.01, 0.2, (m, 3))
    y = true + rng.normal(size=(m, 3)) * np.sqrt(v)
    of = Effects.from_arrays(
        y.ravel(),
        v.ravel(),
        study=np.repeat(np.arange(m), 3).astype(str),
        moderators={"outcome": list("abc") * m},
    )
    fit = Multivariate(structure="HCS", formula="~ outcome - 1").fit(of)
    problem = fit.estimation.problem
    for rho in (-0.5 + 1e-10, -0.4, 0.5, 1 - 1e-10):
        held = (with_correlation(problem.terms[0], rho),)
        for start in problem.starts(held):
            end = climb(problem.surface(held), start)
            assert end.converged
            assert end.steps < 40


def in_pairs(pairs: str, seed: int = 1) -> Effects:
    """Make a study of two outcomes of each pair of letters, and one alone."""
    rng = np.random.default_rng(seed)
    names = pairs.split()
    study = np.repeat(np.arange(len(names)), [len(name) for name in names])
    v = np.full(study.size, 0.03)
    y = rng.normal(0, 0.4, len(names))[study] + rng.normal(0, 0.25, study.size)
    return Effects.from_arrays(
        y, v, study=study.astype(str), moderators={"outcome": list("".join(names))}
    )


def test_outcomes_that_never_meet_in_a_study_are_named() -> None:
    fit = Multivariate("outcome", structure="UN").fit(in_pairs("ab " * 12 + "bc " * 12))
    (said,) = (str(c) for c in fit.warnings if c.code == "correlation-not-identified")
    assert "never occur in one group (a and c)" in said
    whole = Multivariate("outcome", structure="UN").fit(in_pairs("ab bc ac " * 6))
    assert "correlation-not-identified" not in {c.code for c in whole.warnings}


def test_a_profile_needs_every_outcome_in_two_studies() -> None:
    fit = Multivariate("outcome", structure="UN").fit(in_pairs("ab " * 11 + "abz"))
    with pytest.raises(ModelError, match="needs every inner level in two groups"):
        fit.component_intervals()
