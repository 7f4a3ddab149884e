"""Slope of contrasts over dose, by errors that may be trusted and those printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import Multilevel
from mdmameta.models.inputs import FEW_DF

WARNING = (
    "A higher dose is easier to recognise, so a slope over dose is what benefit and "
    "lost blinding both predict: it cannot tell them apart."
)


def dose_response(
    effects: Effects,
    dose: str = "dose",
    *,
    per: float = 1.0,
    published: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Slope of the contrasts over dose, several contrasts a trial.

    Contrasts of a trial that share its control are correlated by ``effects.V``.
    The slope stands by a multilevel model's own errors and by cluster-robust ones
    (CR2 with Satterthwaite's degrees of freedom), which stay right when V is a
    guess. Below four degrees of freedom those are too uncertain to be a test: no
    p-value is given.

    Parameters
    ----------
    effects
        Contrasts, with the dose as a moderator.
    dose
        Name of the moderator: dose of the active arm less that of its control.
    per
        Doses of one unit of the slope, such as 25 mg.
    published
        Slopes printed by others: label, estimate, ci_low, ci_high, p; put below,
        in their own unit.

    Returns
    -------
    pandas.DataFrame
        errors, slope, se, df, p_value, ci_low, ci_high, k, trials, flag.

    Raises
    ------
    SensitivityError
        Where the dose is absent or the same everywhere.

    References
    ----------
    Tipton 2015, doi:10.1037/met0000011; Pustejovsky and Tipton 2018,
    doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[-0.2, -0.5, -0.9, -0.4, -0.7, -0.8], v=[0.1] * 6,
    ...     study=["A", "A", "B", "C", "D", "E"],
    ...     moderators={"dose": [45, 95, 125, 60, 100, 120]})
    >>> table = dose_response(effects, per=25)
    >>> table[["errors", "slope"]].round(2).values.tolist()
    [['model', -0.2], ['CR2', -0.2]]
    """
    known = _known(effects, dose)
    scaled = known.moderators[dose].to_numpy(dtype=float) / per
    made = Effects.from_arrays(
        y=known.y, V=known.V, study=list(known.study), moderators={"x": list(scaled)}
    )
    levels = ["study", "effect"] if len(set(made.study)) < made.k else ["study"]
    rows = []
    for robust in (None, "CR2"):
        fit = Multilevel(levels=levels, formula="~ x", interval="t", robust=robust).fit(
            made
        )
        rows.append(_row(fit, robust or "model"))
    table = pd.DataFrame(rows)
    if published is None or published.empty:
        return table
    printed = [_printed(row) for row in published.to_dict("records")]
    return pd.concat([table, pd.DataFrame(printed)], ignore_index=True)


def _known(effects: Effects, dose: str) -> Effects:
    if dose not in effects.frame:
        listed = ", ".join(map(str, effects.frame.columns)) or "none"
        raise SensitivityError(
            f"effects have no moderator {dose!r}; there are: {listed}. Give the dose "
            "of the active arm less that of its control."
        )
    values = pd.to_numeric(effects.frame[dose], errors="coerce").to_numpy(dtype=float)
    usable = np.isfinite(values) & np.isfinite(effects.y) & np.isfinite(effects.v)
    if len(set(values[usable])) < 2:
        raise SensitivityError(
            f"{dose!r} has fewer than two values among the contrasts; no slope exists."
        )
    return effects.take(usable)


def _row(fit: Fit, errors: str) -> dict[str, Any]:
    terms = fit.coefficients
    one: dict[Any, Any] = terms[terms["term"] == "x"].to_dict("records")[0]
    df = float(one["df"])
    few = not df >= FEW_DF
    return {
        "errors": errors,
        "slope": float(one["value"]),
        "se": float(one["se"]),
        "df": df,
        "p_value": np.nan if few else float(one["p_value"]),
        "ci_low": float(one["ci_low"]),
        "ci_high": float(one["ci_high"]),
        "k": fit.k,
        "trials": len(set(fit.effects.study[fit.used])),
        "flag": f"df below {FEW_DF}: not a test" if few else "",
    }


def _printed(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "errors": f"as printed: {row['label']}",
        "slope": row["estimate"],
        "p_value": row["p"],
        "ci_low": row["ci_low"],
        "ci_high": row["ci_high"],
        "flag": "errors of the model, own unit",
    }
