"""Proportions of single groups: meta::metaprop and its intervals of studies."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, ndtri

from agreement.meta_package import compare_common, compare_random
from mdmameta.effects.measures import effect_size
from mdmameta.effects.proportion_intervals import proportion_interval
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from reference_cases import Comparison, load, numbers

CODES = {"PLOGIT": "PLO", "PRAW": "PR"}


def compare_intervals(to: Comparison, name: str, check: dict[str, Any]) -> None:
    method, r = check["args"]["method.ci"], check["result"]
    inputs = load(name)["inputs"]
    x, n = numbers(inputs["xi"]), numbers(inputs["ni"])
    if method == "NAsm":  # the Wald interval of the logit
        half = ndtri(0.975) * np.sqrt(effect_size("PLO", xi=x, ni=n)["v"])
        y = effect_size("PLO", xi=x, ni=n)["y"]
        to.add(check, "lower", y - half, r["lower"])
        to.add(check, "upper", y + half, r["upper"])
        return
    found = proportion_interval(x, n, method=method)
    # meta states logits, infinite beyond 0 to 1 or noise near it: compared as shares.
    for ours, theirs in (("ci_low", "lower"), ("ci_high", "upper")):
        shares = np.clip(found[ours], 0, 1)
        to.add(check, theirs, shares, expit(numbers(r[theirs])))


def compare_metaprop(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r, inputs = check["args"], check["result"], load(name)["inputs"]
    code: Any = CODES.get(a["sm"], a["sm"])
    events = {"xi": numbers(inputs["xi"]), "ni": numbers(inputs["ni"])}
    sizes = effect_size(code, **events)
    if code == "PR":  # meta adds one half to the variance of a share alone
        sizes["y"] = effect_size(code, to="none", **events)["y"]
    if code == "PLN":  # meta adds one half to n alone where everybody has the event
        x, n = events["xi"], events["ni"]
        sizes["y"], sizes["v"] = np.log(x / n), 1 / x - 1 / (n + 0.5 * (x == n))
    to.add(check, "TE", sizes["y"], r["TE"])
    to.add(check, "seTE", np.sqrt(sizes["v"]), r["seTE"])
    of = Effects.from_arrays(sizes["y"], sizes["v"])
    interval: Any = "knapp-hartung" if "method.random.ci" in a else "wald"
    common = CommonEffect().fit(of)
    fit = RandomEffects(a["method.tau"], interval, "V").fit(of)
    compare_common(to, check, common)
    compare_random(to, check, fit)


COMPARE = {"meta::metaprop": compare_metaprop, "meta::metaprop_ci": compare_intervals}
