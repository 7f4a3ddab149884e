"""robumeta's two working models with small-sample corrections."""

from __future__ import annotations

from typing import Any

from agreement.robust import formula_of
from mdmameta.models.frequentist import RobustCorrelated, RobustHierarchical
from metafor_models import effects
from reference_cases import Comparison


def compare_robu(to: Comparison, name: str, check: dict[str, Any]) -> None:
    a, r = check["args"], check["result"]
    kind, df = ("CR2", "satterthwaite") if a["small"] else ("CR1p", "clusters")
    rest: dict[str, Any] = {"cluster": a["cluster"], "kind": kind, "df": df}
    rest["formula"] = formula_of(a.get("mods", "~ 1"))
    nested = a["modelweights"] == "HIER"
    model = RobustHierarchical(**rest) if nested else RobustCorrelated(a["rho"], **rest)
    fit = model.fit(effects(name, check["on"]))
    columns = {"beta": "value", "se": "se", "t": "statistic", "df": "df"}
    columns |= {"pval": "p_value", "ci_lb": "ci_low", "ci_ub": "ci_high"}
    for theirs, ours in columns.items():
        to.add(check, theirs, fit.coefficients[ours], r[theirs])
    h = fit.heterogeneity
    variances = dict(h.components) or {"between": h.tau2}
    to.add(check, "tau2", variances["between"], r["tau2"])
    if nested:
        to.add(check, "omega2", variances["within"], r["omega2"])
    else:
        to.add(check, "I2", h.i2, r["I2"])


COMPARE = {"robumeta::robu": compare_robu}
