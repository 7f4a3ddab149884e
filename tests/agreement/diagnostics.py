"""Diagnostics: metafor's leave1out, cumul, influence, residuals, baujat and labbe."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.sensitivity import (
    Refits,
    baujat,
    cumulative,
    influence,
    labbe,
    leave_one_out,
    rstandard,
    rstudent,
)
from metafor_models import effects, model
from reference_cases import Comparison, load, numbers


def compare_refits(to: Comparison, check: dict[str, Any], refits: Refits) -> None:
    ours, r = refits.to_frame(), check["result"]
    columns = {"estimate": "value", "se": "se", "pval": "p_value"}
    columns |= {"zval": "statistic", "tval": "statistic", "Q": "q", "Qp": "q_p"}
    columns |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}
    for theirs, column in columns.items():
        if theirs in r:
            to.add(check, theirs, ours[column], r[theirs])
    # metafor states tau2 = 0, I2 = 0 and H2 = 1 of a single study; here they are NaN.
    pooled = ours["k"] > 1
    assert ours.loc[~pooled, ["tau2", "i2", "h2"]].isna().all(axis=None)
    for theirs, column in {"tau2": "tau2", "I2": "i2", "H2": "h2"}.items():
        if theirs in r:
            to.add(check, theirs, ours[column][pooled], numbers(r[theirs])[pooled])


def compare_leave1out(to: Comparison, name: str, check: dict[str, Any]) -> None:
    of = effects(name, check["on"])
    compare_refits(to, check, leave_one_out(of, model(check["args"])))


def compare_cumul(to: Comparison, name: str, check: dict[str, Any]) -> None:
    of, r = effects(name, check["on"]), check["result"]
    order = check["args"]["order"]
    if order == "row":
        order = None
    refits = cumulative(of, model(check["args"]), order)
    labels = load(name)["effects"][check["on"]]["slab"]
    assert [labels[int(label) - 1] for label in refits.labels] == r["slab"]
    to.add(check, "k", refits.to_frame()["k"], r["k"])
    compare_refits(to, check, refits)


def compare_influence(to: Comparison, name: str, check: dict[str, Any]) -> None:
    found = influence(effects(name, check["on"]), model(check["args"]))
    r = check["result"]
    for theirs in ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "QE_del"):
        to.add(check, theirs, found.frame[theirs.lower()], r[theirs])
    for theirs in ("hat", "weight", "is_infl"):
        to.add(check, theirs, found.frame[theirs], r[theirs])
    dfbs = r["dfbs"]
    by_column = dfbs.values() if isinstance(dfbs, dict) else [dfbs]
    columns = found.dfbetas.drop(columns="study").to_numpy().T
    for ours, theirs in zip(columns, by_column, strict=True):
        to.add(check, "dfbs", ours, theirs)


def compare_residuals(
    to: Comparison, check: dict[str, Any], ours: pd.DataFrame
) -> None:
    for column in ("resid", "se", "z"):
        to.add(check, column, ours[column], check["result"][column])


def compare_rstandard(to: Comparison, name: str, check: dict[str, Any]) -> None:
    table = rstandard(effects(name, check["on"]), model(check["args"]))
    compare_residuals(to, check, table)


def compare_rstudent(to: Comparison, name: str, check: dict[str, Any]) -> None:
    table = rstudent(effects(name, check["on"]), model(check["args"]))
    compare_residuals(to, check, table)


def compare_baujat(to: Comparison, name: str, check: dict[str, Any]) -> None:
    table = baujat(effects(name, check["on"]), model(check["args"]))
    to.add(check, "x", table["heterogeneity"], check["result"]["x"])
    to.add(check, "y", table["influence"], check["result"]["y"])


def compare_labbe(to: Comparison, name: str, check: dict[str, Any]) -> None:
    of = from_counts(name, check)
    table = labbe(of, model(check["args"])).to_frame()
    to.add(check, "x", table["x"], check["result"]["x"])
    to.add(check, "y", table["y"], check["result"]["y"])


def from_counts(name: str, check: dict[str, Any]) -> Effects:
    inputs, args = load(name)["inputs"], check["args"]
    columns = {cell: numbers(inputs[of]) for cell, of in args["cols"].items()}
    made = effect_size(args["measure"], **columns)
    return Effects.from_arrays(
        y=made["y"], v=made["v"], measure=args["measure"], moderators=columns
    )


COMPARE = {
    "leave1out": compare_leave1out,
    "cumul": compare_cumul,
    "influence": compare_influence,
    "rstandard": compare_rstandard,
    "rstudent": compare_rstudent,
    "baujat": compare_baujat,
    "labbe": compare_labbe,
}
