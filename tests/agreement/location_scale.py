"""Models of location and scale: metafor's rma with scale."""

from __future__ import annotations

from typing import Any

from agreement.rma_uni import COEFFICIENTS, CRITERIA, omnibus, omnibus_df
from mdmameta.models.frequentist import LocationScale, LocationScaleFit
from metafor_models import effects
from reference_cases import Comparison

ALPHA = {"alpha": "value", "se_alpha": "se", "z_alpha": "statistic"}
ALPHA |= {"pval_alpha": "p_value", "ci_lb_alpha": "ci_low", "ci_ub_alpha": "ci_high"}


def compare_location_scale(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, r = check["args"], check["result"]
    fit = LocationScale(
        args["scale"], args["mods"], method=args["method"], interval="wald"
    ).fit(effects(name, check["on"]))
    for theirs, ours in COEFFICIENTS.items():
        to.add(check, theirs, fit.coefficients[ours], r[theirs])
    for theirs, ours in ALPHA.items():
        to.add(check, theirs, fit.scale.coefficients[ours], r[theirs])
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "p", len(fit.coefficients), r["p"])
    compare_variances(to, check, fit)
    statistic, p = omnibus(fit)
    to.add(check, "QM", statistic, r["QM"])
    to.add(check, "QMp", p, r["QMp"])
    to.add(check, "QMdf", omnibus_df(fit), r["QMdf"])
    compare_criteria(to, check, fit)


def compare_variances(
    to: Comparison, check: dict[str, Any], fit: LocationScaleFit
) -> None:
    r, tau2, typical = check["result"], fit.scale.tau2, fit.heterogeneity.typical_v
    to.add(check, "tau2", tau2, r["tau2"])
    to.add(check, "I2", 100 * tau2 / (tau2 + typical), r["I2"])
    to.add(check, "H2", 1 + tau2 / typical, r["H2"])
    to.add(check, "vt", typical, r["vt"])
    to.add(check, "QE", fit.heterogeneity.q, r["QE"])
    to.add(check, "QEp", fit.heterogeneity.q_p, r["QEp"])
    if test := fit.scale.omnibus:
        to.add(check, "QS", test.statistic, r["QS"])
        to.add(check, "QSp", test.p_value, r["QSp"])


def compare_criteria(
    to: Comparison, check: dict[str, Any], fit: LocationScaleFit
) -> None:
    for kind, of in (("ML", fit.ml), ("REML", fit.reml)):
        for theirs, ours in CRITERIA.items():
            key = f"{theirs}_{kind}"
            to.add(check, key, getattr(of, ours), check["result"][key])


COMPARE = {"rma.ls": compare_location_scale}
