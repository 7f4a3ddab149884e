"""One model fitted to many data sets at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist.batched.data import Mask
from mdmameta.models.frequentist.batched.inference import heterogeneity
from mdmameta.models.frequentist.batched.solve import (
    INTERVALS,
    Columns,
    chunk_size,
    columns,
    data_sets,
    solve,
    spread,
)
from mdmameta.models.frequentist.batched.tau2 import BATCHED

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, kw_only=True)
class ManyFits:
    """Fits of n data sets; NaN where there are no more rows than coefficients.

    Parameters
    ----------
    k
        Rows used, shape (n,).
    value, se, statistic, p_value, ci_low, ci_high
        Of each coefficient, shape (n, p).
    tau2, q, i2, h2
        Variance between studies, Cochran's Q at τ² = 0, I² in percent and H²,
        shape (n,).
    omnibus
        Joint statistic of all coefficients but an intercept, or of the
        intercept when it is alone: χ², or F with t intervals, shape (n,).
    converged
        Whether the iteration for τ² reached its tolerance, shape (n,).

    Examples
    --------
    >>> fits = fit_many([[0.0, 2.0, 4.0], [1.0, 1.0, 1.0]], np.ones(3))
    >>> fits.k, fits.ci_low.shape, fits.i2.round(1)
    (array([3., 3.]), (2, 1), array([75.,  0.]))
    """

    k: FloatArray
    value: FloatArray
    se: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    q: FloatArray
    i2: FloatArray
    h2: FloatArray
    omnibus: FloatArray
    converged: Mask

    def to_frame(self) -> pd.DataFrame:
        """One row a data set; coefficients after the first are numbered."""
        import pandas as pd

        columns = {}
        for field in fields(self):
            array = getattr(self, field.name)
            parts = array.T if array.ndim == 2 else [array]
            for i, part in enumerate(parts):
                columns[field.name + (f"_{i}" if i else "")] = part
        return pd.DataFrame(columns)


def fit_many(
    y: ArrayLike,
    v: ArrayLike,
    X: ArrayLike | None = None,
    *,
    tau2: str | float | None = "REML",
    interval: str = "knapp-hartung",
    level: float = 0.95,
) -> ManyFits:
    """Fit one model of independent effects to many data sets.

    The numbers are those of `RandomEffects`, `MetaRegression` and
    `CommonEffect` one by one, for simulation, bootstrap and permutation.

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (n, k), either also (k,). Rows
        with missing or infinite numbers are left out of their data set.
    X
        Design of all data sets, shape (k, p); None for a mean.
    tau2
        One of "DL", "HE", "HS", "HSk", "SJ", "PM" (the same as "EB", "DLIT",
        "SJIT"), "PMM", "REML", "ML"; a number; or None for a common effect.
    interval
        "wald", "t", "knapp-hartung" (the default, for few studies) or
        "knapp-hartung-adhoc".
    level
        Probability of the intervals.

    Returns
    -------
    ManyFits

    Raises
    ------
    OptionError
        For an estimator or an interval that is not one of these.
    ModelError
        When shapes do not fit, a variance is not positive, or the columns of
        the design are not independent.

    References
    ----------
    Viechtbauer 2005, doi:10.3102/10769986030003261; Knapp and Hartung 2003,
    doi:10.1002/sim.1482.

    Examples
    --------
    >>> fits = fit_many([[0.0, 2.0, 4.0], [1.0, 1.0, 1.0]], np.ones(3))
    >>> fits.value[:, 0].round(9), fits.tau2.round(9)
    (array([2., 1.]), array([3., 0.]))
    """
    _check(tau2, interval, level)
    effects, variances = np.broadcast_arrays(
        np.atleast_2d(np.asarray(y, float)), np.atleast_2d(np.asarray(v, float))
    )
    matrix = None if X is None else np.asarray(X, dtype=float)
    _check_data(effects, variances, matrix)
    design = columns(matrix)
    size = chunk_size(effects.shape[1], design)
    parts = [
        _part(effects[rows], variances[rows], design, tau2, interval, level)
        for rows in (slice(i, i + size) for i in range(0, len(effects), size))
    ]
    return ManyFits(
        **{
            f.name: np.concatenate([getattr(part, f.name) for part in parts])
            for f in fields(ManyFits)
        }
    )


def _check(tau2: str | float | None, interval: str, level: float) -> None:
    if isinstance(tau2, str) and tau2 not in BATCHED:
        raise OptionError(f"tau2={tau2!r} is not one of {', '.join(BATCHED)}.")
    if isinstance(tau2, (int, float)) and not 0 <= tau2 < np.inf:
        raise OptionError(f"tau2={tau2!r} is not a variance; give 0 or more.")
    if interval not in INTERVALS:
        raise OptionError(f"interval={interval!r} is not one of {', '.join(INTERVALS)}")
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} is not between 0 and 1; give 0.95.")


def _check_data(y: FloatArray, v: FloatArray, X: FloatArray | None) -> None:
    X = np.ones((y.shape[-1], 1)) if X is None else X
    if y.ndim != 2 or y.size == 0 or X.shape[:1] != y.shape[1:] or X.ndim != 2:
        raise ModelError(
            f"effects of shape {y.shape} and a design of shape {X.shape} do not fit: "
            "give (n, k) with n and k of at least 1, and (k, p)."
        )
    if (v <= 0).any():
        at = tuple(int(i) for i in np.argwhere(v <= 0)[0])
        raise ModelError(f"v{list(at)} is {v[at]}; variances must be positive.")
    if not np.isfinite(X).all() or np.linalg.matrix_rank(X) < X.shape[1]:
        raise ModelError(
            "the columns of X are not finite and independent; leave out those that "
            "others determine."
        )


def _part(
    y: FloatArray,
    v: FloatArray,
    design: Columns,
    tau2: str | float | None,
    interval: str,
    level: float,
) -> ManyFits:
    data = data_sets(y, v, design)
    fitted = solve(data, design, tau2, interval)
    of, n = fitted.coefficients, data.n
    half = of.half_width(level)
    found = {
        "value": of.beta.T,
        "se": of.se.T,
        "statistic": of.statistic.T,
        "p_value": of.p_value().T,
        "ci_low": (of.beta - half).T,
        "ci_high": (of.beta + half).T,
        "omnibus": of.omnibus(list(design.tested)),
    }
    common = tau2 is None or tau2 == 0
    found |= heterogeneity(fitted.zero, fitted.df, fitted.tau2, common=common)
    reached = np.zeros(n, dtype=bool)
    reached[fitted.rows] = fitted.converged
    blank = {name: spread(a, fitted.rows, n) for name, a in found.items()}
    return ManyFits(k=data.k, converged=reached, **blank)
