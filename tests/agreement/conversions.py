"""Conversions: metafor's conv.* and transf.*, on made-up numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mdmameta.effects import back_transforms as back
from mdmameta.effects import smd_transforms as smd
from mdmameta.effects.five_numbers import mean_sd_from_quantiles
from mdmameta.effects.wald import delta_method, effect_from_wald
from mdmameta.errors import EffectsError
from reference_cases import Comparison, load, numbers

NUMBERS = ("min", "q1", "median", "q3", "max", "n")


def compare_fivenum(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, inputs = check["args"], load(name)["inputs"]
    method = args["method"].replace("default", "luo/wan/shi")
    columns = {key: numbers(inputs[key]) for key in NUMBERS}
    rows = zip(*columns.values(), strict=True)
    options = {"method": method, "dist": args["dist"]}
    found = [quantiles(dict(zip(columns, row, strict=True)), options) for row in rows]
    asked = [pair for pair in found if pair is not None]
    for at, key in enumerate(("mean", "sd")):
        to.add(check, key, [pair[at] for pair in asked], check["result"][key])


def quantiles(
    row: dict[str, float], options: dict[str, Any]
) -> tuple[float, float] | None:
    """Mean and SD of a row of R's; None where it has no quantiles at all."""
    if np.isnan([row["median"], row["q1"], row["min"]]).all():
        return None
    try:
        found = mean_sd_from_quantiles(**row, **options)
    except EffectsError:
        return np.nan, np.nan
    return found.mean, found.sd


def compare_wald(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args = check["args"]
    columns = (numbers(args[k]) for k in ("out", "ci_lb", "ci_ub", "zval", "pval"))
    found = []
    for out, low, high, z, p in zip(*columns, strict=True):
        if np.isnan(out):
            continue  # R leaves out a row without an estimate
        given = {"z": z} if np.isfinite(z) else {"p": p}
        if np.isfinite(high - low):
            given = {"ci": (low, high)}
        found.append(effect_from_wald(out, **given, scale=args["transf"]))
    to.add(check, "yi", [one.y for one in found], check["result"]["yi"])
    to.add(check, "vi", [one.v for one in found], check["result"]["vi"])


def compare_delta(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args = check["args"]
    y, v = delta_method(args["yi"], args["vi"], getattr(np, args["transf"]))
    to.add(check, "yi", y, check["result"]["yi"])
    to.add(check, "vi", v, check["result"]["vi"])


def compare_by(function: Callable[[Any], Any]) -> Any:
    def compare(to: Comparison, name: str, check: dict[str, Any]) -> None:
        ours = function(np.array(check["args"]["x"], dtype=float))
        to.add(check, "value", ours, check["result"]["value"])

    return compare


def compare_mean_difference(to: Comparison, name: str, check: dict[str, Any]) -> None:
    # The call does not state its SD: the first pair gives it, the others check it.
    x, value = check["args"]["x"], check["result"]["value"]
    to.add(check, "value", smd.mean_difference(x, value[0] / x[0]), value)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "dtou1": smd.cohen_u1,
    "dtou2": smd.cohen_u2,
    "dtou3": smd.cohen_u3,
    "dtocles": smd.probability_of_superiority,
    "dtobesd": smd.binomial_effect_size,
    "dtolnor.norm": lambda d: smd.log_odds_ratio_from_smd(d, logistic=False),
    "dtolnor.logis": smd.log_odds_ratio_from_smd,
    "rtoz": back.r_to_z,
    "ztor": lambda z: back.back_transform(z, "tanh"),
    "r2toz": back.r2_to_z,
    "logit": back.logit,
    "ilogit": lambda y: back.back_transform(y, "inverse logit"),
    "arcsin": back.arcsine,
    "iarcsin": lambda y: back.back_transform(y, "inverse arcsine"),
    "ahw": back.hakstian_whalen,
    "abt": back.bonett,
}

COMPARE = {
    "conv.fivenum": compare_fivenum,
    "conv.wald": compare_wald,
    "conv.delta": compare_delta,
    "transf.dtomd": compare_mean_difference,
    **{f"transf.{name}": compare_by(one) for name, one in FUNCTIONS.items()},
}
