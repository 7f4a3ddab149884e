"""Share of the variance between studies that moderators explain."""

from __future__ import annotations

import numpy as np

from mdmameta.errors import ModelError
from mdmameta.models.design import INTERCEPT
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.heterogeneity import between_studies
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.regression import Rows, independent_rows, least_squares


def r_squared(fit: Fit) -> float:
    """Percent of the variance between studies that moderators account for.

    100 max(0, (τ₀² − τ²) / τ₀²), with τ₀² of the mean of the same rows by the
    same estimator. With τ² fixed at 0, a common-effect regression, it is the
    adjusted R² of the weighted regression.

    Parameters
    ----------
    fit
        Of a meta-regression with an intercept.

    Returns
    -------
    float
        0 to 100; 0 when τ₀² is 0. Very imprecise with fewer than some 40
        studies, and it can rise by a moderator that explains nothing.

    Raises
    ------
    ModelError
        For another model, without an intercept, or with τ² fixed above 0.

    References
    ----------
    Raudenbush 2009, in Cooper, Hedges and Valentine (editors), Handbook of
    Research Synthesis; López-López et al. 2014, doi:10.1111/bmsp.12002 (its
    bias and spread).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3]})
    >>> round(r_squared(MetaRegression("~ dose").fit(effects)), 1)
    100.0
    """
    rows, tau2 = _with_intercept(fit)
    mean = Rows(rows.y, rows.v, rows.X[:, :1], rows.axes)
    if tau2 == 0:
        return _adjusted(rows, mean)
    before = between_studies(mean, tau2).tau2.value
    after = fit.heterogeneity.tau2
    return 100 * max(0.0, (before - after) / before) if before > 0 else 0.0


def _with_intercept(fit: Fit) -> tuple[Rows, str | float]:
    if not isinstance(fit.model, MetaRegression) or fit.working is None:
        raise ModelError(f"{fit.model!r} has no moderators that could explain.")
    tau2 = fit.model.tau2
    if fit.coefficients["term"].iloc[0] != INTERCEPT:
        raise ModelError(
            f"{fit.model!r} has no intercept, so no mean that it extends; leave out "
            "'- 1' or '0 +'."
        )
    if not isinstance(tau2, str) and tau2 > 0:
        raise ModelError(f"tau2={tau2} is fixed, so moderators cannot lower it.")
    of, V = fit.working(), None
    if of.M.ndim == 2:  # errors are correlated
        V = fit.effects.V[np.ix_(of.rows, of.rows)]
    return independent_rows(of.y, fit.effects.v[of.rows], of.X, V), tau2


def _adjusted(rows: Rows, mean: Rows) -> float:
    """Compute the adjusted R², in percent, of a regression with known variances."""
    k, p = rows.X.shape
    left = least_squares(rows.y, rows.v, rows.X).q / (k - p)
    total = least_squares(mean.y, mean.v, mean.X).q / (k - 1)
    return 100 * max(0.0, 1 - left / total) if total > 0 else 0.0
