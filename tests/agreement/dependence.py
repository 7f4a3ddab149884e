"""Constructed covariances and combined rows: metafor's vcalc and aggregate."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.effects.aggregate import aggregate
from mdmameta.effects.vcalc import sampling_covariance, with_covariance
from metafor_models import effects
from reference_cases import Comparison, numbers

#: The calls behind the three matrices, which the file names only; the numbers
#: of people of "groups" are the only ones of 10 to 60 with these correlations.
CALLS: dict[str, dict[str, Any]] = {
    "CS": {"obs": [1, 2, 3, 1, 2], "rho": 0.6},
    "AR1": {"time1": [1, 2, 4, 1, 3], "phi": 0.9},
    "groups": {
        "grp1": [1, 2, 3, 1, 2],
        "grp2": [0, 0, 0, 0, 0],
        "w1": [20, 25, 22, 30, 31],
        "w2": [40, 40, 40, 60, 60],
    },
}


def compare_vcalc(to: Comparison, name: str, check: dict[str, Any]) -> None:
    r = check["result"]
    call = CALLS[check["args"]["kind"]]
    V = sampling_covariance(r["vi"], r["cluster"], **call)
    to.add(check, "V", V.ravel(), [value for row in r["V"] for value in row])


def compare_aggregate(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    of = effects(name, check["on"])
    combined = aggregate(with_covariance(of, a["cluster"], rho=a["rho"]), a["cluster"])
    place = {label: i for i, label in enumerate(combined.study)}
    at = [place[str(label)] for label in r["cluster"]]
    assert combined.covariance is None
    assert np.sort(at).tolist() == list(range(combined.k))
    to.add(check, "yi", combined.y[at], numbers(r["yi"]))
    to.add(check, "vi", combined.v[at], numbers(r["vi"]))


COMPARE = {"vcalc": compare_vcalc, "aggregate": compare_aggregate}
