"""How much each row sways a fit: the set of statistics of metafor's influence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtr

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.deleted import Regressed, beta_of, in_weights, regressed
from mdmameta.sensitivity.residuals import deleted_residual

#: A coefficient that moves by more than this many standard errors.
DFBETAS_LIMIT = 1.0

#: Cook's distance is marked when it lies beyond this quantile of χ² with p
#: degrees of freedom: the edge of a 50 % confidence region.
COOK_QUANTILE = 0.5

#: DFFITS and leverages are marked at three times their usual size.
USUAL_SIZES = 3.0

STATISTICS = (
    "rstudent",
    "dffits",
    "cook_d",
    "cov_r",
    "tau2_del",
    "qe_del",
    "hat",
    "weight",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Influence:
    """Influence of each row on a fit.

    Parameters
    ----------
    fit
        The fit to all rows.
    frame
        study, the statistics, and is_infl; one row an effect used.
    dfbetas
        study and one column a coefficient.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> table = mm.influence(effects, mm.CommonEffect()).to_frame()
    >>> table["cook_d"].round(2).tolist()
    [1.88, 0.05, 0.12, 0.11]
    """

    fit: Fit
    frame: pd.DataFrame
    dfbetas: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row an effect: study, statistics, is_infl, and dfbetas by term."""
        changes = self.dfbetas.drop(columns="study").add_prefix("dfbetas_")
        return pd.concat([self.frame, changes], axis=1)


def influence(effects: Effects, model: Model) -> Influence:
    """Compare the fit with the fits without each row.

    With subscript (i) for an estimate without row i, c the Knapp–Hartung
    factor (1 for Wald) and p coefficients:

    - rstudent: (yᵢ − xᵢᵀβ₍ᵢ₎) / √(c₍ᵢ₎ (vᵢ + τ²₍ᵢ₎) + xᵢᵀV₍ᵢ₎xᵢ)
    - dffits: (xᵢᵀβ − xᵢᵀβ₍ᵢ₎) / √(c₍ᵢ₎ hᵢ (τ²₍ᵢ₎ + vᵢ))
    - cook_d: (β − β₍ᵢ₎)ᵀ V⁻¹ (β − β₍ᵢ₎)
    - cov_r: determinant of V₍ᵢ₎ over that of V; below 1 the estimate is more
      precise without row i
    - tau2_del, qe_del: τ² and Cochran's Q without row i
    - hat, weight: leverage hᵢ, and percent of the weight
    - dfbetas: (β − β₍ᵢ₎)ⱼ / √(c₍ᵢ₎ [(XᵀWX)⁻¹]ⱼⱼ), weights at τ²₍ᵢ₎

    A row is marked (is_infl) when abs(dffits) > 3 √(p / (k − p)), cook_d lies
    beyond the median of χ² with p degrees of freedom, hat > 3 p / k, or any
    abs(dfbetas) > 1. The limits are rules of thumb: a mark asks for a look at
    the study, and is no reason to leave it out.

    Parameters
    ----------
    effects
        Independent rows.
    model
        A model with one coefficient, or with a ``formula``.

    Returns
    -------
    Influence
        NaN, and not marked, where a coefficient cannot be estimated without
        the row.

    Raises
    ------
    SensitivityError
        When rows are correlated.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 0.1, 0.2, 0.9], v=[0.1, 0.1, 0.1, 0.1], study=list("ABCD"))
    >>> table = influence(effects, CommonEffect()).to_frame()
    >>> table.loc[table["is_infl"], "study"].tolist()
    ['D']
    """
    data = regressed(effects, model)
    k, p = data.X.shape
    found = np.full((k, len(STATISTICS)), np.nan)
    found[:, STATISTICS.index("hat")] = data.hat
    found[:, STATISTICS.index("weight")] = data.fit.weights[data.fit.used]
    changes = np.full((k, p), np.nan)
    for row, fit in enumerate(data.without_each()):
        if fit is not None:
            found[row, :6] = _without(data, row, fit)
            changes[row] = _dfbetas(data, row, fit)
    frame = pd.DataFrame(found, columns=list(STATISTICS))
    frame.insert(0, "study", data.columns.study)
    frame["is_infl"] = _marked(frame, changes)
    terms = list(data.fit.coefficients["term"])
    dfbetas = pd.DataFrame(changes, columns=terms)
    dfbetas.insert(0, "study", data.columns.study)
    return Influence(fit=data.fit, frame=frame, dfbetas=dfbetas)


def _without(data: Regressed, row: int, fit: Fit) -> tuple[float, ...]:
    resid, se = deleted_residual(data, row, fit)
    tau2 = in_weights(fit)
    change = data.beta - beta_of(fit)
    spread = data.scale(row, fit) * data.fitted_variance(row, tau2)
    with np.errstate(divide="ignore", invalid="ignore"):
        rstudent = float(np.divide(resid, se))
        dffits = float(data.X[row] @ change / np.sqrt(spread))
    return (
        rstudent,
        dffits,
        *_distances(data.fit.vcov, fit.vcov, change),
        tau2,
        fit.heterogeneity.q,
    )


def _distances(
    vcov: FloatArray, without: FloatArray, change: FloatArray
) -> tuple[float, float]:
    """Cook's distance and the ratio of generalised variances."""
    generalised = float(np.linalg.det(vcov))
    if generalised <= 0:
        return np.nan, np.nan
    distance = float(change @ np.linalg.solve(vcov, change))
    return distance, float(np.linalg.det(without)) / generalised


def _dfbetas(data: Regressed, row: int, fit: Fit) -> FloatArray:
    spread = data.scale(row, fit) * np.diag(data.classic_vcov(in_weights(fit)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (data.beta - beta_of(fit)) / np.sqrt(spread)


def _marked(frame: pd.DataFrame, changes: FloatArray) -> FloatArray:
    k, p = changes.shape
    hat = frame["hat"] > USUAL_SIZES * p / k
    cook = chdtr(p, frame["cook_d"].to_numpy()) > COOK_QUANTILE
    usual = np.sqrt(p / (k - p)) if k > p else np.inf
    fits = frame["dffits"].abs() > USUAL_SIZES * usual
    return np.asarray(
        (hat | cook | fits | (np.abs(changes) > DFBETAS_LIMIT).any(axis=1))
        & frame["rstudent"].notna()
    )
