"""Package meta's metagen, where its method has a model here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
from scipy.special import chdtrc

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, RandomEffects, r_b, subgroups
from mdmameta.models.frequentist.intervals import WaldTest
from mdmameta.models.frequentist.tau2 import ESTIMATORS
from mdmameta.options import Prediction
from metafor_models import effects
from reference_cases import Comparison, LeftOut, numbers

#: meta finds the limits of tau2 by R's uniroot with its default tolerance, an
#: absolute 1.2e-4; half as much again is allowed.
ROOT_BY_DEFAULT = {"class": "uniroot default", "rel": 1e-6, "abs": 1.8e-4}

#: method.tau.ci -> option; Biggerstaff and Jackson's (BJ) is not here, and meta
#: printed the Q-profile interval when asked for that of the profile (PL).
TAU2_INTERVALS: dict[str, Any] = {"QP": "qprofile", "J": "jackson", "PL": "qprofile"}

#: method.random.ci and adhoc.hakn.ci -> interval.
INTERVALS = {
    ("classic", ""): "wald",
    ("HK", ""): "knapp-hartung",
    ("HK", "se"): "knapp-hartung-adhoc",
    ("HK", "ci"): "knapp-hartung-ci",
    ("HK", "IQWiG6"): "knapp-hartung-IQWiG6",
    ("KR", ""): "kenward-roger",
}


#: Keys of a subgroup, before "_random_w" or "_common_w", and columns here.
SUBGROUP_COLUMNS = {"TE": "value", "seTE": "se", "lower": "ci_low", "upper": "ci_high"}


def model(args: dict[str, Any]) -> RandomEffects:
    """The model that stands for a call."""
    ci = args.get("method.random.ci", "classic"), args.get("adhoc.hakn.ci", "")
    predict: Any = args.get("method.predict", "V")
    if args["method.tau"] not in ESTIMATORS:
        raise LeftOut("estimator")
    if ci not in INTERVALS:
        raise LeftOut(f"interval {' '.join(ci).strip()}")
    if predict not in get_args(Prediction):
        raise LeftOut(f"prediction {predict}")
    interval: Any = INTERVALS[ci]
    return RandomEffects(args["method.tau"], interval, predict)


def compare_random(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    r, e, h = check["result"], fit.estimate, fit.heterogeneity
    ours = {
        "TE_random": e.value,
        "seTE_random": e.se,
        "lower_random": e.ci_low,
        "upper_random": e.ci_high,
        "statistic_random": e.statistic,
        "pval_random": e.p_value,
        "df_random": e.df,
        "tau2": h.tau2,
        "se_tau2": h.tau2_se,
        "Q": h.q,
        "df_Q": h.q_df,
        "pval_Q": h.q_p,
        "k": fit.k,
        "k_TE": fit.k,
    }
    for key, mine in ours.items():
        to.add(check, key, mine, r[key])
    to.add(check, "tau", h.tau2, numbers(r["tau"]) ** 2)
    # At meta's own tau2: where v is small, its rounding moves weights and shares.
    theirs = float(np.nan_to_num(numbers(r["tau2"]))[0])
    there = RandomEffects(theirs).fit(fit.effects)
    _compare_weights(to, check, there, "w_random")
    share = r_b(there)
    to.add(check, "Rb", share.percent / 100, r["Rb"])
    to.add(check, "lower_Rb", share.delta_low / 100, r["lower_Rb"])
    to.add(check, "upper_Rb", share.delta_high / 100, r["upper_Rb"])
    to.add(check, "lower_predict", e.pi_low, r["lower_predict"])
    to.add(check, "upper_predict", e.pi_high, r["upper_predict"])
    _compare_intervals_of_tau2(to, check, fit)


def _compare_intervals_of_tau2(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    args, r = check["args"], check["result"]
    # For DL meta prints Jackson's interval unless another is asked for.
    usual = "J" if args["method.tau"] == "DL" else "QP"
    kind = TAU2_INTERVALS.get(args.get("method.tau.ci", usual))
    if kind and isinstance(fit.model, RandomEffects) and fit.k > 1:
        h = replace(fit.model, tau2_interval=kind).fit(fit.effects).heterogeneity
        rough = {**check, "tol": ROOT_BY_DEFAULT}
        to.add(rough, f"{kind} lower_tau2", h.tau2_ci[0], r["lower_tau2"])
        to.add(rough, f"{kind} upper_tau2", h.tau2_ci[1], r["upper_tau2"])


def compare_common(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    r, e = check["result"], fit.estimate
    to.add(check, "TE_common", e.value, r["TE_common"])
    to.add(check, "seTE_common", e.se, r["seTE_common"])
    to.add(check, "lower_common", e.ci_low, r["lower_common"])
    to.add(check, "upper_common", e.ci_high, r["upper_common"])
    to.add(check, "pval_common", e.p_value, r["pval_common"])
    if check["args"].get("method.I2") != "tau2":
        to.add(check, "I2", fit.heterogeneity.i2 / 100, r["I2"])
    to.add(check, "statistic_common", e.statistic, r["statistic_common"])
    _compare_weights(to, check, fit, "w_common")


def _compare_weights(to: Comparison, check: dict[str, Any], fit: Fit, key: str) -> None:
    """Shares of the weight; meta lists studies without an effect as well."""
    weights = numbers(check["result"][key])
    if weights.size == fit.k:
        to.add(check, key, fit.weights, 100 * weights / weights.sum())


def compare_metagen(to: Comparison, name: str, check: dict[str, Any]) -> None:
    data, here = effects(name, check["on"]), model(check["args"])
    compare_random(to, check, here.fit(data))
    compare_common(to, check, CommonEffect().fit(data))
    if "subgroup" in check["args"]:
        compare_subgroups(to, check, data, here)


def compare_subgroups(
    to: Comparison, check: dict[str, Any], data: Effects, here: RandomEffects
) -> None:
    args, r = check["args"], check["result"]
    kind: Any = "common" if args["tau.common"] else "separate"
    random = subgroups(data, args["subgroup"], here, tau2=kind)
    common = subgroups(data, args["subgroup"], RandomEffects(0.0, "wald"))
    at = [random.levels.index(str(level)) for level in r["subgroup_levels"]]
    for kind, found in {"random": random, "common": common}.items():
        _compare_between(to, check, found.between, kind)
        table = found.to_frame().iloc[at]
        for theirs, ours in SUBGROUP_COLUMNS.items():
            to.add(check, f"{theirs}_{kind}_w", table[ours], r[f"{theirs}_{kind}_w"])
    table = random.to_frame().iloc[at]
    to.add(check, "k_w", table["k"], r["k_w"])
    to.add(check, "Q_w", table["q"], r["Q_w"])
    df = table["k"].sum() - len(table)
    to.add(check, "df_Q_w", df, r["df_Q_w"])
    to.add(check, "pval_Q_w_common", chdtrc(df, table["q"].sum()), r["pval_Q_w_common"])
    own = np.maximum(0.0, 1 - (table["k"] - 1) / table["q"])
    to.add(check, "I2_w", own.where(table["k"] > 1), r["I2_w"])
    to.add(check, "tau_w", table["tau2"], numbers(r["tau_w"]) ** 2)
    to.add(check, "tau2_w", table["tau2"], r["tau2_w"])
    to.add(check, "lower_predict_w", table["pi_low"], r["lower_predict_w"])
    to.add(check, "upper_predict_w", table["pi_high"], r["upper_predict_w"])
    to.add(check, "Q_w_common", table["q"].sum(), r["Q_w_common"])


def _compare_between(
    to: Comparison, check: dict[str, Any], test: WaldTest, kind: str
) -> None:
    r = check["result"]
    to.add(check, f"Q_b_{kind}", test.statistic, r[f"Q_b_{kind}"])
    to.add(check, f"df_Q_b_{kind}", test.df, r[f"df_Q_b_{kind}"])
    to.add(check, f"pval_Q_b_{kind}", test.p_value, r[f"pval_Q_b_{kind}"])


COMPARE = {"meta::metagen": compare_metagen}
