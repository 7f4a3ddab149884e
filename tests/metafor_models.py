"""The models of this package that stand for a call of metafor's rma.uni."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.tau2 import ESTIMATORS
from reference_cases import LeftOut, load, numbers

INTERVALS = {
    "z": "wald",
    "t": "t",
    "knha": "knapp-hartung",
    "adhoc": "knapp-hartung-adhoc",
}
TAU2_INTERVALS = {"QP": "qprofile", "GENQ": "genq", "PL": "profile"}
COMMON = ("FE", "EE", "CE")


def out_of_scope(args: dict[str, Any]) -> str:
    """Why a call has no model here, or an empty string."""
    if args.get("method") not in (*ESTIMATORS, *COMMON):
        return "estimator"
    if "transf" in args:
        return "a matter of display"
    return ""


@cache
def effects(name: str, on: str) -> Effects:
    """An entry of effects, with its moderators."""
    if on not in load(name)["effects"]:
        raise LeftOut("a model of counts")
    entry = load(name)["effects"][on]
    return Effects.from_arrays(
        y=numbers(entry["yi"]), v=numbers(entry["vi"]), moderators=entry.get("mods")
    )


def model(args: dict[str, Any]) -> Model:
    """The model of a call of rma.uni; factor() of R is C() here."""
    args = {"method": "REML", **args}
    interval: Any = INTERVALS[args.get("test", "z")]
    level = args.get("level", 95) / 100
    tau2: Any = 0.0 if args["method"] in COMMON else args["method"]
    weights: Any = args.get("weights", "inverse-variance")
    weights = weights if args.get("weighted", True) else "equal"
    rest = {"interval": interval, "level": level, "weights": weights}
    if args["method"] in COMMON and not args.get("mods"):
        return CommonEffect(**rest)
    kind: Any = TAU2_INTERVALS[args.get("type", "QP")]
    rest |= {"tau2_interval": kind}
    if args.get("mods"):
        formula = args["mods"].replace("factor(", "C(")
        return MetaRegression(formula, tau2=tau2, **rest)
    return RandomEffects(tau2=tau2, **rest)


def fitted(name: str, check: dict[str, Any]) -> Fit:
    """The fit that stands for the call of a check."""
    return model(check["args"]).fit(effects(name, check["on"]))


def design(name: str, check: dict[str, Any]) -> np.ndarray:
    """Design matrix as R made it, stated with the first call of its formula."""
    formula = check["args"]["mods"]
    same = (c["args"] for c in load(name)["checks"] if c["on"] == check["on"])
    rows = next(a["X"]["rows"] for a in same if a.get("mods") == formula and "X" in a)
    return numbers(rows).reshape(len(rows), -1)
