"""Statements of reviews that pooled trials: one row of inputs a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.material import Material, Row
from mdmameta.effects.measures import effect_size
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MantelHaenszel, RandomEffects

#: How SYPRES and Metapsy's data sets compute standardised differences.
SMD = {"J": "1 - 3/(4 df - 1)", "variance": "of d, then times J²"}

#: Half the last printed decimal of inputs that are printed with two.
HALF_OF_TWO_DECIMALS = 0.005

#: Accuracy that the R package bayesmeta aims at by default, about three decimals.
BAYESMETA_ACCURACY = 5e-4


def pooled_means_knapp_hartung(m: Material) -> list[Attempt]:
    """Standardised differences: REML, Knapp–Hartung; limits of τ², then of τ."""
    fit = RandomEffects(prediction="V").fit(_smd(_score_inputs(m)))
    numbers, words = _numbers(fit), _random("REML", SMD)
    of_tau = {**numbers, "tau2_high": float(np.sqrt(numbers["tau2_high"]))}
    return [
        Attempt(numbers=numbers, convention=words),
        Attempt(
            numbers=of_tau,
            convention={**words, "limit of heterogeneity": "of tau, not of tau2"},
        ),
    ]


def pooled_rounded_means_knapp_hartung(m: Material) -> list[Attempt]:
    """Compute the same from means and SDs that are printed with two decimals."""
    inputs = _score_inputs(m)
    model = RandomEffects(prediction="V")
    base = _numbers(model.fit(_smd(inputs)))

    def slack() -> Mapping[str, float]:
        found = dict.fromkeys(base, 0.0)
        for name in ("m1i", "sd1i", "m2i", "sd2i"):
            for i in range(len(inputs)):
                moved = _numbers(model.fit(_smd(_moved(inputs, name, i))))
                for key in found:
                    found[key] += abs(moved[key] - base[key])
        return found

    return [
        Attempt(
            numbers=base,
            convention=_random("REML", SMD),
            slack=slack,
            slack_reason="Means and SDs of the inputs are printed with two decimals.",
        )
    ]


def pooled_means_common(m: Material) -> list[Attempt]:
    """Standardised differences: common effect, inverse variance."""
    fit = CommonEffect().fit(_smd(_score_inputs(m)))
    words = {**SMD, "model": "common effect", "weights": "inverse variance"}
    return [Attempt(numbers=_numbers(fit), convention=words)]


def pooled_means_bayes(m: Material) -> list[Attempt]:
    """Standardised differences: exact posterior, μ N(0, 1), τ half-normal(0.5)."""
    fit = BayesianRandomEffects().fit(_smd(_score_inputs(m)))
    exact = fit.exact
    if exact is None:
        return []
    low, high = exact.mu.interval(0.95, kind="shortest")
    numbers = {
        "estimate": exact.mu.mean,
        "median": exact.mu.median,
        "ci_low": low,
        "ci_high": high,
        "tau_median": exact.tau.median,
    }
    words = {**SMD, "priors": "mu N(0, 1), tau half-normal(0.5)"}
    words |= {"interval": "shortest"}
    return [
        Attempt(
            numbers=numbers,
            convention=words,
            slack=lambda: dict.fromkeys(numbers, BAYESMETA_ACCURACY),
            slack_reason="bayesmeta computes to about three decimals by default.",
        )
    ]


def pooled_events_knapp_hartung(m: Material) -> list[Attempt]:
    """Risk ratios: Paule–Mandel, Knapp–Hartung, by two corrections of zero cells."""
    model = RandomEffects(tau2="PM", prediction="V")
    cells = _event_inputs(m)
    every = {"zero cells": "0.5 added to each of the four cells"}
    meta = {"zero cells": "0.5 added to events and to totals, as package meta does"}
    return [
        Attempt(
            numbers=_ratios(model.fit(_rr(counts))), convention=_random("PM", words)
        )
        for counts, words in ((cells, every), (_added_as_meta(cells), meta))
    ]


def pooled_events_common(m: Material) -> list[Attempt]:
    """Risk ratios: inverse variance, Mantel–Haenszel, the same with 0.5 added."""
    effects = _rr(_event_inputs(m))
    mh = "Mantel-Haenszel"
    models = (
        (CommonEffect(), "inverse variance", "0.5 added to each of the four cells"),
        (MantelHaenszel("RR"), mh, "nothing added"),
        (
            MantelHaenszel("RR", add=(0.5, 0.5), to=("only0", "only0")),
            mh,
            "0.5 added in the trial with a zero cell",
        ),
    )
    return [
        Attempt(
            numbers=_ratios(model.fit(effects)),
            convention={
                "model": "common effect",
                "weights": weights,
                "zero cells": zero,
            },
        )
        for model, weights, zero in models
    ]


def pooled_two_trials(m: Material) -> list[Attempt]:
    """Endpoint contrasts of trials as Hedges' g, pooled: common, then random."""
    sizes = arms_effect(m, m.rows)
    effects = Effects.from_arrays(y=sizes["y"], v=sizes["v"], measure="SMD")
    attempts = []
    for model, words in ((CommonEffect(), "common effect"), (RandomEffects(), "REML")):
        size = abs(model.fit(effects).estimate.value)
        convention = {"stat": "endpoint", **SMD, "model": words}
        attempts.append(
            Attempt(numbers={"size": size}, convention=convention, proxy=True)
        )
    return attempts


