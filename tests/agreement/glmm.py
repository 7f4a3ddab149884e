"""Models of counts: metafor's rma.glmm."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist.binomial_normal import BinomialNormal
from mdmameta.models.frequentist.binomial_normal.quadrature import maximise
from mdmameta.models.frequentist.binomial_normal.trials import trials
from reference_cases import Comparison, LeftOut, load, numbers


def effects(name: str, cols: dict[str, str], measure: str) -> Effects:
    columns = {arg: numbers(load(name)["inputs"][col]) for arg, col in cols.items()}
    if "bi" in columns:
        columns["n1i"] = columns["ai"] + columns["bi"]
        columns["n2i"] = columns["ci"] + columns["di"]
    k = len(next(iter(columns.values())))
    return Effects.from_arrays(
        np.zeros(k), np.ones(k), measure=measure, moderators=columns
    )


def log_likelihood(model: BinomialNormal, of: Effects) -> float:
    """Log-likelihood at the maximum, with all constants."""
    read = trials(of, model.measure, exact=model.model == "CM.EL")
    common = model.method == "EE"
    return maximise(read.likelihood, read.k, common=common).log_likelihood


def compare_glmm(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    if a.get("model", "").startswith("UM") or a["measure"] == "RR":
        raise LeftOut("unconditional models and risk ratios of counts")
    of = effects(name, a["cols"], a["measure"])
    model = BinomialNormal(
        a.get("model", "CM.EL"),
        a["measure"],
        a["method"],
        "t" if a["test"] == "t" else "wald",
    )
    fit, tests = model.fit(of), model.tests(of)
    e, h = fit.estimate, fit.heterogeneity
    ours = {"beta": e.value, "se": e.se, "zval": e.statistic, "pval": e.p_value}
    ours |= {"ci_lb": e.ci_low, "ci_ub": e.ci_high, "tau2": h.tau2, "k": fit.k}
    ours |= {"QE_Wld": tests.wald, "QEp_Wld": tests.wald_p, "QE_df": tests.df}
    ours |= {"QE_LRT": tests.likelihood_ratio, "QEp_LRT": tests.likelihood_ratio_p}
    ours["se_tau2"] = h.tau2_se
    # glmer's value with nodes lacks constants not yet accounted for here.
    if model.method == "EE" or (model.measure, model.model) == ("OR", "CM.EL"):
        ll, parameters = log_likelihood(model, of), 1 + (a["method"] == "ML")
        ours |= {"ll_ML": ll, "AIC_ML": 2 * parameters - 2 * ll}
    for key, value in ours.items():
        to.add(check, key, value, r[key])


COMPARE = {"rma.glmm": compare_glmm}
