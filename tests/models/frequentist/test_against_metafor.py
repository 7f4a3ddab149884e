"""Every call of metafor's rma.uni, blup, weights and confint that has a model here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from mdmameta.models.fit import Fit, Heterogeneity
from metafor_models import design, effects, fitted, model, out_of_scope
from reference_cases import Comparison, checks, names

#: Numbers compared when this was written; the grid must not shrink.
COMPARED = {"rma.uni": 41512, "blup": 3696, "weights": 924, "confint": 3057}


#: The tolerance of the references' generalised-Q limits, which are as
#: coarse as R's uniroot by default: absolute 1.2e-4. That ours solve the equation is
#: tested by another method (test_tau2_intervals).
ROOT_BY_DEFAULT = {"class": "uniroot default", "rel": 1e-6, "abs": 1.2e-4}


def compare_rma_uni(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = fitted(name, check), check["result"]
    of, h = fit.coefficients, fit.heterogeneity
    ours = {"beta": "value", "se": "se", "zval": "statistic", "pval": "p_value"}
    ours |= {"ci_lb": "ci_low", "ci_ub": "ci_high"}
    for theirs, column in ours.items():
        to.add(check, theirs, of[column], r[theirs])
    to.add(check, "k", fit.k, r["k"])
    to.add(check, "vb", fit.vcov, r["vb"])
    to.add(check, "ddf", fit.estimate.df, r["ddf"])
    to.add(check, "QE", h.q, r["QE"])
    to.add(check, "QEp", h.q_p, r["QEp"])
    to.add(check, "QM", *_qm(fit, r))
    to.add(check, "QMp", _qmp(fit), r["QMp"])
    if fit.k == 1:
        assert np.isnan([h.tau2, h.i2, h.h2]).all()
        return
    to.add(check, "tau2", h.tau2, r["tau2"])
    to.add(check, "se_tau2", h.tau2_se, r["se_tau2"])
    to.add(check, "I2", h.i2, r["I2"])
    to.add(check, "H2", h.h2, r["H2"])


def _qm(fit: Fit, r: dict[str, Any]) -> tuple[float, float]:
    mine = fit.omnibus.statistic if fit.omnibus else fit.estimate.statistic**2
    return mine, r["QM"]


def _qmp(fit: Fit) -> float:
    return fit.omnibus.p_value if fit.omnibus else fit.estimate.p_value


def compare_blup(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit, r = fitted(name, check), check["result"]
    if fit.k == 1:
        assert fit.shrink is None
        return
    table = fit.shrunken()
    to.add(check, "pred", table["value"], r["pred"])
    to.add(check, "se", table["se"], r["se"])
    to.add(check, "pi_lb", table["ci_low"], r["pi_lb"])
    to.add(check, "pi_ub", table["ci_high"], r["pi_ub"])


def compare_weights(to: Comparison, name: str, check: dict[str, Any]) -> None:
    fit = fitted(name, check)
    to.add(check, "weight", fit.weights[fit.used], check["result"]["weight"])


def compare_confint(to: Comparison, name: str, check: dict[str, Any]) -> None:
    h, r = fitted(name, check).heterogeneity, check["result"]
    to.add(check, "estimate", [h.tau2, h.tau, h.i2, h.h2], r["estimate"])
    if check["args"]["type"] == "GENQ":
        rough = {**check, "tol": ROOT_BY_DEFAULT}
        to.add(rough, "GENQ ci_lb", h.tau2_ci[0], r["ci_lb"][0])
        if r["ci_ub"][0] < _searched(r):
            to.add(rough, "GENQ ci_ub", h.tau2_ci[1], r["ci_ub"][0])
        return
    _compare_limit(to, check, "ci_lb", 0, h)
    if r["ci_ub"][0] < _searched(r):
        _compare_limit(to, check, "ci_ub", 1, h)
    else:
        assert h.tau2_ci[1] > _searched(r)


def _compare_limit(
    to: Comparison, check: dict[str, Any], key: str, side: int, h: Heterogeneity
) -> None:
    tau2, r = h.tau2_ci[side], check["result"][key]
    to.add(check, key, [tau2, np.sqrt(tau2)], r[:2])
    to.add(check, f"I2 {key}", h.i2_ci[side], r[2])
    to.add(check, f"H2 {key}", h.h2_ci[side], r[3])


def _searched(r: dict[str, Any]) -> float:
    """metafor searches no further than this, and then reports it as the limit."""
    return max(100.0, 10 * r["estimate"][0]) * (1 - 1e-9)


COMPARE: dict[str, Callable[[Comparison, str, dict[str, Any]], None]] = {
    "rma.uni": compare_rma_uni,
    "blup": compare_blup,
    "weights": compare_weights,
    "confint": compare_confint,
}


@cache
def compare(name: str, function: str) -> Comparison:
    result = Comparison()
    for check in checks(name, function):
        args = {"method": "REML", **check["args"]}
        other = function == "confint" and ("random" in args or "model" in args)
        if "result" in check and not other and not out_of_scope(args):
            COMPARE[function](result, name, {**check, "args": args})
    return result


@pytest.mark.parametrize("function", COMPARE)
@pytest.mark.parametrize("name", names())
def test_every_number_is_metafors(name: str, function: str) -> None:
    assert not compare(name, function).faults


@pytest.mark.parametrize("function", COMPARE)
def test_the_comparison_with_metafor_is_complete(function: str) -> None:
    assert (
        sum(compare(name, function).compared for name in names())
        >= (COMPARED[function])
    )


@pytest.mark.parametrize("name", names())
def test_formulas_give_the_design_matrix_of_r(name: str) -> None:
    from mdmameta.models.frequentist.design import (
        design_matrix,
        rows_without_moderators,
    )

    for check in checks(name, "rma.uni"):
        if "X" in check["args"] and not out_of_scope(check["args"]):
            frame = effects(name, check["on"]).moderators
            formula = model(check["args"]).formula  # type: ignore[attr-defined]
            complete = ~rows_without_moderators(formula, frame)
            ours = design_matrix(formula, frame[complete])
            theirs = design(name, check)[complete]
            np.testing.assert_array_equal(ours.X, theirs)


def test_where_metafor_stops_for_one_study_the_interval_of_tau2_is_missing() -> None:
    stopped = [c for c in checks("edge_a", "confint") if "error" in c]
    assert {c["on"] for c in stopped} == {"k1"}
    fit = model({"method": "REML"}).fit(effects("edge_a", "k1"))
    assert np.isnan(fit.heterogeneity.tau2_ci).all()
