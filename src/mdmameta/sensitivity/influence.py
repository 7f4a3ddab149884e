"""How much each row sways a fit: the set of statistics of metafor's influence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.deleted import Regressed, beta_of, in_weights, regressed
from mdmameta.sensitivity.deleted_groups import (
    Cluster,
    check_for_multilevel,
    grouped,
    is_multilevel,
)
from mdmameta.sensitivity.grouped_influence import influence_of_groups
from mdmameta.sensitivity.influence_set import Influence, distances, marked
from mdmameta.sensitivity.residuals import deleted_residual

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


def influence(
    effects: Effects,
    model: Model,
    *,
    cluster: Cluster = None,
    reestimate: bool = True,
) -> Influence:
    """Compare the fit with the fits without each row, or each cluster.

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
        Independent rows; of a multilevel model also correlated ones.
    model
        A model with one coefficient, or with a ``formula``; or a multilevel or
        multivariate one.
    cluster
        Of a multilevel model: rows that are left out together, as the name of
        a column ("study" for the effects' studies) or the label of each row.
        Each row by itself by default.
    reestimate
        Of a multilevel model: whether variances and correlations are estimated
        anew without the rows (default), or those of all rows are kept.

    Returns
    -------
    Influence
        NaN, and not marked, where a coefficient cannot be estimated without
        the row. Of a multilevel model the frame has a column note with the
        reason, also where a variance or correlation cannot be estimated.

    Raises
    ------
    SensitivityError
        When rows are correlated and the model is not multilevel, or for
        ``cluster`` or ``reestimate`` with another model.
    ModelError
        When the model cannot be fitted to all rows, or a cluster is missing.

    Notes
    -----
    Of a multilevel model vᵢ + τ² is the marginal variance of the row, tau2_del
    the mean over rows of the variance of true effects, and dffits in errors of
    all rows at the variances without the row. Errors are those of the model,
    also where robust ones were asked for. Values agree with ``rstudent``,
    ``cooks.distance``, ``dfbetas`` and ``hatvalues`` of metafor's ``rma.mv``.

    Of clusters, x2 is eᵀC⁻¹e of the residuals e of all k rows from the fit
    without them, with their covariance C, and p_value its place in χ² with k
    degrees of freedom; hat and weight are sums, and a usual leverage is p over
    the number of clusters. One row less of a cluster says little where the
    others of the cluster say the same: ask for both.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11; of clusters Nieuwenhuis
    et al. 2012, doi:10.32614/RJ-2012-011.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect, Multilevel
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 0.1, 0.2, 0.9], v=[0.1, 0.1, 0.1, 0.1], study=list("ABCD"))
    >>> table = influence(effects, CommonEffect()).to_frame()
    >>> table.loc[table["is_infl"], "study"].tolist()
    ['D']
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.1, 0.4, 0.3, 0.2, 1.9, 1.4], v=[0.02] * 8,
    ...     study=list("AABBCCDD"))
    >>> found = influence(effects, Multilevel(), cluster="study")
    >>> found.frame[["cluster", "k", "is_infl"]].values.tolist()[2:]
    [['C', 2, False], ['D', 2, True]]
    """
    if is_multilevel(model):
        return influence_of_groups(
            grouped(effects, model, cluster, reestimate=reestimate)
        )
    check_for_multilevel(model, cluster, reestimate)
    return _of_rows(regressed(effects, model))


def _of_rows(data: Regressed) -> Influence:
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
    frame["is_infl"] = marked(frame, changes)
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
        *distances(data.fit.vcov, fit.vcov, change),
        tau2,
        fit.heterogeneity.q,
    )


def _dfbetas(data: Regressed, row: int, fit: Fit) -> FloatArray:
    spread = data.scale(row, fit) * np.diag(data.classic_vcov(in_weights(fit)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (data.beta - beta_of(fit)) / np.sqrt(spread)
