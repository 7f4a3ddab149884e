"""The robust kernel at R's own variances, where only rounding may differ."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from agreement import robust as agreement
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression
from reference_cases import Comparison, load, names, numbers

#: Numbers compared when this was written; the grid must not shrink.
COMPARED = 805

EXACT = {"class": "exact", "rel": 1e-8, "abs": 1e-10}


def call_of_model(name: str, check: dict[str, Any]) -> dict[str, Any]:
    """The call of rma.mv by REML that made the fit of a check."""
    a = check["args"]
    asked = (a["model"], a.get("V", "diag(vi)"), a.get("rho"), a.get("mods"))
    for other in load(name)["checks"]:
        b = other["args"]
        if other["fn"] == "rma.mv" and other["on"] == check["on"]:
            same = (b.get("random"), b["V"], b.get("rho"), b.get("mods"))
            if same == asked and b["method"] == "REML" and "dfs" not in b:
                return other
    raise AssertionError(f"{check['id']} has no rma.mv")


def sampling_covariance(v: np.ndarray, cluster: np.ndarray, rho: float) -> np.ndarray:
    same = cluster[:, None] == cluster
    correlation = np.where(same, rho, 0.0) + (1 - rho) * np.eye(v.size)
    return correlation * np.sqrt(np.outer(v, v))


@cache
def effects(name: str, on: str, check_id: str) -> Effects:
    """Effects with the marginal covariance that R estimated as their V.

    The weighted regression of R's fit is then that of a common effect, so that
    robust inference is compared without our estimates of the variances.
    """
    check = next(c for c in load(name)["checks"] if c["id"] == check_id)
    entry, result = load(name)["effects"][on], check["result"]
    levels = check["args"]["random"].removeprefix("~ 1 | ").split("/")
    v, outer = numbers(entry["vi"]), np.array(entry["mods"][levels[0]])
    M = sampling_covariance(v, outer, check["args"].get("rho", 0.0))
    between, within = result["sigma2"]
    M = M + between * (outer[:, None] == outer) + within * np.eye(v.size)
    return Effects.from_arrays(numbers(entry["yi"]), V=M, moderators=entry["mods"])


def fitted(name: str, check: dict[str, Any]) -> Fit:
    of = effects(name, check["on"], call_of_model(name, check)["id"])
    mods = check["args"].get("mods")
    if mods is None:
        return CommonEffect().fit(of)
    return MetaRegression(agreement.formula_of(mods), tau2=0.0, interval="wald").fit(of)


def test_given_rs_variances_every_robust_number_is_rs_to_rounding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agreement, "fitted", fitted)
    to = Comparison()
    for name in names():
        for check in load(name)["checks"]:
            if check["fn"] in agreement.COMPARE:
                compare = agreement.COMPARE[check["fn"]]
                compare(to, name, check | {"tol": EXACT})
    assert to.faults == []
    assert to.compared >= COMPARED
