"""Means and meta-regressions: metafor's rma.uni and what is asked of its fits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mdmameta.models.design import rows_without_moderators
from mdmameta.models.fit import Fit, Heterogeneity
from mdmameta.models.frequentist import Multilevel, RandomEffects
from mdmameta.models.frequentist.explained import r_squared
from mdmameta.models.frequentist.henmi_copas import henmi_copas
from mdmameta.models.frequentist.hypotheses import variance_inflation
from mdmameta.models.frequentist.likelihood_ratio import likelihood_ratio_test
from mdmameta.models.frequentist.likelihoods import likelihoods
from metafor_models import effects, fitted, model, out_of_scope
from reference_cases import Comparison, LeftOut, numbers

#: The tolerance of the references' generalised-Q limits, which are as
#: coarse as R's uniroot by default: absolute 1.2e-4. That ours solve the equation is
#: tested by another method (test_tau2_intervals).
ROOT_BY_DEFAULT = {"class": "uniroot default", "rel": 1e-6, "abs": 1.2e-4}

#: metafor's hc leaves the same default, there in the quantile; this much of a
#: half-width is allowed. Finer quadrature does not move ours (test_henmi_copas).
HC_BY_DEFAULT = 1.5e-4

COEFFICIENTS = {"beta": "value", "se": "se", "zval": "statistic", "pval": "p_value"}
COEFFICIENTS |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}

CRITERIA = {"ll": "value", "AIC": "aic", "BIC": "bic", "AICc": "aicc"}


def of_call(name: str, check: dict[str, Any]) -> Fit:
    """The fit of a call, with metafor's default estimator."""
    args = {"method": "REML", **check["args"]}
    if "random" in args or "model" in args:
        raise LeftOut("a multilevel model")
    if reason := out_of_scope(args):
        raise LeftOut(reason)
    return fitted(name, {**check, "args": args})


def compare_rma_uni(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = of_call(name, check), check["result"]
    for theirs, column in COEFFICIENTS.items():
        to.add(check, theirs, fit.coefficients[column], r[theirs])
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "vb", fit.vcov, r["vb"])
    to.add(check, "ddf", fit.estimate.df, r["ddf"])
    to.add(check, "QE", fit.heterogeneity.q, r["QE"])
    to.add(check, "QEp", fit.heterogeneity.q_p, r["QEp"])
    statistic, p = omnibus(fit)
    to.add(check, "QM", statistic, r["QM"])
    to.add(check, "QMp", p, r["QMp"])
    to.add(check, "QMdf", omnibus_df(fit), r["QMdf"])
    to.add(check, "p", len(fit.coefficients), r["p"])
    to.add(check, "s2w", scale(fit), r["s2w"])
    compare_heterogeneity(to, check, fit)
    compare_likelihoods(to, check, fit)
    if r.get("R2") is not None:
        to.add(check, "R2", r_squared(fit), r["R2"])