def pooled_printed_contrasts(m: Material) -> list[Attempt]:
    """Pool printed standardised contrasts, positive is benefit: common effect."""
    y = -np.array(m.values("estimate"))
    a, c = np.array(m.values("n_active")), np.array(m.values("n_control"))
    v = 1 / a + 1 / c + y**2 / (2 * (a + c))
    fit = CommonEffect().fit(Effects.from_arrays(y=y, v=v, measure="SMD"))
    words = {"inputs": "as the trials print them", "weights": "inverse variance"}
    return [Attempt(numbers=_numbers(fit), convention=words, proxy=True)]


def arms_effect(m: Material, rows: Sequence[Row]) -> pd.DataFrame:
    """Standardised differences of pairs of rows of scores, the active arm first."""
    active, control = rows[::2], rows[1::2]
    return effect_size(
        "SMD",
        m1i=m.values("mean", active),
        sd1i=[m.sd(row) for row in active],
        n1i=m.values("n", active),
        m2i=m.values("mean", control),
        sd2i=[m.sd(row) for row in control],
        n2i=m.values("n", control),
        correction="approximate",
        vtype="uncorrected-d",
    )


def _score_inputs(m: Material) -> pd.DataFrame:
    names = {
        "m1i": "mean_active",
        "sd1i": "sd_active",
        "n1i": "n_active",
        "m2i": "mean_control",
        "sd2i": "sd_control",
        "n2i": "n_control",
    }
    return pd.DataFrame({key: m.values(column) for key, column in names.items()})


def _event_inputs(m: Material) -> pd.DataFrame:
    names = {"ai": "events_active", "n1i": "n_active"}
    names |= {"ci": "events_control", "n2i": "n_control"}
    return pd.DataFrame({key: m.values(column) for key, column in names.items()})


def _smd(inputs: pd.DataFrame) -> Effects:
    columns: dict[str, Any] = {str(name): inputs[name] for name in inputs}
    size = effect_size(
        "SMD", correction="approximate", vtype="uncorrected-d", **columns
    )
    return Effects.from_arrays(y=size["y"], v=size["v"], measure="SMD")


def _rr(cells: pd.DataFrame) -> Effects:
    columns: dict[str, Any] = {str(name): cells[name] for name in cells}
    size = effect_size("RR", **columns)
    return Effects.from_arrays(y=size["y"], v=size["v"], measure="RR", moderators=cells)


def _added_as_meta(cells: pd.DataFrame) -> pd.DataFrame:
    empty = (cells == 0).any(axis=1)
    return cells + 0.5 * empty.to_numpy()[:, None]


def _moved(inputs: pd.DataFrame, name: str, i: int) -> pd.DataFrame:
    step = np.where(np.arange(len(inputs)) == i, HALF_OF_TWO_DECIMALS, 0.0)
    return inputs.assign(**{name: inputs[name] + step})


def _random(tau2: str, first: Mapping[str, str]) -> dict[str, str]:
    second = {"tau2": tau2, "interval": "Knapp-Hartung", "prediction": "t, k - 1 df"}
    return {**first, **second, "I2": "from Q"}


def _numbers(fit: Fit) -> dict[str, float]:
    e, h = fit.estimate, fit.heterogeneity
    numbers: dict[str, Any] = {
        "estimate": e.value,
        "ci_low": e.ci_low,
        "ci_high": e.ci_high,
        "p": e.p_value,
        "pi_low": e.pi_low,
        "pi_high": e.pi_high,
        "tau2": h.tau2,
        "tau2_high": h.tau2_ci[1],
        "q": h.q,
        "q_p": h.q_p,
        "i2": 100 * max(0.0, 1 - h.q_df / h.q) if h.q > 0 else 0.0,
    }
    return {name: float(x) for name, x in numbers.items() if x is not None}


def _ratios(fit: Fit) -> dict[str, float]:
    numbers = _numbers(fit)
    ratios = {"estimate", "ci_low", "ci_high", "pi_low", "pi_high"}
    return {k: float(np.exp(x)) if k in ratios else x for k, x in numbers.items()}
