"""Residuals of multilevel fits, against refits by hand and exact formulas."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.models.frequentist import (
    Multilevel,
    Multivariate,
    RandomEffects,
)
from mdmameta.sensitivity import rstandard, rstudent


def nested(seed: int = 0, studies: int = 8) -> Effects:
    rng = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), rng.integers(1, 4, studies))
    v = rng.uniform(0.02, 0.2, study.size)
    y = rng.normal(0, 0.5, studies)[study] + rng.normal(0, np.sqrt(v + 0.05))
    effects = Effects.from_arrays(
        y,
        v,
        study=study.astype(str),
        moderators={"x": rng.normal(size=v.size), "lab": study // 2},
    )
    return with_covariance(effects, "study", rho=0.5)


EFFECTS = nested()
MODEL = Multilevel(["study", "effect"], formula="~ x")


def marginal(effects: Effects, variances) -> np.ndarray:
    """V with a variance between and one within studies, by hand."""
    same = effects.study[:, None] == effects.study
    between, within = variances
    return effects.V + between * same + within * np.eye(effects.k)


def test_a_deleted_residual_is_that_of_a_refit_by_hand() -> None:
    table = rstudent(EFFECTS, MODEL)
    for row in range(EFFECTS.k):
        fit = MODEL.fit(EFFECTS.take(np.arange(EFFECTS.k) != row))
        x = np.array([1.0, EFFECTS.frame["x"][row]])
        variances = fit.components["value"]
        se = np.sqrt(marginal(EFFECTS, variances)[row, row] + x @ fit.vcov @ x)
        resid = EFFECTS.y[row] - x @ fit.coefficients["value"]
        assert table["resid"][row] == pytest.approx(resid, rel=1e-5)
        assert table["se"][row] == pytest.approx(se, rel=1e-5)
    np.testing.assert_allclose(table["z"], table["resid"] / table["se"])
    assert set(table["note"]) == {""}


def test_residuals_of_a_cluster_are_those_of_a_refit_without_it() -> None:
    table = rstudent(EFFECTS, MODEL, cluster="lab")
    for lab, rows in table.groupby("cluster"):
        inside = np.asarray(EFFECTS.frame["lab"] == lab)
        fit = MODEL.fit(EFFECTS.take(~inside))
        X = np.column_stack([np.ones(EFFECTS.k), EFFECTS.frame["x"]])[inside]
        resid = EFFECTS.y[inside] - X @ fit.coefficients["value"]
        C = marginal(EFFECTS, fit.components["value"])[np.ix_(inside, inside)]
        C = C + X @ fit.vcov @ X.T
        np.testing.assert_allclose(rows["resid"], resid, rtol=1e-5)
        np.testing.assert_allclose(rows["se"], np.sqrt(np.diag(C)), rtol=1e-5)
        x2 = resid @ np.linalg.solve(C, resid)
        np.testing.assert_allclose(rows["x2"], x2, rtol=1e-5)
        np.testing.assert_allclose(
            rows["p_value"], chi2.sf(x2, inside.sum()), rtol=1e-4
        )
        assert set(rows["k"]) == {inside.sum()}


def test_with_variances_kept_independent_clusters_obey_the_formula_for_all_rows() -> (
    None
):
    # With P = W - WX (X'WX)^-1 X'W: e = P_cc^-1 (Py)_c, of covariance P_cc^-1.
    table = rstudent(EFFECTS, MODEL, cluster="study", reestimate=False)
    of = MODEL.fit(EFFECTS).estimation
    X, W = of.design.X, np.linalg.inv(of.marginal())
    P = W - W @ X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W
    Py = P @ EFFECTS.y
    for study in np.unique(EFFECTS.study):
        c = np.flatnonzero(EFFECTS.study == study)
        inverse = np.linalg.inv(P[np.ix_(c, c)])
        rows = table.iloc[c]
        np.testing.assert_allclose(rows["resid"], inverse @ Py[c], rtol=1e-9)
        np.testing.assert_allclose(rows["se"], np.sqrt(np.diag(inverse)), rtol=1e-9)
        np.testing.assert_allclose(rows["x2"], Py[c] @ inverse @ Py[c], rtol=1e-9)


def test_standardised_residuals_have_the_covariance_that_the_hat_matrix_leaves() -> (
    None
):
    table = rstandard(EFFECTS, MODEL, cluster="lab")
    of = MODEL.fit(EFFECTS).estimation
    X, M = of.design.X, of.marginal()
    W = np.linalg.inv(M)
    left = np.eye(EFFECTS.k) - X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W
    resid, C = left @ EFFECTS.y, left @ M @ left.T
    np.testing.assert_allclose(table["resid"], resid, rtol=1e-9)
    np.testing.assert_allclose(table["se"], np.sqrt(np.diag(C)), rtol=1e-9)
    first = np.flatnonzero(EFFECTS.frame["lab"] == 0)
    x2 = resid[first] @ np.linalg.solve(C[np.ix_(first, first)], resid[first])
    assert table["x2"][0] == pytest.approx(x2, rel=1e-8)


def test_a_level_of_single_rows_has_the_residuals_of_a_random_effects_model() -> None:
    plain = Effects.from_arrays(EFFECTS.y, EFFECTS.v, study=EFFECTS.study)
    for residuals in (rstandard, rstudent):
        ours = residuals(plain, Multilevel(["effect"]))
        theirs = residuals(plain, RandomEffects(interval="wald"))
        for column in ("resid", "se", "z"):
            np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-5)


def test_a_row_that_carries_a_component_or_coefficient_has_a_note_in_place() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.3, 0.2, 0.6, 0.9], [0.02] * 5, study=list("AABCD"),
        moderators={"control": ["x", "x", "x", "y", "x"]},
    )  # fmt: skip
    table = rstudent(effects, Multilevel(formula="~ control"))
    assert table["z"].isna().tolist() == [True, True, False, True, False]
    assert "'study' are those at 'study/effect'" in table["note"][0]
    assert "control[T.y]" in table["note"][3]
    assert table["note"][[2, 4]].tolist() == ["", ""]
    kept = rstudent(effects, Multilevel(formula="~ control"), reestimate=False)
    assert kept["z"].isna().tolist() == [False, False, False, True, False]


def test_a_cluster_that_fixes_a_coefficient_has_no_internal_residual() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.3, 0.2, 0.6, 0.9], [0.02] * 5, study=list("AABCD"),
        moderators={"control": ["x", "x", "x", "y", "x"]},
    )  # fmt: skip
    table = rstandard(effects, Multilevel(formula="~ control"), cluster="study")
    assert table["z"].isna().tolist() == [False, False, False, True, False]
    assert table["x2"].isna().tolist() == [False, False, False, True, False]


def test_errors_that_are_robust_leave_residuals_as_they_are() -> None:
    robust = Multilevel(["study", "effect"], formula="~ x", robust="CR2")
    ours = rstudent(EFFECTS, robust, cluster="study")
    theirs = rstudent(EFFECTS, MODEL, cluster="study")
    np.testing.assert_allclose(ours["se"], theirs["se"])


def test_clusters_of_a_true_model_have_chi_squared_residuals() -> None:
    rng = np.random.default_rng(5)
    study = np.repeat(np.arange(300), 3)
    outcome = np.tile(list("abc"), 300)
    v = rng.uniform(0.02, 0.1, study.size)
    true = rng.normal(0, 0.4, 300)[study] + rng.normal(0, 0.2, study.size)
    effects = Effects.from_arrays(
        true + rng.normal(0, np.sqrt(v)), v, study=study.astype(str),
        moderators={"outcome": outcome},
    )  # fmt: skip
    model = Multivariate("outcome", structure="CS")
    table = rstudent(effects, model, cluster="study", reestimate=False)
    x2 = table["x2"].to_numpy()[::3]
    assert x2.mean() == pytest.approx(3, abs=4 * np.sqrt(6 / 300))
    assert (table["p_value"][::3] < 0.05).mean() == pytest.approx(0.05, abs=0.05)
