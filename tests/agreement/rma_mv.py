"""Multilevel and multivariate models: metafor's rma.mv and what follows it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import MetaRegression, wald_test
from mdmameta.models.frequentist.multilevel import (
    Multilevel,
    MultilevelFit,
    Multivariate,
)
from reference_cases import Comparison, LeftOut, load, numbers

STRUCTURES = ("CS", "HCS", "UN", "ID", "DIAG")
INTERVALS = {"z": "wald", "t": "t", "contain": "contain"}
COLUMNS = {"beta": "value", "se": "se", "zval": "statistic", "pval": "p_value"}
COLUMNS |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}


def compare_rma_mv(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    fit = fitted(name, check["on"], asked(a))
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "p", len(fit.coefficients), r["p"])
    for theirs, ours in COLUMNS.items():
        to.add(check, theirs, fit.coefficients[ours], r[theirs])
    to.add(check, "vb", fit.vcov, r["vb"])
    to.add(check, "ddf", fit.coefficients["df"], r["ddf"])
    to.add(check, "QE", fit.heterogeneity.q, r["QE"])
    to.add(check, "QEp", fit.heterogeneity.q_p, r["QEp"])
    p = len(fit.coefficients)
    tested = np.eye(p)[int("mods" in a and "- 1" not in a["mods"]) :]
    test = wald_test(fit, tested)
    to.add(check, "QM", test.statistic, r["QM"])
    to.add(check, "QMdf", [test.df, test.df_residual], r["QMdf"])
    to.add(check, "QMp", test.p_value, r["QMp"])
    if isinstance(fit, MultilevelFit):
        compare_variances(to, check, fit)
        compare_likelihoods(to, check, fit)
    if "predict" in r:
        compare_prediction(to, check, fit)


def compare_variances(to: Comparison, check: dict[str, Any], fit: Any) -> None:
    r, table = check["result"], fit.components
    kind = table["component"].str.split("[ \\[]", expand=True)[0]
    for ours in ("sigma2", "tau2", "rho"):
        of = table.loc[kind == ours, "value"]
        if len(of):
            to.add(check, ours, of, r[ours])


def compare_likelihoods(to: Comparison, check: dict[str, Any], fit: Any) -> None:
    for kind, of in (("ML", fit.ml), ("REML", fit.reml)):
        for theirs, ours in (("ll", "value"), *((k, k.lower()) for k in CRITERIA)):
            key = f"{theirs}_{kind}"
            to.add(check, key, getattr(of, ours), check["result"][key])


CRITERIA = ("AIC", "BIC", "AICc")


def compare_prediction(to: Comparison, check: dict[str, Any], fit: Any) -> None:
    e, r = fit.estimate, check["result"]["predict"]
    ours = {"pred": e.value, "se": e.se, "ci_lb": e.ci_low, "ci_ub": e.ci_high}
    ours |= {"pi_lb": e.pi_low, "pi_ub": e.pi_high}
    for key, value in ours.items():
        to.add(check, key, value, r[key])


def compare_anova(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    if "contrast" not in a:
        raise LeftOut("a comparison of univariate models")
    fit = fitted(name, check["on"], asked(a))
    contrast = np.array(a["contrast"], dtype=float)
    value = float(contrast @ fit.params)
    se = float(np.sqrt(contrast @ fit.vcov @ contrast))
    to.add(check, "est", value, r["est"])
    to.add(check, "se", se, r["se"])
    to.add(check, "zval", value / se, r["zval"])
    to.add(check, "pval", wald_test(fit, contrast).p_value, r["pval"])


def compare_confint(to: Comparison, name: str, check: dict[str, Any]) -> None:
    """R keeps the interval of the last component alone in these files."""
    a, r = check["args"], check["result"]
    if not ("model" in a or "random" in a):
        raise LeftOut("an interval of a univariate model")
    fit = fitted(name, check["on"], asked(a))
    assert isinstance(fit, MultilevelFit)
    (found,) = r.values()
    last = fit.components["component"].iloc[-1]
    row = fit.component_intervals(last).iloc[0]
    for key, ours in (("estimate", "value"), ("ci_lb", "ci_low"), ("ci_ub", "ci_high")):
        scales = [row[ours], np.sqrt(row[ours])] if "sigma2" in last else [row[ours]]
        to.add(check, key, scales, found[key])


def compare_ranef(to: Comparison, name: str, check: dict[str, Any]) -> None:
    if "model" not in check["args"]:
        raise LeftOut("random effects of a univariate model")
    fit = fitted(name, check["on"], asked(check["args"]))
    assert isinstance(fit, MultilevelFit)
    for level, table in fit.random_effects().items():
        theirs = check["result"][level]
        table = table.iloc[as_r_sorts(table["group"])]
        to.add(check, f"{level} intrcpt", table["value"], theirs["intrcpt"])
        to.add(check, f"{level} se", table["se"], theirs["se"])


def as_r_sorts(groups: Any) -> list[int]:
    """Places of labels in the order of R's locale, which has no capitals."""
    keys = [
        [(not part.isdigit(), int(part) if part.isdigit() else 0, bare(part))
         for part in group.split("/")]
        for group in groups
    ]  # fmt: skip
    return sorted(range(len(keys)), key=keys.__getitem__)


def bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def asked(a: dict[str, Any]) -> tuple[str, ...]:
    """What a call asks for, so that calls with the same share one fit."""
    if a.get("struct", "CS") not in STRUCTURES:
        raise LeftOut(f"structure {a['struct']}")
    interval = INTERVALS[a.get("dfs", a.get("test", "z"))]
    mods = a.get("mods", "~ outcome - 1" if "contrast" in a else "")
    if a.get("type") == "PL" and "random" in a:
        mods = "~ outcome - 1"
    random, struct = a.get("random", a.get("model")), a.get("struct", "")
    return (
        random, struct, a.get("method", "REML"), interval, mods, str(a.get("rho", ""))
    )  # fmt: skip


@cache
def fitted(name: str, on: str, of: tuple[str, ...]) -> Any:
    random, struct, method, interval, mods, rho = of
    formula = None if not mods else formula_of(mods)
    effects = effects_of(name, on, random, rho)
    shared: Any = {"formula": formula, "method": method, "interval": interval}
    if random == "none":
        return MetaRegression(formula_of(mods), tau2=0.0, interval="wald").fit(effects)
    left, right = random.removeprefix("~ ").split(" | ")
    if left == "1":
        return Multilevel(right.split("/"), **shared).fit(effects)
    inner = re.sub(r"factor\((\w+)\)", r"\1", left)
    return Multivariate(inner, right, struct, **shared).fit(effects)


def formula_of(mods: str) -> str:
    """R's formula here; text needs no C(), which cannot hold a Python keyword."""
    text = re.sub(r"factor\((\w+)\)", r"C(\1)", mods)
    return text.replace("C(class)", "class")


@cache
def effects_of(name: str, on: str, random: str, rho: str) -> Effects:
    entry = load(name)["effects"][on]
    y, v = numbers(entry["yi"]), numbers(entry["vi"])
    moderators = dict(entry.get("mods", {}))
    for column in ("trial", "outcome", "year"):
        if column in entry:
            moderators[column] = entry[column]
    if "year" in entry:
        moderators["yc"] = np.array(entry["year"], dtype=float) - 1983
    if "V" in entry:
        V = numbers(entry["V"]).reshape(y.size, -1)
        return Effects.from_arrays(y, V=V, moderators=moderators)
    if not rho:
        return Effects.from_arrays(y, v, moderators=moderators)
    outer = np.array(moderators[re.split(r"[|/]", random)[1].strip()])
    R = np.where(outer[:, None] == outer, float(rho), 0.0)
    np.fill_diagonal(R, 1.0)
    V = R * np.sqrt(np.outer(v, v))
    return Effects.from_arrays(y, V=V, moderators=moderators)


COMPARE = {
    "rma.mv": compare_rma_mv,
    "anova": compare_anova,
    "confint": compare_confint,
    "ranef": compare_ranef,
}
