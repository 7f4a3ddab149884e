"""Every applicable look at small-study effects, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import EffectsError, ModelError, SensitivityError
from mdmameta.models.fit import Caution
from mdmameta.models.frequentist import RandomEffects
from mdmameta.sensitivity.small_study.excess import excess_significance
from mdmameta.sensitivity.small_study.fail_safe import fail_safe_n
from mdmameta.sensitivity.small_study.limit import limit_meta_analysis
from mdmameta.sensitivity.small_study.of_counts import harbord, peters, schwarzer
from mdmameta.sensitivity.small_study.pet_peese import pet_peese
from mdmameta.sensitivity.small_study.rank import begg
from mdmameta.sensitivity.small_study.regression import egger
from mdmameta.sensitivity.small_study.result import AsymmetryTest
from mdmameta.sensitivity.small_study.studies import check_pooling
from mdmameta.sensitivity.small_study.trim_and_fill import trim_and_fill

__all__ = ["SmallStudyEffects", "small_study_effects"]

Row = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class SmallStudyEffects:
    """One row a method: tests, adjusted effects, and what could not be done.

    Parameters
    ----------
    frame
        method; statistic, p_value of tests; value, ci_low, ci_high of adjusted
        effects; note, with the reason where a method is not possible.
    results
        Method -> its result, for those that were possible.
    warnings
        What to know before reading any of it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.sensitivity.small_study_effects(effects)
    >>> found.to_frame()["method"].head(3).tolist()
    ['Egger', 'Egger, random effects', 'Egger, by size']
    """

    frame: pd.DataFrame
    results: dict[str, Any]
    warnings: tuple[Caution, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.frame.copy()

    def __repr__(self) -> str:
        done = f"{len(self.results)} of {len(self.frame)}"
        return f"<SmallStudyEffects: {done} methods possible>"


def small_study_effects(
    effects: Effects, model: RandomEffects | None = None
) -> SmallStudyEffects:
    """Look at small-study effects in every way that the effects allow.

    Parameters
    ----------
    effects
        Studies; sizes and counts among the moderators allow more tests.
    model
        Random-effects model of the adjusted effects; REML and Wald when None.

    Returns
    -------
    SmallStudyEffects
        A method that needs what the effects do not hold has a row with the
        reason. There is no verdict: with few studies these methods cannot tell
        bias from chance, and they do not agree with each other.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.4, 0.9], v=[0.01, 0.02, 0.05, 0.2])
    >>> table = small_study_effects(effects).to_frame()
    >>> table.loc[table["method"] == "Harbord", "note"].str[:25].item()
    'effects have no moderator'
    """
    check_pooling(model, "small-study effects", (RandomEffects,))
    pooled = model or RandomEffects(interval="wald")
    rows, results = [], {}
    warnings: tuple[Caution, ...] = ()
    for name, make, describe in _methods(effects, pooled):
        try:
            found = make()
        except (SensitivityError, EffectsError, ModelError) as reason:
            rows.append({"method": name, "note": str(reason)})
            continue
        results[name] = found
        warnings = (*warnings, *found.warnings)
        rows.append({"method": name} | describe(found))
    columns = ["method", "statistic", "p_value", "value", "ci_low", "ci_high", "note"]
    frame = pd.DataFrame(rows).reindex(columns=columns)
    frame["note"] = frame["note"].fillna("")
    return SmallStudyEffects(frame, results, tuple(dict.fromkeys(warnings)))


def _methods(
    effects: Effects, model: RandomEffects
) -> list[tuple[str, Callable[[], Any], Callable[[Any], Row]]]:
    tests: dict[str, Callable[[], AsymmetryTest]] = {
        "Egger": lambda: egger(effects),
        "Egger, random effects": lambda: egger(effects, model),
        "Egger, by size": lambda: egger(effects, predictor="sqrtninv"),
        "Begg": lambda: begg(effects),
        "Harbord": lambda: harbord(effects),
        "Peters": lambda: peters(effects),
        "Schwarzer": lambda: schwarzer(effects),
    }
    return [
        *((name, make, _of_test) for name, make in tests.items()),
        ("Trim and fill", lambda: trim_and_fill(effects, model), _of_fill),
        ("PET-PEESE", lambda: pet_peese(effects), _of_line),
        ("Limit meta-analysis", lambda: limit_meta_analysis(effects, model), _of_limit),
        ("Fail-safe N", lambda: fail_safe_n(effects, model=model), _of_drawer),
        ("Excess significance", lambda: excess_significance(effects), _of_excess),
    ]


def _of_test(found: AsymmetryTest) -> Row:
    row: Row = {"statistic": found.statistic, "p_value": found.p_value}
    if not np.isnan(found.limit):
        row |= {"value": found.limit, "ci_low": found.limit_low}
        row |= {"ci_high": found.limit_high}
    return row


def _interval(value: float, low: float, high: float) -> Row:
    return {"value": value, "ci_low": low, "ci_high": high}


def _of_fill(found: Any) -> Row:
    e = found.fit.estimate
    note = f"{found.k0} filled on the {found.side}"
    return {**_interval(e.value, e.ci_low, e.ci_high), "note": note}


def _of_line(found: Any) -> Row:
    first = found.line.coefficients.iloc[0]
    return {
        **_interval(first["value"], first["ci_low"], first["ci_high"]),
        "note": f"by {found.chosen}",
    }


def _of_limit(found: Any) -> Row:
    return _interval(found.value, found.ci_low, found.ci_high)


def _of_drawer(found: Any) -> Row:
    return {"statistic": float(found.n), "note": "null studies"}


def _of_excess(found: Any) -> Row:
    note = f"{found.observed} significant, {found.expected:.3g} expected"
    return {"statistic": found.statistic, "p_value": found.p_value, "note": note}
