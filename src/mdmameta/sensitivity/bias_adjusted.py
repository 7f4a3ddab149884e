"""The bias-adjusted contrast θᵢ = δᵢ + b uᵢ, and where b is anchored."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.sensitivity.altered import moved
from mdmameta.sensitivity.frames import with_columns
from mdmameta.sensitivity.guesses import MissingU

#: A log odds ratio times this is about a standardised mean difference, as the
#: logistic distribution has SD π/√3 (Chinn 2000,
#: doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M).
LOG_ODDS_TO_SMD = np.sqrt(3) / np.pi

#: Scales that a published estimate of b can be on, by the names in use: a
#: standardised difference, or the log of a ratio of odds ratios.
PRIOR_SCALES = {"smd": "smd", "ror": "ror", "ratio of odds ratios": "ror"}

#: Measures whose unit is a standard deviation of the outcome.
SMD_MEASURES = frozenset(
    {
        "", "SMD", "SMDH", "SMD1", "SMD1H", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH",
        "OR2DN", "OR2DL",
    }
)  # fmt: skip

#: Measures that are logs of odds ratios.
LOG_ODDS_MEASURES = frozenset({"OR", "PETO", "D2ORN", "D2ORL"})

PRIOR_COLUMNS = ("prior_id", "scale", "estimate", "ci_low", "ci_high")


def belief_table(
    labels: Sequence[str],
    control_types: Sequence[str],
    counted: pd.DataFrame,
    missing_u: MissingU,
) -> pd.DataFrame:
    """Change in belief u of each effect: from counts, or else from a stated prior.

    Parameters
    ----------
    labels, control_types
        Of each effect, shape (k,).
    counted
        Indexed by study: u, u_var, verification.
    missing_u
        Control type -> mean and SD of u where there are no counts.

    Returns
    -------
    pandas.DataFrame
        study, control_type, u, u_var, prior_var, basis (counts, prior, none),
        verification; one row an effect.
    """
    rows = []
    for study, control in zip(labels, control_types, strict=True):
        mean, sd = missing_u.get(control, (np.nan, np.nan))
        prior = (study, control, mean, sd**2, sd**2, "prior", "assumed")
        if study in counted.index:
            u, u_var, level = counted.loc[study]
            rows.append((study, control, u, u_var, sd**2, "counts", level))
        elif np.isfinite(mean):
            rows.append(prior)
        else:
            rows.append((*prior[:5], "none", ""))
    names = ["study", "control_type", "u", "u_var", "prior_var"]
    return pd.DataFrame(rows, columns=[*names, "basis", "verification"])


def adjusted(effects: Effects, beliefs: pd.DataFrame, b: float) -> Effects:
    """Return δᵢ = θᵢ − b uᵢ, with b² var(uᵢ) added to each variance.

    Parameters
    ----------
    effects
        The contrasts as estimated, k rows.
    beliefs
        u and u_var, one row an effect.
    b
        Bias at u = 1, in the unit of the effects.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8], v=[0.1])
    >>> beliefs = pd.DataFrame({"u": [0.5], "u_var": [0.04]})
    >>> out = adjusted(effects, beliefs, -0.4)
    >>> out.y.round(3), out.v.round(4)
    (array([-0.6]), array([0.1064]))
    """
    u = beliefs["u"].to_numpy(dtype=float)
    u_var = beliefs["u_var"].to_numpy(dtype=float)
    return moved(effects, effects.y - b * u, b**2 * u_var)


def same_belief(beliefs: pd.DataFrame) -> pd.DataFrame:
    """Give every effect the mean u of the counted trials, without error.

    What the published arithmetic "with the same u" does.
    """
    counted = beliefs.loc[beliefs["basis"] == "counts", "u"]
    return beliefs.assign(u=counted.mean(), u_var=0.0, basis="same u")


def anchors(
    priors: pd.DataFrame | None,
    measure: str,
    sign: float,
    delta_u: Sequence[float],
) -> pd.DataFrame:
    """Express published estimates of bias as b in the unit of the effects.

    Parameters
    ----------
    priors
        prior_id, scale (SMD, or ROR: ratio of odds ratios), estimate, ci_low,
        ci_high and, when there, setting, source_id. Below zero (SMD) or below
        one (ratio) means that lost blinding exaggerates benefit. Rows on
        other scales are left out.
    measure
        metafor's code of the effects' measure.
    sign
        +1 where more of the outcome is better, else −1.
    delta_u
        Changes in belief that the source is assumed to have made.

    Returns
    -------
    pandas.DataFrame
        prior_id, setting, source_id, delta_u, b, b_low, b_high, sd; no rows
        where there are no priors or the effects are on another scale.

    Raises
    ------
    SensitivityError
        For missing columns, no estimate on a known scale, or a change in belief
        outside 0–1.
    """
    columns = ["prior_id", "setting", "source_id", "delta_u", "b", "b_low", "b_high"]
    columns += ["sd"]
    _check_priors(priors, delta_u)
    factor = unit_of_b(measure)
    if priors is None or factor is None:
        return pd.DataFrame(columns=columns)
    rows = []
    for row in priors[_scales(priors).notna()].to_dict("records"):
        smd = _as_smd(row)
        for change in delta_u:
            ends = np.sort(-sign * smd[1:] * factor / change)
            sd = (ends[1] - ends[0]) / (2 * ndtri(0.975))
            names = (row["prior_id"], row.get("setting", ""), row.get("source_id", ""))
            rows.append((*names, change, -sign * smd[0] * factor / change, *ends, sd))
    return pd.DataFrame(rows, columns=columns)


def unit_of_b(measure: str) -> float | None:
    """Factor from SMD to the unit of a measure, or None where there is none."""
    if measure in SMD_MEASURES:
        return 1.0
    return float(1 / LOG_ODDS_TO_SMD) if measure in LOG_ODDS_MEASURES else None


def _as_smd(row: Mapping[Hashable, Any]) -> FloatArray:
    values = np.array([row["estimate"], row["ci_low"], row["ci_high"]], dtype=float)
    if PRIOR_SCALES[str(row["scale"]).casefold()] == "smd":
        return values
    return np.asarray(np.log(values) * LOG_ODDS_TO_SMD, dtype=np.float64)


def _check_priors(priors: pd.DataFrame | None, delta_u: Sequence[float]) -> None:
    if not len(delta_u):
        raise SensitivityError(
            "delta_u is empty; give at least one change in belief, such as (1.0,)."
        )
    if bad := [change for change in delta_u if not 0 < change <= 1]:
        raise SensitivityError(
            f"delta_u holds {bad[0]:g}; a change in the probability of believing is "
            "above 0 and at most 1."
        )
    if priors is None:
        return
    with_columns("priors", priors, PRIOR_COLUMNS)
    if _scales(priors).isna().all():
        found = ", ".join(sorted(set(priors["scale"].astype(str)))) or "no rows"
        raise SensitivityError(
            f"priors, column scale: found {found}; allowed: SMD, or ROR (ratio of odds "
            "ratios). Convert the estimates, or leave priors out."
        )


def _scales(priors: pd.DataFrame) -> pd.Series[str]:
    return priors["scale"].astype(str).str.casefold().map(PRIOR_SCALES)


def learnt_about_b(
    effects: Effects, beliefs: pd.DataFrame, fit: Fit, prior: tuple[float, float]
) -> tuple[float, float]:
    """Posterior mean and SD of b from how contrasts vary with u.

    A normal linear model, y = δ + b u, given τ² and with a flat prior for δ:
    enough to see that a handful of trials hardly informs b.

    Parameters
    ----------
    effects, beliefs
        Contrasts and their u.
    fit
        The deciding fit at b = 0, for its τ² and the rows it used.
    prior
        Mean and SD of b.
    """
    rows = fit.used
    u = beliefs["u"].to_numpy(dtype=float)[rows]
    w = 1 / (effects.v[rows] + fit.heterogeneity.tau2)
    centred = u - np.average(u, weights=w)
    information, mean, precision = w @ centred**2, prior[0], prior[1] ** -2
    total = precision + information
    return (
        float((precision * mean + w @ (centred * effects.y[rows])) / total),
        float(total**-0.5),
    )
