"""Every call of rma.mh and rma.peto on events, their leave1out, and metabin's MH."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import MantelHaenszel, Peto
from mdmameta.sensitivity import leave_one_out
from reference_cases import Comparison, LeftOut, load, numbers

#: Measures of rates.
OF_RATES = ("IRR", "IRD")

RATES = ("x1i", "t1i", "x2i", "t2i")

#: Columns of the trials of MDMA, for calls that do not name theirs.
COLUMNS = {
    "ai": "es_event_arm1",
    "n1i": "es_totaln_arm1",
    "ci": "es_event_arm2",
    "n2i": "es_totaln_arm2",
}

#: R package meta adds one half to tables with a zero before it pools them.
CORRECTED: dict[str, Any] = {"add": (0.5, 0.5), "to": ("only0", "only0")}


def effects(name: str, check: dict[str, Any], measure: str) -> Effects:
    usual = dict(zip(RATES, RATES, strict=True)) if measure in OF_RATES else COLUMNS
    inputs, columns = load(name)["inputs"], check["args"].get("cols", usual)
    cells = {cell: numbers(inputs[column]) for cell, column in columns.items()}
    k = len(next(iter(cells.values())))
    return Effects.from_arrays(
        y=np.zeros(k), v=np.ones(k), measure=measure, moderators=cells
    )


#: What stands second where R is given one value of a pair.
SECOND = {"add": 0.0, "to": "none", "drop00": False}


def constants(args: dict[str, Any]) -> dict[str, Any]:
    """Return the pairs of options of a call of R, where it gave any."""
    given = {name: args[name] for name in SECOND if name in args}
    return {
        name: tuple(value) if isinstance(value, list) else (value, SECOND[name])
        for name, value in given.items()
    }


def model(args: dict[str, Any]) -> Model:
    if args.get("fit") == "rma.peto" or "measure" not in args:
        return Peto(**constants(args))
    correct = args.get("correct", True)
    return MantelHaenszel(args["measure"], correct=correct, **constants(args))


def compare_pooled(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    of = effects(name, check, args.get("measure", "OR"))
    fit = model(args).fit(of)
    e, h = fit.estimate, fit.heterogeneity
    ours = {"beta": e.value, "se": e.se, "zval": e.statistic, "pval": e.p_value}
    ours |= {"ci_lb": e.ci_low, "ci_ub": e.ci_high, "QE": h.q, "QEp": h.q_p}
    ours |= {"I2": h.i2, "H2": h.h2, "k_yi": h.q_df + 1}
    for key, value in ours.items():
        to.add(check, key, value, r[key])
    # metafor counts trials that carry no weight.
    silent = 0 if args.get("measure") in ("RD", "IRD") else r["k"] - r["k_yi"]
    to.add(check, "k", fit.k + silent, r["k"])
    if args.get("measure") in ("OR", "IRR"):
        compare_tests(to, check, model(args).tests(of))  # type: ignore[attr-defined]


def compare_tests(to: Comparison, check: dict[str, Any], tests: Any) -> None:
    ours = {"MH": tests.association, "MHp": tests.association_p}
    ours |= {"TA": tests.tarone, "TAp": tests.tarone_p}
    ours |= {"BD": tests.breslow_day, "BDp": tests.breslow_day_p}
    for key in ours.keys() & check["result"].keys():
        to.add(check, key, ours[key], check["result"][key])


def compare_leave1out(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    of = effects(name, check, args.get("measure", "OR"))
    refits = leave_one_out(of, model(args))
    table = refits.to_frame()
    # R keeps a row for each complete table, those without weight included.
    complete = np.flatnonzero(~of.frame.isna().any(axis=1))
    at = np.searchsorted(complete, refits.whole.used)
    columns = {"estimate": "value", "se": "se", "zval": "statistic", "Q": "q"}
    columns |= {"pval": "p_value", "ci_lb": "ci_low", "ci_ub": "ci_high"}
    columns |= {"Qp": "q_p", "I2": "i2", "H2": "h2"}
    for theirs, column in columns.items():
        to.add(check, theirs, table[column], numbers(r[theirs])[at])


def compare_metabin(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    of = effects(name, check, args["sm"])
    pooled = Peto() if args["method"] == "Peto" else pooled_like_meta(args)
    e = pooled.fit(of).estimate
    to.add(check, "TE_common", e.value, r["TE_common"])
    to.add(check, "seTE_common", e.se, r["seTE_common"])
    to.add(check, "lower_common", e.ci_low, r["lower_common"])
    to.add(check, "upper_common", e.ci_high, r["upper_common"])


def pooled_like_meta(args: dict[str, Any]) -> MantelHaenszel:
    """The model of Mantel and Haenszel with the constants of a call of metabin's."""
    difference = args["sm"] == "RD"
    chosen: dict[str, Any] = {}
    if not args.get("MH.exact", False):
        chosen = CORRECTED | {"drop00": (not difference, not difference)}
        if "incr" in args:
            chosen["to"] = ("all", "all")
    if difference:
        chosen["variance"] = "greenland-robins"
    return MantelHaenszel(args["sm"], **chosen)


def left_out(check: dict[str, Any]) -> str:
    """Why a call has no counterpart here, or an empty string."""
    args, function = check["args"], check["fn"]
    if function == "leave1out" and args.get("fit") not in ("rma.mh", "rma.peto"):
        return "a model of effects"
    if function != "meta::metabin":
        return ""
    if args["method"] not in ("MH", "Peto"):
        return "meta::metabin by inverse variance"
    return ""


def guarded(
    compare: Callable[[Comparison, str, dict[str, Any]], None],
) -> Callable[[Comparison, str, dict[str, Any]], None]:
    def run(to: Comparison, name: str, check: dict[str, Any]) -> None:
        if why := left_out(check):
            raise LeftOut(why)
        compare(to, name, check)

    return run


COMPARE = {
    "rma.mh": guarded(compare_pooled),
    "rma.peto": guarded(compare_pooled),
    "leave1out": guarded(compare_leave1out),
    "meta::metabin": guarded(compare_metabin),
}
