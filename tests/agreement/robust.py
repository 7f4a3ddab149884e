"""Cluster-robust inference: metafor's robust and clubSandwich's coef_test."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, wald_test
from mdmameta.models.frequentist.cluster_robust import ClusterRobust, robust
from reference_cases import Comparison, load, numbers


def call_of_model(name: str, check: dict[str, Any]) -> dict[str, Any]:
    """The call of rma.mv by REML that made the fit of a check."""
    a = check["args"]
    asked = (a["model"], a.get("V", "diag(vi)"), a.get("rho"), a.get("mods"))
    for other in load(name)["checks"]:
        b = other["args"]
        if other["fn"] == "rma.mv" and other["on"] == check["on"]:
            same = (b.get("random"), b["V"], b.get("rho"), b.get("mods"))
            if same == asked and b["method"] == "REML" and "dfs" not in b:
                return other
    raise AssertionError(f"{check['id']} has no rma.mv")


def sampling_covariance(v: np.ndarray, cluster: np.ndarray, rho: float) -> np.ndarray:
    same = cluster[:, None] == cluster
    correlation = np.where(same, rho, 0.0) + (1 - rho) * np.eye(v.size)
    return correlation * np.sqrt(np.outer(v, v))


@cache
def effects(name: str, on: str, check_id: str) -> Effects:
    """Effects with the marginal covariance that R estimated as their V.

    The weighted regression of R's fit is then that of a common effect, so that
    robust inference is compared without our estimates of the variances.
    """
    check = next(c for c in load(name)["checks"] if c["id"] == check_id)
    entry, result = load(name)["effects"][on], check["result"]
    levels = check["args"]["random"].removeprefix("~ 1 | ").split("/")
    v, outer = numbers(entry["vi"]), np.array(entry["mods"][levels[0]])
    M = sampling_covariance(v, outer, check["args"].get("rho", 0.0))
    between, within = result["sigma2"]
    M = M + between * (outer[:, None] == outer) + within * np.eye(v.size)
    return Effects.from_arrays(numbers(entry["yi"]), V=M, moderators=entry["mods"])


def formula_of(mods: str) -> str:
    """R's formula here; text needs no C(), which cannot hold a Python keyword."""
    text = re.sub(r"factor\((\w+)\)", r"C(\1)", mods)
    return text.replace("C(class)", "class")


def fitted(name: str, check: dict[str, Any]) -> Fit:
    of = effects(name, check["on"], call_of_model(name, check)["id"])
    mods = check["args"].get("mods")
    if mods is None:
        return CommonEffect().fit(of)
    return MetaRegression(formula_of(mods), tau2=0.0, interval="wald").fit(of)


def compare_robust(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    club = a.get("clubSandwich", False)
    kind, df = (a["type"], "satterthwaite") if club else ("CR1p", "clusters")
    fit = robust(fitted(name, check), a["cluster"], kind, df)
    table = fit.coefficients
    columns = {"beta": "value", "se": "se", "stat": "statistic", "pval": "p_value"}
    columns |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}
    for theirs, ours in columns.items():
        to.add(check, theirs, table[ours], r[theirs])
    to.add(check, "dfs", table["df"] if club else table["df"][:1], r["dfs"])
    p = len(table)
    assert isinstance(fit.model, ClusterRobust)
    to.add(check, "n", fit.model.sandwich(fit).clusters.m, r["n"])
    test = wald_test(fit, np.eye(p)[p > 1 :])
    to.add(check, "QM", test.statistic, r["QM"])
    to.add(check, "QMdf", [test.df, test.df_residual], r["QMdf"])
    to.add(check, "QMp", test.p_value, r["QMp"])


def compare_coef_test(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    table = robust(fitted(name, check), a["cluster"], a["vcov"]).coefficients
    columns = {"beta": "value", "SE": "se", "tstat": "statistic"}
    columns |= {"df_Satt": "df", "p_Satt": "p_value"}
    for theirs, ours in columns.items():
        to.add(check, theirs, table[ours], r[theirs])


COMPARE = {"robust": compare_robust, "clubSandwich::coef_test": compare_coef_test}
