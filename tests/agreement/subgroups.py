"""Subgroups by metafor: one model with a common variance, or one a level."""

from __future__ import annotations

from typing import Any

import numpy as np

from agreement.rma_uni import CRITERIA, omnibus, omnibus_df, scale
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.likelihoods import likelihoods
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
        to.add(check, "beta", found.to_frame()["value"], r["beta"])
        compare_fit(to, check, "", found.joint, r)
        compare_joint(to, check, found.joint)
        return
    assert list(found.levels) == r["levels"]
    table = found.to_frame().set_index("subgroup")
    for level, theirs in r["groups"].items():
        for key, column in (COLUMNS | {"QE": "q"}).items():
            to.add(check, f"{level} {key}", table.loc[level, column], theirs[key])
        if theirs["k"] > 1:
            fit = found.fits[found.levels.index(level)]
            compare_fit(to, check, f"{level} ", fit, theirs)
    to.add(check, "Q_between", found.test.statistic, r["Q_between"])
    to.add(check, "df", found.test.df, r["df"])
    to.add(check, "p", found.test.p_value, r["p"])


def compare_joint(to: Comparison, check: dict[str, Any], fit: Fit) -> None:
    r = check["result"]
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "vb", fit.vcov, r["vb"])
    to.add(check, "ddf", fit.estimate.df, r["ddf"])
    to.add(check, "s2w", scale(fit), r["s2w"])


def compare_fit(
    to: Comparison, check: dict[str, Any], of: str, fit: Fit, r: dict[str, Any]
) -> None:
    """What a fit states beside its coefficients."""
    h = fit.heterogeneity
    ours = {"tau2": h.tau2, "se_tau2": h.tau2_se, "I2": h.i2, "H2": h.h2}
    ours |= {"QE": h.q, "QEp": h.q_p, "vt": h.typical_v}
    ours |= dict(zip(("QM", "QMp"), omnibus(fit), strict=True))
    to.add(check, f"{of}QMdf", omnibus_df(fit), r["QMdf"])
    to.add(check, f"{of}p", len(fit.coefficients), r["p"])
    for kind, row in likelihoods(fit).to_frame().set_index("likelihood").iterrows():
        ours |= {f"{theirs}_{kind}": row[mine] for theirs, mine in CRITERIA.items()}
    for key, value in ours.items():
        if np.isfinite(value) or fit.k > len(fit.coefficients) + 1:
            to.add(check, f"{of}{key}", value, r[key])


COMPARE = {"subgroup": compare_subgroup}
