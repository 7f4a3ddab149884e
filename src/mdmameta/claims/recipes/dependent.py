"""Statements of models of several effects a trial: correlated and hierarchical."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mdmameta.claims.recipes.attempt import Attempt
from mdmameta.claims.recipes.material import Material, Row
from mdmameta.claims.recipes.pooling import SMD, arms_effect
from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import sampling_covariance
from mdmameta.errors import ClaimError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Multilevel

#: Correlation that the review assumes between effects of one label.
RHO = 0.6

_ORDINALS = {"first": 1, "second": 2, "third": 3}
_DOSE = re.compile(r"\((\d+) mg\)")
_FIRST_DOSE = re.compile(r"(\d+) \(session 1\)")


def correlated_effects(m: Material) -> list[Attempt]:
    """Mean of correlated effects; variances averaged by label, then as they are."""
    return [_mean(m, average=True), _mean(m, average=False)]


def correlated_effects_robust(m: Material) -> list[Attempt]:
    """Interval of the mean by robust errors (CR2, Satterthwaite), by label."""
    effects = _effects(m, average=True, x=None)
    e = Multilevel(interval="t", robust="CR2").fit(effects).estimate
    numbers = {"estimate": e.value, "ci_low": e.ci_low, "ci_high": e.ci_high}
    convention = {**_words(averaged=True), "interval": "robust, CR2, Satterthwaite df"}
    return [Attempt(numbers=numbers, convention=convention)]


def correlated_effects_by_session(m: Material) -> list[Attempt]:
    """Slope per dosing session before the assessment."""
    return [_slope(m, _sessions(m), "sessions so far")]


def correlated_effects_by_dose(m: Material) -> list[Attempt]:
    """Slope per mg of cumulative dose, without supplements."""
    doses = [
        _first(m, row) + (k - 1) * _later(m, row)
        for row, k in zip(_listed(m), _sessions(m), strict=True)
    ]
    return [_slope(m, doses, "mg so far, without supplements")]


def _listed(m: Material) -> Sequence[Row]:
    """Give the effects that the review lists; their arms' scores come after them."""
    return [row for row in m.rows if "label" in row]


def _labels(m: Material) -> list[str]:
    return [str(row["label"]).split(" @ ")[0] for row in _listed(m)]


def _sizes(m: Material) -> pd.DataFrame:
    scores = m.rows[len(_listed(m)) :]
    if len(scores) != 2 * len(_listed(m)):
        raise ClaimError(
            f"claim {m.claim_id!r}: {len(_listed(m))} effects, {len(scores)} rows of "
            "scores; two are needed for each effect, the active arm first. Correct "
            "its column rows."
        )
    return arms_effect(m, scores)


def _effects(m: Material, *, average: bool, x: Sequence[float] | None) -> Effects:
    labels, sizes = _labels(m), _sizes(m)
    v = sizes["v"]
    if average:
        v = v.groupby(labels).transform("mean")
    V = sampling_covariance(v.to_numpy(), labels, rho=RHO)
    moderators = None if x is None else {"x": list(x)}
    return Effects.from_arrays(
        y=sizes["y"], V=V, study=labels, measure="SMD", moderators=moderators
    )


def _words(averaged: bool) -> dict[str, str]:
    variances = "variances averaged by label" if averaged else "variances as they are"
    covariance = f"correlation {RHO} within a label"
    return {
        **SMD,
        "averaging": variances,
        "covariance": covariance,
        "tau2": "REML, two levels",
        "interval": "t, k - p df",
    }


def _mean(m: Material, *, average: bool) -> Attempt:
    fit = Multilevel(interval="t").fit(_effects(m, average=average, x=None))
    e = fit.estimate
    numbers = {
        "estimate": e.value,
        "ci_low": e.ci_low,
        "ci_high": e.ci_high,
        "p": e.p_value,
        "pi_low": e.pi_low,
        "pi_high": e.pi_high,
        **_q(fit),
    }
    return Attempt(numbers=numbers, convention=_words(average))


def _slope(m: Material, x: Sequence[float], meaning: str) -> Attempt:
    effects = _effects(m, average=True, x=x)
    fit = Multilevel(formula="~ x", interval="t").fit(effects)
    table = fit.coefficients.set_index("term")
    numbers: dict[str, Any] = {
        "estimate": table.loc["x", "value"],
        "ci_low": table.loc["x", "ci_low"],
        "ci_high": table.loc["x", "ci_high"],
        "p": table.loc["x", "p_value"],
        "intercept": table.loc["Intercept", "value"],
        "intercept_se": table.loc["Intercept", "se"],
        **_q(fit),
    }
    convention = {**_words(averaged=True), "moderator": meaning}
    return Attempt(
        numbers={name: float(n) for name, n in numbers.items()}, convention=convention
    )


def _q(fit: Fit) -> dict[str, float]:
    return {"q": fit.heterogeneity.q, "q_p": fit.heterogeneity.q_p}


def _sessions(m: Material) -> list[int]:
    """Count the sessions before each assessment, as the label of the row tells.

    A label that names the session counts it; weeks of one trial are its
    sessions in order; any other assessment follows the last blinded one.
    """
    studies = m.evidence.studies.set_index("study_id")["sessions_blinded"]
    weeks: dict[str, list[int]] = {}
    for row in _listed(m):
        if (week := _week(row)) is not None:
            weeks.setdefault(str(row["study_id"]), []).append(week)
    found = []
    for row in _listed(m):
        study, word = str(row["study_id"]), str(row["label"]).split()[-1]
        if word in _ORDINALS:
            found.append(_ORDINALS[word])
        elif (week := _week(row)) is not None:
            found.append(1 + sorted(weeks[study]).index(week))
        else:
            found.append(int(studies[study]))
    return found


def _week(row: Row) -> int | None:
    match = re.search(r"Week (\d+)$", str(row["label"]))
    return None if match is None else int(match[1])


def _arm(m: Material, row: Row) -> Row:
    arms = m.evidence.arms
    arms = arms[arms["study_id"] == row["study_id"]]
    named = _DOSE.search(str(row["label"]))
    if named is None:
        arms = arms[arms["role"] == "active"]
    else:
        arms = arms[arms["dose_mg"] == float(named[1])]
    if len(arms) != 1:
        raise ClaimError(
            f"claim {m.claim_id!r}: row {row['row_id']!r} fits {len(arms)} arms of its "
            "trial by dose; one is needed. Name the dose in its label."
        )
    return {str(k): v for k, v in arms.iloc[0].items()}


def _first(m: Material, row: Row) -> float:
    arm = _arm(m, row)
    told = _FIRST_DOSE.search(str(arm["dose_text"]))
    return m.value(arm, "dose_mg") if told is None else float(told[1])


def _later(m: Material, row: Row) -> float:
    return m.value(_arm(m, row), "dose_mg")
