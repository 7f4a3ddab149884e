"""Fits of all subsets: metafor's gosh."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.sensitivity import gosh
from metafor_models import effects, model
from reference_cases import Comparison


def compare_gosh(to: Comparison, name: str, check: dict[str, Any]) -> None:
    table = gosh(effects(name, check["on"]), model(check["args"])).to_frame()
    r = check["result"]
    to.add(check, "n", len(table), r["n"])
    if "k_table" in r:
        to.add(check, "k_table", table["k"].value_counts().sort_index(), r["k_table"])
    to.add(check, "est_sd", table["value"].std(), r["est_sd"])
    columns = {"value": "est", "i2": "I2", "q": "QE", "tau2": "tau2"}
    for ours, theirs in columns.items():
        # metafor states 0 for a single study, where the package has NaN.
        values = table[ours].fillna(0.0)
        if f"{theirs}_mean" in r:
            to.add(check, f"{theirs}_mean", values.mean(), r[f"{theirs}_mean"])
        if f"{theirs}_q" in r:
            ours_q = np.quantile(values, r["probs"])
            to.add(check, f"{theirs}_q", ours_q, r[f"{theirs}_q"])


COMPARE = {"gosh": compare_gosh, "gosh_fe": compare_gosh}
