"""Standardised residuals: internal, and of each row from the others."""

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
from mdmameta.sensitivity.grouped_residuals import deleted_residuals, standard_residuals


def rstandard(
    effects: Effects, model: Model, *, cluster: Cluster = None
) -> pd.DataFrame:
    """Residuals of the fit, divided by their standard errors.

    With H the hat matrix and M = diag(v + τ²), the residuals e = (I − H) y
    have the covariance (I − H) M (I − H)ᵀ, and z = e / se.

    Parameters
    ----------
    effects
        Independent rows; of a multilevel model also correlated ones.
    model
        A model with one coefficient, or with a ``formula``; or a multilevel or
        multivariate one.
    cluster
        Of a multilevel model: rows that belong together, as the name of a
        column ("study" for the effects' studies) or the label of each row.

    Returns
    -------
    pandas.DataFrame
        study, resid, se, z; one row an effect used. With clusters also the
        label of the row's cluster, and of all its k rows together x2 = eᵀC⁻¹e
        (NaN where their covariance C is singular) and p_value, its place in χ²
        with k degrees of freedom.

    Raises
    ------
    SensitivityError
        When rows are correlated and the model is not multilevel, or for
        ``cluster`` with another model.

    Notes
    -----
    Of a multilevel model M is its marginal covariance, and errors are those of
    the model, also where robust ones were asked for.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 2.0], v=[1.0, 1.0])
    >>> rstandard(effects, CommonEffect())["z"].round(3).tolist()
    [-1.414, 1.414]
    """
    if is_multilevel(model):
        return standard_residuals(grouped(effects, model, cluster))
    check_for_multilevel(model, cluster, True)
    data = regressed(effects, model)
    marginal = data.v + data.tau2
    left = np.eye(data.y.size) - data.projection
    variance = (left**2 * marginal).sum(axis=1)
    return _table(data, data.y - data.X @ data.beta, _root(variance, marginal))


def rstudent(
    effects: Effects,
    model: Model,
    *,
    cluster: Cluster = None,
    reestimate: bool = True,
) -> pd.DataFrame:
    """Each effect minus its prediction from the others, in standard errors.

    The residual yᵢ − xᵢᵀβ₍ᵢ₎ has the variance c₍ᵢ₎ (vᵢ + τ²₍ᵢ₎) + xᵢᵀV₍ᵢ₎xᵢ,
    all estimated without row i, with c the factor of Knapp and Hartung (1 for
    other intervals). Under the model z is about standard normal.

    Parameters
    ----------
    effects, model, cluster
        See `rstandard`; the rows of a cluster are left out together.
    reestimate
        Of a multilevel model: whether variances and correlations are estimated
        anew without the rows (default), or those of all rows are kept.

    Returns
    -------
    pandas.DataFrame
        study, resid, se, z; one row an effect used; NaN where the coefficients
        cannot be estimated without the row. With clusters the columns of
        `rstandard`; of a multilevel model also note, why there is no residual:
        a coefficient, variance or correlation that cannot be estimated
        without the rows.

    Raises
    ------
    SensitivityError
        When rows are correlated and the model is not multilevel, or for
        ``cluster`` or ``reestimate`` with another model.

    Notes
    -----
    Of a multilevel model vᵢ + τ² is the marginal variance of the row. That a
    row and its prediction share a random effect or errors with other rows of
    its study does not enter the variance, as in metafor; left out as a whole, a
    cluster is independent of the others, and x2 is about χ² under the model.

    References
    ----------
    Viechtbauer and Cheung 2010, doi:10.1002/jrsm.11.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(y=[0.0, 2.0], v=[1.0, 1.0])
    >>> rstudent(effects, CommonEffect())["z"].round(3).tolist()
    [-1.414, 1.414]
    """
    if is_multilevel(model):
        return deleted_residuals(
            grouped(effects, model, cluster, reestimate=reestimate)
        )
    check_for_multilevel(model, cluster, reestimate)
    data = regressed(effects, model)
    resid, se = np.full((2, data.y.size), np.nan)
    for row, fit in enumerate(data.without_each()):
        if fit is not None:
            resid[row], se[row] = deleted_residual(data, row, fit)
    return _table(data, resid, se)


def deleted_residual(data: Regressed, row: int, fit: Fit) -> tuple[float, float]:
    """Return the residual of a row from a fit without it, and its error."""
    x = data.X[row]
    beta = beta_of(fit)
    own = data.scale(row, fit) * (data.v[row] + in_weights(fit))
    variance = own + x @ fit.vcov @ x
    return float(data.y[row] - x @ beta), float(np.sqrt(variance))


def _root(variance: FloatArray, marginal: FloatArray) -> FloatArray:
    """Root of variances; NaN for a row that fixes a coefficient by itself.

    Such a row has none of its own variance left, however large others are.
    """
    return np.sqrt(np.where(variance > 1e-12 * marginal, variance, np.nan))


def _table(data: Regressed, resid: FloatArray, se: FloatArray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": data.columns.study,
            "resid": resid,
            "se": se,
            "z": resid / se,
        }
    )
