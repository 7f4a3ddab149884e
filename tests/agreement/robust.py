"""Cluster-robust inference: metafor's robust and clubSandwich's coef_test."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import numpy as np

from mdmameta.effects.vcalc import with_covariance
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Multilevel, wald_test
from mdmameta.models.frequentist.cluster_robust import ClusterRobust, robust
from metafor_models import effects
from reference_cases import Comparison


def formula_of(mods: str) -> str:
    """R's formula here; text needs no C(), which cannot hold a Python keyword."""
    text = re.sub(r"factor\((\w+)\)", r"C(\1)", mods)
    return text.replace("C(class)", "class")


@cache
def fitted_call(name: str, on: str, call: str) -> Fit:
    """The fit by REML that stands for a call of rma.mv, given as sorted JSON."""
    a, of = json.loads(call), effects(name, on)
    levels = a["model"].removeprefix("~ 1 | ").split("/")
    if a["V"] == "vcalc CS":
        of = with_covariance(of, levels[0], rho=a["rho"])
    formula = formula_of(a["mods"]) if a["mods"] else None
    return Multilevel(levels, formula=formula).fit(of)


def fitted(name: str, check: dict[str, Any]) -> Fit:
    a = check["args"]
    call = {key: a.get(key) for key in ("model", "rho", "mods")}
    call["V"] = a.get("V", "diag(vi)")
    return fitted_call(name, check["on"], json.dumps(call, sort_keys=True))


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
