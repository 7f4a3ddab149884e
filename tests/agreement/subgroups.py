"""Subgroups by metafor: one model with a common variance, or one a level."""

from __future__ import annotations

from typing import Any

from mdmameta.models.frequentist.subgroups import subgroups
from metafor_models import effects, model
from reference_cases import Comparison

COLUMNS = {"beta": "value", "se": "se", "zval": "statistic", "pval": "p_value"}
COLUMNS |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}


def compare_subgroup(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    of: Any = model({key: args[key] for key in ("method", "test")})
    on = effects(name, check["on"])
    found = subgroups(on, args["by"], of, tau2=args["tau"])
    if found.joint is not None:
        for theirs, ours in COLUMNS.items():
            to.add(check, theirs, found.joint.coefficients[ours], r[theirs])
        to.add(check, "tau2", found.joint.heterogeneity.tau2, r["tau2"])
        to.add(check, "beta", found.to_frame()["value"], r["beta"])
        return
    assert list(found.levels) == r["levels"]
    table = found.to_frame().set_index("subgroup")
    for level, theirs in r["groups"].items():
        for key, column in (COLUMNS | {"QE": "q"}).items():
            to.add(check, f"{level} {key}", table.loc[level, column], theirs[key])
        if theirs["k"] > 1:
            to.add(check, f"{level} tau2", table.loc[level, "tau2"], theirs["tau2"])
    to.add(check, "Q_between", found.test.statistic, r["Q_between"])
    to.add(check, "df", found.test.df, r["df"])
    to.add(check, "p", found.test.p_value, r["p"])


COMPARE = {"subgroup": compare_subgroup}