def compare_likelihoods(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    table = likelihoods(fit).to_frame().set_index("likelihood")
    for kind, of in table.iterrows():
        for theirs in ("ll", "AIC", "BIC", "AICc"):
            key, ours = f"{theirs}_{kind}", of[CRITERIA[theirs]]
            # metafor's BIC of no rows left is minus infinity; here it is NaN.
            if np.isfinite(ours) or fit.k > len(fit.coefficients):
                to.add(check, key, ours, check["result"][key])


def omnibus(fit: Fit) -> tuple[float, float]:
    if fit.omnibus:
        return fit.omnibus.statistic, fit.omnibus.p_value
    return fit.estimate.statistic**2, fit.estimate.p_value


def omnibus_df(fit: Fit) -> list[float]:
    if fit.omnibus:
        return [fit.omnibus.df, fit.omnibus.df_residual]
    return [1, fit.estimate.df]


def scale(fit: Fit) -> float:
    """Factor of the variances that metafor calls s2w, 1 unless by Knapp and Hartung."""
    model: Any = fit.model
    wald = replace(model, interval="wald").fit(fit.effects)
    return float(fit.vcov[0, 0] / wald.vcov[0, 0])


def compare_heterogeneity(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    h, r = fit.heterogeneity, check["result"]
    if fit.k == 1:  # metafor states 0, 0 and 1
        assert np.isnan([h.tau2, h.i2, h.h2]).all()
        return
    to.add(check, "tau2", h.tau2, r["tau2"])
    to.add(check, "se_tau2", h.tau2_se, r["se_tau2"])
    to.add(check, "I2", h.i2, r["I2"])
    to.add(check, "H2", h.h2, r["H2"])
    to.add(check, "vt", h.typical_v, r["vt"])


def compare_blup(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = with_distribution(name, check), check["result"]
    table = fit.shrunken()
    to.add(check, "pred", table["value"], r["pred"])
    to.add(check, "se", table["se"], r["se"])
    to.add(check, "pi_lb", table["ci_low"], r["pi_lb"])
    to.add(check, "pi_ub", table["ci_high"], r["pi_ub"])


def with_distribution(name: str, check: dict[str, Any]) -> Fit:
    fit = of_call(name, check)
    if fit.k == 1:
        assert fit.shrink is None
        raise LeftOut("one study has no distribution of true effects")
    return fit


def compare_ranef(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = with_distribution(name, check), check["result"]
    to.add(check, "pred", fit.shrunken()["value"] - fit.estimate.value, r["pred"])
    method = check["args"]["method"]
    if method not in ("ML", "REML") or "test" in check["args"]:
        return
    # Their errors are stated by the same model with each row as a level.
    rows = Multilevel(["effect"], method=method).fit(fit.effects)
    table = rows.random_effects()["effect"]
    # Squared, as R's are of a variance of rounding where tau2 is 0.
    to.add(check, "se", table["se"] ** 2, numbers(r["se"]) ** 2)


def compare_weights(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit = of_call(name, check)
    to.add(check, "weight", fit.weights[fit.used], check["result"]["weight"])


def compare_confint(to: Comparison, name: str, check: dict[str, Any]) -> None:
    h, r = of_call(name, check).heterogeneity, check["result"]
    to.add(check, "estimate", [h.tau2, h.tau, h.i2, h.h2], r["estimate"])
    found = r["ci_ub"][0] < searched(r)
    assert found or h.tau2_ci[1] > searched(r) or not np.isfinite(h.tau2_ci[1])
    if check["args"]["type"] == "GENQ":
        rough = {**check, "tol": ROOT_BY_DEFAULT}
        to.add(rough, "ci_lb", h.tau2_ci[0], r["ci_lb"][0])
        if found:
            to.add(rough, "ci_ub", h.tau2_ci[1], r["ci_ub"][0])
        return
    compare_limit(to, check, "ci_lb", 0, h)
    if found:
        compare_limit(to, check, "ci_ub", 1, h)


def compare_limit(
    to: Comparison, check: dict[str, Any], key: str, side: int, h: Heterogeneity
) -> None:
    tau2, r = h.tau2_ci[side], check["result"][key]
    to.add(check, key, [tau2, np.sqrt(tau2)], r[:2])
    to.add(check, f"I2 {key}", h.i2_ci[side], r[2])
    to.add(check, f"H2 {key}", h.h2_ci[side], r[3])


def searched(r: dict[str, Any]) -> float:
    """metafor searches no further than this, and then reports it as the limit."""
    return max(100.0, 10 * r["estimate"][0]) * (1 - 1e-9)


def compare_hc(to: Comparison, name: str, check: dict[str, Any]) -> None:
    e, r = henmi_copas(effects(name, check["on"])), check["result"]
    to.add(check, "beta", e.value, r["beta"])
    to.add(check, "se", e.se, r["se"])
    between = RandomEffects("DL").fit(effects(name, check["on"])).heterogeneity
    to.add(check, "tau2", between.tau2, r["tau2"])
    half = r["ci_ub"][0] - r["beta"][0]
    tolerance = {"class": "uniroot default", "rel": 1e-9, "abs": HC_BY_DEFAULT * half}
    rough = {**check, "tol": tolerance}
    to.add(rough, "ci_lb", e.ci_low, r["ci_lb"])
    to.add(rough, "ci_ub", e.ci_high, r["ci_ub"])


def compare_vif(to: Comparison, name: str, check: dict[str, Any]) -> None:
    ours = variance_inflation(of_call(name, check))
    to.add(check, "vif", ours, check["result"]["vif"])


def compare_anova(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    if "full" not in args:
        raise LeftOut("a contrast")
    on = effects(name, check["on"])
    missing = rows_without_moderators(
        args["full"].replace("factor(", "C("), on.moderators
    )
    on = on.take(np.flatnonzero(~missing))
    rest = {key: args[key] for key in args.keys() - {"full", "reduced"}}
    full, reduced = (
        model({**rest, "mods": "" if args[key] == "~ 1" else args[key]}).fit(on)
        for key in ("full", "reduced")
    )
    test = likelihood_ratio_test(full, reduced)
    to.add(check, "LRT", test.statistic, r["LRT"])
    to.add(check, "pval", test.p_value, r["pval"])
    to.add(check, "df", test.df, r["df"])
    to.add(check, "R2", test.r2, r["R2"])


COMPARE = {
    "rma.uni": compare_rma_uni,
    "blup": compare_blup,
    "ranef": compare_ranef,
    "weights": compare_weights,
    "confint": compare_confint,
    "hc": compare_hc,
    "vif": compare_vif,
    "anova": compare_anova,
}
