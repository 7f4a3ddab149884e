"""Package meta's metabin by inverse variance, from 2 × 2 tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from agreement.counts import COLUMNS
from agreement.meta_package import (
    compare_common,
    compare_random,
    compare_subgroups,
    model,
)
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from reference_cases import Comparison, LeftOut, load, numbers

Arms = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def arms(name: str, check: dict[str, Any]) -> Arms:
    """Events and sizes of both groups: x1, n1, x2, n2."""
    inputs = load(name)["inputs"]
    named = check["args"].get("cols", COLUMNS)
    cells = {key: numbers(inputs[of]) for key, of in named.items()}
    n1 = cells["n1i"] if "n1i" in cells else cells["ai"] + cells["bi"]
    n2 = cells["n2i"] if "n2i" in cells else cells["ci"] + cells["di"]
    return cells["ai"], n1, cells["ci"], n2


def increments(args: dict[str, Any], tables: Arms) -> tuple[np.ndarray, np.ndarray]:
    """What meta adds to the events of both groups."""
    x1, n1, x2, n2 = tables
    zero = (x1 == 0) | (x2 == 0)
    if args["sm"] != "RR":
        zero |= (x1 == n1) | (x2 == n2)
    if args.get("method.incr") == "all":
        zero = np.ones_like(zero)
    if args.get("incr") == "TACC":
        return zero * n1 / (n1 + n2), zero * n2 / (n1 + n2)
    return 0.5 * zero, 0.5 * zero


def ratio(args: dict[str, Any], tables: Arms) -> tuple[np.ndarray, np.ndarray]:
    """Log odds ratios, or log risk ratios, with variances; NaN without events."""
    x1, n1, x2, n2 = tables
    i1, i2 = increments(args, tables)
    a, c, silent = x1 + i1, x2 + i2, x1 + x2 == 0
    if args["sm"] == "OR":
        b, d = n1 - x1 + i1, n2 - x2 + i2
        y, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
        silent |= x1 + x2 == n1 + n2
    else:
        # meta adds the increment once to the size of a group, not twice.
        m1, m2 = n1 + i1, n2 + i2
        y, v = np.log(a / m1 / (c / m2)), 1 / a - 1 / m1 + 1 / c - 1 / m2
    return np.where(silent, np.nan, y), np.where(silent, np.inf, v)


def difference(args: dict[str, Any], tables: Arms) -> tuple[np.ndarray, np.ndarray]:
    """Risk differences, or those of arcsines, with variances."""
    x1, n1, x2, n2 = tables
    if args["sm"] == "ASD":
        y = np.arcsin(np.sqrt(x1 / n1)) - np.arcsin(np.sqrt(x2 / n2))
        return y, 1 / (4 * n1) + 1 / (4 * n2)
    i1, i2 = increments(args, tables)
    a, c, m1, m2 = x1 + i1, x2 + i2, n1 + 2 * i1, n2 + 2 * i2
    return x1 / n1 - x2 / n2, a * (m1 - a) / m1**3 + c * (m2 - c) / m2**3


def compare_inverse(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    if args["method"] != "Inverse":
        raise LeftOut("pooled from the counts")
    chosen = model(args)
    make = ratio if args["sm"] in ("OR", "RR") else difference
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = make(args, arms(name, check))
    to.add(check, "TE", y, r["TE"])
    to.add(check, "seTE", np.sqrt(v), r["seTE"])
    known = np.flatnonzero(~np.isnan(y))
    groups = {}
    if "subgroup" in args:
        groups = {args["subgroup"]: levels(name, args["subgroup"])[known]}
    of = Effects.from_arrays(y=y[known], v=v[known], moderators=groups)
    compare_random(to, check, chosen.fit(of))
    compare_common(to, check, CommonEffect().fit(of))
    if groups:
        compare_subgroups(to, check, of, chosen)


def levels(name: str, column: str) -> np.ndarray:
    return np.array(load(name)["inputs"][column], dtype=object)


COMPARE = {"meta::metabin": compare_inverse}
