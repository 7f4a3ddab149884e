"""What influence statistics are: the result, its distances and its marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtr

from mdmameta.arrays import FloatArray
from mdmameta.models.fit import Fit

#: A coefficient that moves by more than this many standard errors.
DFBETAS_LIMIT = 1.0

#: Cook's distance is marked when it lies beyond this quantile of χ² with p
#: degrees of freedom: the edge of a 50 % confidence region.
COOK_QUANTILE = 0.5

#: DFFITS and leverages are marked at three times their usual size.
USUAL_SIZES = 3.0


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
        study (or cluster) and one column a coefficient.
    components
        study (or cluster) and one column a variance or correlation, estimated
        without it; None where the model has one level.

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
    components: pd.DataFrame | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row an effect, or a cluster.

        Returns
        -------
        pandas.DataFrame
            study or cluster, statistics, is_infl, dfbetas by term (``dfbetas_…``),
            and of a multilevel model note, and each variance and correlation
            without the row (``del_…``).
        """
        parts = [self.frame, self.dfbetas.iloc[:, 1:].add_prefix("dfbetas_")]
        if self.components is not None:
            parts.append(self.components.iloc[:, 1:].add_prefix("del_"))
        return pd.concat(parts, axis=1)


def distances(
    vcov: FloatArray, without: FloatArray, change: FloatArray
) -> tuple[float, float]:
    """Cook's distance and the ratio of generalised variances.

    Parameters
    ----------
    vcov, without
        Covariance of coefficients of all rows, and without some, shape (p, p).
    change
        Of the coefficients, shape (p,).

    Examples
    --------
    >>> distances(np.array([[1.0]]), np.array([[2.0]]), np.array([3.0]))
    (9.0, 2.0)
    """
    generalised = float(np.linalg.det(vcov))
    if generalised <= 0:
        return np.nan, np.nan
    distance = float(change @ np.linalg.solve(vcov, change))
    return distance, float(np.linalg.det(without)) / generalised


def marked(frame: pd.DataFrame, changes: FloatArray) -> FloatArray:
    """Tell which rows, or clusters, the rules of thumb mark.

    Parameters
    ----------
    frame
        The statistics; of clusters without dffits.
    changes
        dfbetas, shape (rows, p).
    """
    k, p = changes.shape
    hat = frame["hat"] > USUAL_SIZES * p / k
    cook = chdtr(p, frame["cook_d"].to_numpy()) > COOK_QUANTILE
    usual = np.sqrt(p / (k - p)) if k > p else np.inf
    moved = (np.abs(changes) > DFBETAS_LIMIT).any(axis=1)
    if "dffits" in frame:
        moved |= np.asarray(frame["dffits"].abs() > USUAL_SIZES * usual)
    found = frame["rstudent" if "rstudent" in frame else "cook_d"].notna()
    return np.asarray((hat | cook | moved) & found)
