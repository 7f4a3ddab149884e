"""Influence on multilevel fits: refits by hand, identities, and values of metafor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.models.frequentist import Multilevel, Multivariate, RandomEffects
from mdmameta.sensitivity import influence, rstudent
from reference_cases import load

#: metafor 3.8-1 of R 4.2.2, data of metadat 1.2-0, on 22 November 2026, with
#: control = list(optimizer = "BFGS", reltol = 1e-15) so that its numbers have nine
#: digits. d <- dat.konstantopoulos2011, fit <- rma.mv(yi, vi, random = ~ 1 |
#: district/school, data = d); rows 1 to 3, districts 58, 71 and 86.
SCHOOLS = {
    "hatvalues(fit)": [0.0182464146, 0.0182464146, 0.0155621545],
    "rstudent(fit)$z": [-0.781874872, -0.869394685, 0.0987948628],
    "cooks.distance(fit)": [0.0019652073, 0.00298976206, 0.00263814184],
    "dfbetas(fit)": [-0.0446539621, -0.0552026304, 0.0503776284],
    "cooks.distance(fit, reestimate=FALSE)": [
        0.00207893427,
        0.00313974113,
        0.00258053272,
    ],
    "rstudent(fit, cluster=district)$cluster$X2": [3.64957538, 24.9432384, 0.977534073],
    "cooks.distance(fit, cluster=district)": [0.101450725, 0.558517463, 0.0656500859],
    "dfbetas(fit, cluster=district)": [-0.32371868, 1.08256982, -0.25515375],
}

#: The same with control = list(optimizer = "uobyqa", rhoend = 1e-10), the one that
#: came nearest to the peak. b <- dat.berkey1998, V <- vcalc(vi = 1, cluster = author,
#: rvars = c(v1i, v2i), data = b), fit <- rma.mv(yi, V, mods = ~ outcome - 1, random =
#: ~ outcome | trial, struct = "UN", data = b); trials 1 to 5.
TRIALS = {
    "rstudent(fit, cluster=trial)$cluster$X2": [
        1.76322687,
        8.80428081,
        3.1813186,
        1.54993574,
        4.05658633,
    ],
    "cooks.distance(fit, cluster=trial)": [
        0.458316638,
        0.996814813,
        0.749803262,
        0.457319345,
        0.576369474,
    ],
    "dfbetas(fit, cluster=trial)$AL": [
        0.00118502364,
        -1.37193649,
        0.890473263,
        0.0863436102,
        -0.0184555202,
    ],
    "dfbetas(fit, cluster=trial)$PD": [
        0.610460946,
        -0.916610426,
        0.0276069807,
        -0.489181222,
        0.709612539,
    ],
}


def nested(seed: int = 0, studies: int = 8) -> Effects:
    rng = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), rng.integers(1, 4, studies))
    v = rng.uniform(0.02, 0.2, study.size)
    y = rng.normal(0, 0.5, studies)[study] + rng.normal(0, np.sqrt(v + 0.05))
    effects = Effects.from_arrays(
        y, v, study=study.astype(str), moderators={"x": rng.normal(size=v.size)}
    )
    return with_covariance(effects, "study", rho=0.5)


EFFECTS = nested()
MODEL = Multilevel(["study", "effect"], formula="~ x")


def test_statistics_of_a_row_are_those_of_a_refit_by_hand() -> None:
    found = influence(EFFECTS, MODEL)
    whole = MODEL.fit(EFFECTS)
    X = np.column_stack([np.ones(EFFECTS.k), EFFECTS.frame["x"]])
    same = EFFECTS.study[:, None] == EFFECTS.study
    for row, one in found.frame.iterrows():
        fit = MODEL.fit(EFFECTS.take(np.arange(EFFECTS.k) != row))
        change = (whole.coefficients["value"] - fit.coefficients["value"]).to_numpy()
        between, within = fit.components["value"]
        M = EFFECTS.V + between * same + within * np.eye(EFFECTS.k)
        spread = np.linalg.inv(X.T @ np.linalg.solve(M, X))
        distance = change @ np.linalg.solve(whole.vcov, change)
        ratio = np.linalg.det(fit.vcov) / np.linalg.det(whole.vcov)
        assert one["cook_d"] == pytest.approx(distance, rel=1e-4)
        assert one["cov_r"] == pytest.approx(ratio, rel=1e-5)
        dffits = X[row] @ change / np.sqrt(X[row] @ spread @ X[row])
        assert one["dffits"] == pytest.approx(dffits, rel=1e-4)
        moved = found.dfbetas.iloc[row, 1:].to_numpy(float)
        np.testing.assert_allclose(moved, change / np.sqrt(np.diag(spread)), rtol=1e-3)
        assert one["tau2_del"] == pytest.approx(fit.heterogeneity.tau2, rel=1e-5)
        assert one["qe_del"] == pytest.approx(fit.heterogeneity.q)
        there = found.components.iloc[row, 1:].to_numpy(float)
        np.testing.assert_allclose(there, fit.components["value"], rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(
        found.frame["rstudent"], rstudent(EFFECTS, MODEL)["z"], rtol=1e-12
    )


def test_leverages_are_the_diagonal_of_the_hat_matrix_and_add_to_coefficients() -> None:
    of = MODEL.fit(EFFECTS).estimation
    X, W = of.design.X, np.linalg.inv(of.marginal())
    hat = np.diag(X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W)
    by_row = influence(EFFECTS, MODEL, reestimate=False).frame["hat"]
    np.testing.assert_allclose(by_row, hat, rtol=1e-9)
    by_study = influence(EFFECTS, MODEL, cluster="study", reestimate=False).frame
    sums = pd.Series(hat).groupby(EFFECTS.study, sort=False).sum()
    np.testing.assert_allclose(by_study["hat"], sums, rtol=1e-9)
    assert by_study["hat"].sum() == pytest.approx(2)
    assert by_study["weight"].sum() == pytest.approx(100)


def test_with_variances_kept_distances_follow_from_changes_of_coefficients() -> None:
    found = influence(EFFECTS, MODEL, cluster="study", reestimate=False)
    moved = found.dfbetas.iloc[:, 1:].to_numpy(float)
    vcov = MODEL.fit(EFFECTS).vcov
    sd = np.sqrt(np.diag(vcov))
    R = vcov / np.outer(sd, sd)
    # All rows at the variances of all rows: the units of both are the same.
    expected = np.einsum("gi,ij,gj->g", moved, np.linalg.inv(R), moved)
    np.testing.assert_allclose(found.frame["cook_d"], expected, rtol=1e-8)


def test_clusters_have_the_residuals_that_rstudent_gives_them() -> None:
    frame = influence(EFFECTS, MODEL, cluster="study").frame.set_index("cluster")
    rows = rstudent(EFFECTS, MODEL, cluster="study").groupby("cluster").first()
    for column in ("x2", "p_value", "k"):
        np.testing.assert_allclose(frame[column], rows[column][frame.index], rtol=1e-9)


def test_a_level_of_single_rows_has_the_influence_of_a_random_effects_model() -> None:
    plain = Effects.from_arrays(EFFECTS.y, EFFECTS.v, study=EFFECTS.study)
    ours = influence(plain, Multilevel(["effect"]))
    theirs = influence(plain, RandomEffects(interval="wald"))
    for column in (
        "rstudent",
        "cook_d",
        "cov_r",
        "tau2_del",
        "qe_del",
        "hat",
        "weight",
    ):
        np.testing.assert_allclose(ours.frame[column], theirs.frame[column], rtol=1e-4)
    np.testing.assert_allclose(
        ours.dfbetas["Intercept"], theirs.dfbetas["Intercept"], rtol=1e-4, atol=1e-7
    )


@pytest.mark.parametrize("cluster", [None, "study"])
def test_influence_depends_neither_on_units_nor_on_order(cluster) -> None:
    order = np.random.default_rng(0).permutation(EFFECTS.k)
    scaled = Effects.from_arrays(
        10 * EFFECTS.y, V=100 * EFFECTS.V, study=EFFECTS.study, moderators=EFFECTS.frame
    ).take(order)
    theirs = influence(EFFECTS, MODEL, cluster=cluster).frame
    ours = influence(scaled, MODEL, cluster=cluster).frame
    if cluster is None:
        theirs = theirs.iloc[order].reset_index(drop=True)
    else:
        theirs, ours = theirs.set_index("cluster"), ours.set_index("cluster")
        theirs = theirs.loc[ours.index]
    for column in ("cook_d", "cov_r", "hat", "weight"):
        np.testing.assert_allclose(ours[column], theirs[column], rtol=1e-4)


def test_a_study_that_stands_apart_is_marked_as_a_whole() -> None:
    rng = np.random.default_rng(1)
    study = np.repeat(list("ABCDEFGH"), 3)
    y = rng.normal(0, 0.1, 24) + 3 * (study == "H")
    effects = Effects.from_arrays(y, np.full(24, 0.02), study=study)
    found = influence(effects, Multilevel(), cluster="study").frame
    assert found.loc[found["is_infl"], "cluster"].tolist() == ["H"]
    assert found["x2"].idxmax() == 7
    assert not influence(effects, Multilevel()).frame["is_infl"].any()


def test_rows_that_nothing_can_do_without_are_noted_and_not_marked() -> None:
    effects = Effects.from_arrays(
        [0.1, 0.3, 0.2, 0.6, 0.9], [0.02] * 5, study=list("AABCD"),
        moderators={"control": ["x", "x", "x", "y", "x"]},
    )  # fmt: skip
    found = influence(effects, Multilevel(formula="~ control"))
    lost = found.frame["note"] != ""
    assert lost.tolist() == [True, True, False, True, False]
    assert (
        found.frame.loc[lost, ["rstudent", "cook_d", "tau2_del"]].isna().all(axis=None)
    )
    assert not found.frame.loc[lost, "is_infl"].any()
    assert found.frame["hat"].notna().all()
    assert found.components.loc[lost].iloc[:, 1:].isna().all(axis=None)


def test_the_frame_joins_changes_and_components() -> None:
    found = influence(EFFECTS, MODEL, cluster="study")
    assert list(found.to_frame()) == [
        "cluster", "k", "x2", "p_value", "cook_d", "cov_r", "tau2_del", "qe_del",
        "hat", "weight", "is_infl", "note", "dfbetas_Intercept", "dfbetas_x",
        "del_sigma2[study]", "del_sigma2[study/effect]",
    ]  # fmt: skip


def test_rows_that_are_not_used_have_no_statistics() -> None:
    y = EFFECTS.y.copy()
    y[2] = np.nan
    gappy = replace(EFFECTS, y=y)
    rest = EFFECTS.take(np.arange(EFFECTS.k) != 2)
    ours, theirs = influence(gappy, MODEL).frame, influence(rest, MODEL).frame
    pd.testing.assert_frame_equal(ours, theirs)


def close(ours, theirs) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=2e-6)


def test_schools_in_districts_have_the_influence_that_metafor_gives() -> None:
    data = load("konstantopoulos2011")
    effects = Effects.from_arrays(
        data["effects"]["SMD"]["yi"],
        data["effects"]["SMD"]["vi"],
        moderators={name: data["inputs"][name] for name in ("district", "school")},
    )
    model = Multilevel(["district", "school"])
    rows = influence(effects, model).to_frame()[:3]
    close(rows["hat"], SCHOOLS["hatvalues(fit)"])
    close(rows["rstudent"], SCHOOLS["rstudent(fit)$z"])
    close(rows["cook_d"], SCHOOLS["cooks.distance(fit)"])
    close(rows["dfbetas_Intercept"], SCHOOLS["dfbetas(fit)"])
    kept = influence(effects, model, reestimate=False).frame["cook_d"][:3]
    close(kept, SCHOOLS["cooks.distance(fit, reestimate=FALSE)"])
    whole = influence(effects, model, cluster="district").to_frame()
    whole = whole.set_index("cluster").loc[[58, 71, 86]]
    close(whole["x2"], SCHOOLS["rstudent(fit, cluster=district)$cluster$X2"])
    close(whole["cook_d"], SCHOOLS["cooks.distance(fit, cluster=district)"])
    close(whole["dfbetas_Intercept"], SCHOOLS["dfbetas(fit, cluster=district)"])


def test_trials_of_two_outcomes_have_the_influence_that_metafor_gives() -> None:
    data = load("berkey1998")["effects"]["d"]
    effects = Effects.from_arrays(
        data["yi"],
        V=np.array(data["V"]),
        moderators={name: data[name] for name in ("trial", "outcome")},
    )
    model = Multivariate("outcome", "trial", "UN", formula="~ outcome - 1")
    whole = influence(effects, model, cluster="trial").to_frame()
    close(whole["x2"], TRIALS["rstudent(fit, cluster=trial)$cluster$X2"])
    close(whole["cook_d"], TRIALS["cooks.distance(fit, cluster=trial)"])
    moved = np.concatenate(
        [TRIALS[f"dfbetas(fit, cluster=trial)${n}"] for n in ("AL", "PD")]
    )
    ours = whole[["dfbetas_outcome[AL]", "dfbetas_outcome[PD]"]].to_numpy().T.ravel()
    np.testing.assert_allclose(ours, moved, rtol=2e-6, atol=2e-7)
