"""Selection models: metafor's selmodel."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.selection import SelectionFit, SelectionModel
from metafor_models import effects
from reference_cases import Comparison


def fitted(name: str, check: dict[str, Any]) -> SelectionFit:
    args = check["args"]
    chosen = {key: args[key] for key in ("type", "alternative", "delta") if key in args}
    if "steps" in args:
        chosen["steps"] = args["steps"]
    return SelectionModel(**chosen).fit(effects(name, check["on"]))


def compare_selmodel(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = fitted(name, check), check["result"]
    of, found = fit.coefficients, fit.selection
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "ll_ML", found.log_likelihood, r["ll_ML"])
    to.add(check, "LRT", found.statistic, r["LRT"])
    to.add(check, "LRTdf", found.df, r["LRTdf"])
    to.add(check, "LRTp", found.p_value, r["LRTp"])
    to.add(check, "LRT_tau2", found.tau2_statistic, r["LRT_tau2"])
    to.add(check, "LRTp_tau2", found.tau2_p_value, r["LRTp_tau2"])
    p = r["p"] + np.isfinite(fit.heterogeneity.tau2) + found.df
    ll = LogLikelihood(value=found.log_likelihood, parameters=int(p), n=fit.k)
    to.add(check, "AIC_ML", ll.aic, r["AIC_ML"])
    to.add(check, "BIC_ML", ll.bic, r["BIC_ML"])
    to.add(check, "AICc_ML", ll.aicc, r["AICc_ML"])
    columns = {"beta": "value", "se": "se", "zval": "statistic", "pval": "p_value"}
    columns |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}
    for theirs, ours in columns.items():
        to.add(check, theirs, of[ours], r[theirs])
    to.add(check, "tau2", fit.heterogeneity.tau2, r["tau2"])
    to.add(check, "se_tau2", fit.heterogeneity.tau2_se, r["se_tau2"])
    to.add(check, "delta", found.weights["value"], r["delta"])
    to.add(check, "se_delta", found.weights["se"], r["se_delta"])
    to.add(check, "ci_lb_delta", found.weights["ci_low"], r["ci_lb_delta"])
    to.add(check, "ci_ub_delta", found.weights["ci_high"], r["ci_ub_delta"])
    compare_omnibus(to, check, fit)
    if "k" in r["ptable"]:
        to.add(check, "ptable", found.weights["k"], r["ptable"]["k"])


def compare_omnibus(to: Comparison, check: dict[str, Any], fit: SelectionFit) -> None:
    r, e = check["result"], fit.estimate
    test = fit.omnibus
    statistic, p = (
        (test.statistic, test.p_value) if test else (e.statistic**2, e.p_value)
    )
    to.add(check, "p", len(fit.coefficients), r["p"])
    to.add(check, "QM", statistic, r["QM"])
    to.add(check, "QMdf", [test.df if test else 1, np.nan], r["QMdf"])
    to.add(check, "QMp", p, r["QMp"])


COMPARE = {"selmodel": compare_selmodel}
