"""Does the kind of control show in the contrasts? And what could be seen at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import MetaRegression
from mdmameta.sensitivity.frames import spelt

#: Conventional power and two-sided error rate of a planned comparison.
POWER, ALPHA = 0.80, 0.05

WARNING = (
    "Control type: trials were not randomised to their control, so whatever else "
    "differs between them (phase, instrument, an active comparator) is confounded "
    "with it; no difference found is not evidence of no bias."
)


def detectable_difference(
    se: float, df: float = np.inf, *, power: float = POWER, alpha: float = ALPHA
) -> float:
    """Find the true difference that a two-sided test sees with a given power.

    (t₁₋α/₂ + t_power) × SE; normal quantiles when the degrees of freedom are
    infinite.

    Parameters
    ----------
    se
        Standard error of the contrast between groups.
    df
        Degrees of freedom of its reference distribution.
    power, alpha
        Of the test: 80 % and 5 %, two-sided, as trials are planned.

    Returns
    -------
    float
        On the scale of ``se``.

    Examples
    --------
    >>> round(detectable_difference(0.357), 2)
    1.0
    """
    tails = np.array([1 - alpha / 2, power])
    quantiles = stdtrit(df, tails) if np.isfinite(df) else ndtri(tails)
    return float(quantiles.sum() * se)


def control_type_table(
    effects: Effects, model: Model, control_types: Sequence[str], name: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Difference between trials by type of control, with what could be detected.

    Parameters
    ----------
    effects
        Contrasts, k rows.
    model
        Its estimator of τ² is used where it has one, else REML.
    control_types
        Of each effect; empty where not known.
    name
        Name of the column, which becomes the moderator.

    Returns
    -------
    tuple
        term, value, se, df, p_value, ci_low, ci_high, detectable,
        detectable_t, k, model; and notes. Without rows when fewer than two types
        are known or too few trials are left.
    """
    types = pd.Series(control_types)
    known = types.where(types != "", None)
    counts = known.value_counts()
    usable = known.notna().to_numpy() & np.isfinite(effects.v) & np.isfinite(effects.y)
    if len(set(known[usable])) < 2 or usable.sum() <= len(set(known[usable])):
        return pd.DataFrame(), (
            "Control type as moderator: not possible, trials by type: "
            f"{_counted(counts) or 'none known'}.",
        )
    coded = replace(effects.take(usable), frame=pd.DataFrame({name: known[usable]}))
    coded = replace(coded, frame=coded.frame.reset_index(drop=True))
    regression = MetaRegression(
        f"~ {name}",
        tau2=getattr(model, "tau2", "REML"),
        interval="knapp-hartung-adhoc",
    )
    fit = regression.fit(coded)
    table = fit.coefficients.iloc[1:].reset_index(drop=True)
    se, df = table["se"], table["df"]
    table["detectable"] = [detectable_difference(s) for s in se]
    table["detectable_t"] = [
        detectable_difference(s, d) for s, d in zip(se, df, strict=True)
    ]
    return table.assign(k=fit.k, model=repr(regression)), (
        f"{WARNING} Trials by type: {_counted(counts)}; with 80 % power only a true "
        f"difference of about {table['detectable'].max():.2f} or more could be found.",
    )


def _counted(types: pd.Series) -> str:
    return ", ".join(f"{spelt(kind)} {n}" for kind, n in types.items())
