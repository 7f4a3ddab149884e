"""P-uniform*: package puniform's puni_star by maximum likelihood."""

from __future__ import annotations

from typing import Any

from mdmameta.sensitivity import p_uniform_star
from metafor_models import effects
from reference_cases import Comparison

SIDES: dict[str, Any] = {"right": "greater", "left": "less"}


def compare_star(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    alpha = args.get("alpha", 0.05)
    found = p_uniform_star(
        effects(name, check["on"]), alternative=SIDES[args["side"]], alpha=alpha
    )
    ours = {
        "est": found.value,
        "ci_lb": found.ci_low,
        "ci_ub": found.ci_high,
        "L0": found.statistic,
        "pval0": found.p_value,
        "tau2": found.tau2,
        "tau2_lb": found.tau2_low,
        "tau2_ub": found.tau2_high,
    }
    for key, value in ours.items():
        to.add(check, key, value, r[key])


COMPARE = {"puniform::puni_star": compare_star}
