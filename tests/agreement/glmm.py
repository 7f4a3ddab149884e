"""Models of counts: metafor's rma.glmm."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.binomial_normal import (
    BinomialNormal,
    BinomialNormalFit,
)
from mdmameta.models.frequentist.binomial_normal.optimum import (
    Optimum,
    with_heterogeneity,
)
from mdmameta.models.frequentist.information import LogLikelihood
from reference_cases import Comparison, load, numbers

#: Measures of one group, for which ``model`` means nothing.
SINGLE = ("PLO", "PLN", "PR", "IRLN")


def effects(name: str, cols: dict[str, str], measure: str) -> Effects:
    columns = {arg: numbers(load(name)["inputs"][col]) for arg, col in cols.items()}
    if "bi" in columns:
        columns["n1i"] = columns["ai"] + columns["bi"]
        columns["n2i"] = columns["ci"] + columns["di"]
    if "mi" in columns:
        columns["ni"] = columns["xi"] + columns["mi"]
    k = len(next(iter(columns.values())))
    return Effects.from_arrays(
        np.zeros(k), np.ones(k), measure=measure, moderators=columns
    )


def model_of(a: dict[str, Any]) -> BinomialNormal:
    """The model of a call; R approximates two random effects by one node."""
    kind = a.get("model") or "CM.EL"
    coarse = kind == "UM.RS" and a["method"] == "ML"
    return BinomialNormal(
        kind,
        a["measure"],
        a["method"],
        "t" if a["test"] == "t" else "wald",
        coding=float(a.get("coding", 0.5)),
        correlated=bool(a.get("cor", False)),
        nodes=1 if coarse else None,
    )


def maximum(model: BinomialNormal, of: Effects) -> Optimum:
    """Where the likelihood is largest."""
    counts, _, setup = model._read(of)
    common = model._common(of, counts, setup)
    if model.method == "EE":
        return common
    return with_heterogeneity(setup, common, 0.5, model.nodes)


def metafors_log_likelihood(
    model: BinomialNormal, of: Effects, fit: BinomialNormalFit
) -> float:
    """What metafor prints as the log-likelihood of a model fitted by lme4.

    With one node it is Laplace's; with several lme4 gives it relative to a
    model with one parameter a count, constants of the counts left out, and
    metafor, for models with one random effect of ML, the likelihood of the
    counts given the modes of their random effects.
    """
    best = maximum(model, of)
    if best.problem.q == 0 or (model.model, model.measure) == ("CM.EL", "OR"):
        return fit.likelihood.value
    if model.method == "EE":
        return fit.likelihood.value - float(best.problem.family.best()[1].sum())
    if best.problem.q == 2:
        return fit.likelihood.value
    at, z = best.summit.point, best.summit.at.modes[:, :, None]
    eta = best.problem.fixed(at)[:, :, None] + best.problem.loads(at) @ z
    return float(best.problem.family(eta)[0].sum())


def compare_glmm(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    of, model = effects(name, a["cols"], a["measure"]), model_of(a)
    fit = model.fit(of)
    e, h, tests = fit.estimate, fit.heterogeneity, fit.tests
    ours = {"beta": e.value, "se": e.se, "zval": e.statistic, "pval": e.p_value}
    ours |= {"ci_lb": e.ci_low, "ci_ub": e.ci_high, "tau2": h.tau2, "k": fit.k}
    ours |= {"QMp": e.p_value, "QMdf": [1, e.df]}
    ours |= {
        "p": len(fit.coefficients),
        "I2": h.i2,
        "H2": h.h2,
        "vt": h.typical_v,
        "se_tau2": h.tau2_se,
    }
    ours |= {"QE_Wld": tests.wald, "QEp_Wld": tests.wald_p, "QE_df": tests.df}
    ours |= {"QE_LRT": tests.likelihood_ratio, "QEp_LRT": tests.likelihood_ratio_p}
    if fit.levels is not None:
        ours |= {"sigma2": fit.levels.sigma2}
    p, n = fit.likelihood.parameters, fit.likelihood.n
    value = metafors_log_likelihood(model, of, fit)
    ll = LogLikelihood(value=value, parameters=p, n=n)
    ours |= {"ll_ML": ll.value, "AIC_ML": ll.aic, "BIC_ML": ll.bic, "AICc_ML": ll.aicc}
    for key, value in ours.items():
        to.add(check, key, value, r[key])
    # The square of the statistic; its error is the same share of it as that of zval.
    to.add(check, "QM", abs(e.statistic), np.sqrt(r["QM"]))
    if r.get("predict"):
        compare_prediction(to, check, fit)


def compare_prediction(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    e, r = fit.estimate, check["result"]["predict"]
    ours = {"pred": e.value, "se": e.se, "ci_lb": e.ci_low, "ci_ub": e.ci_high}
    ours |= {"pi_lb": e.pi_low, "pi_ub": e.pi_high}
    for key, value in ours.items():
        if key in r:
            to.add(check, f"predict {key}", value, r[key])


COMPARE = {"rma.glmm": compare_glmm}
