"""Share of the variance between studies that moderators explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.design import INTERCEPT
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.heterogeneity import between_studies
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.regression import Rows, independent_rows, least_squares

#: With fewer studies R² is very imprecise (simulations of López-López et al. 2014).
FEW_STUDIES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RSquared:
    """Percent of the variance between studies that moderators account for.

    ``float()`` gives the percentage.

    Parameters
    ----------
    percent
        0 to 100.
    untruncated
        The same before negative values are set to 0; NaN when there is no
        variance to explain.
    before, after
        Variance between studies of the mean and of the regression; of a
        common-effect regression, the mean squares instead.
    k
        Studies.
    warnings
        What a reader must know before using it.

    Examples
    --------
    >>> found = RSquared(percent=40.0, untruncated=40.0, before=0.1, after=0.06, k=12)
    >>> float(found)
    40.0
    """

    percent: float
    untruncated: float
    before: float
    after: float
    k: int
    warnings: tuple[Caution, ...] = ()

    def __float__(self) -> float:
        return self.percent

    def __repr__(self) -> str:
        return f"<RSquared {self.percent:.1f} %, k = {self.k}>"

    def to_frame(self) -> pd.DataFrame:
        """One row with every number and the warnings."""
        names = ("percent", "untruncated", "before", "after", "k")
        row = {name: getattr(self, name) for name in names}
        return pd.DataFrame([{**row, "warnings": "; ".join(self.warnings)}])


def r_squared(fit: Fit) -> RSquared:
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
    RSquared
        Of 0 percent when τ₀² is 0, or when moderators leave more variance
        than there was; ``untruncated`` is then negative. Very imprecise with
        fewer than some 40 studies, which ``warnings`` say, and it can rise by
        a moderator that explains nothing.

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
    >>> found = r_squared(MetaRegression("~ dose").fit(effects))
    >>> round(float(found), 1), [caution.code for caution in found.warnings]
    (100.0, ['few-studies'])
    """
    rows, tau2 = _with_intercept(fit)
    mean = Rows(rows.y, rows.v, rows.X[:, :1], rows.axes)
    if tau2 == 0:
        before, after = _mean_square(mean), _mean_square(rows)
    else:
        before = between_studies(mean, tau2).tau2.value
        after = fit.heterogeneity.tau2
    share = 100 * (before - after) / before if before > 0 else np.nan
    return RSquared(
        percent=max(0.0, share) if before > 0 else 0.0,
        untruncated=share,
        before=before,
        after=after,
        k=fit.k,
        warnings=_cautions(before, share, fit.k),
    )


def _cautions(before: float, share: float, k: int) -> tuple[Caution, ...]:
    found = []
    if before == 0:
        found.append(
            Caution(
                "nothing-to-explain",
                "The variance between studies without moderators is estimated as 0, "
                "so there is nothing to explain; R² is stated as 0.",
            )
        )
    elif share < 0:
        found.append(
            Caution(
                "negative-r2",
                f"The moderators leave more variance than the mean did ({share:.1f} "
                "percent), which is stated as 0.",
            )
        )
    if k < FEW_STUDIES:
        found.append(
            Caution(
                "few-studies",
                f"R² of {k} studies is very imprecise; some {FEW_STUDIES} or more are "
                "needed.",
            )
        )
    return tuple(found)


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
    if fit.k <= len(fit.coefficients):
        raise ModelError(
            f"{fit.k} studies and {len(fit.coefficients)} coefficients: no variance is "
            "left, so what they explain is unknown. Leave out moderators."
        )
    of, V = fit.working(), None
    if of.M.ndim == 2:  # errors are correlated
        V = fit.effects.V[np.ix_(of.rows, of.rows)]
    return independent_rows(of.y, fit.effects.v[of.rows], of.X, V), tau2


def _mean_square(rows: Rows) -> float:
    """Residual sum of squares of known variances over its degrees of freedom."""
    k, p = rows.X.shape
    return float(least_squares(rows.y, rows.v, rows.X).q / (k - p))
