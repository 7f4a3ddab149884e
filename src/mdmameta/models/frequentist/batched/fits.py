"""One model fitted to many data sets at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist.batched.data import Forms, Many, Mask
from mdmameta.models.frequentist.batched.tau2 import BATCHED, estimate
from mdmameta.models.frequentist.regression import FloatArray

if TYPE_CHECKING:
    import pandas as pd

#: Numbers that one array of a chunk may have: half a megabyte, which stays in
#: the cache of a processor, so that work space does not grow with n.
CHUNK = 2**16

INTERVALS = ("wald", "t", "knapp-hartung", "knapp-hartung-adhoc")


@dataclass(frozen=True, eq=False, kw_only=True)
class ManyFits:
    """Fits of n data sets; NaN where there are no more rows than coefficients.

    Parameters
    ----------
    k
        Rows used, shape (n,).
    value, se, statistic, p_value, ci_low, ci_high
        Of each coefficient, shape (n, p).
    tau2, q, i2
        Variance between studies, Cochran's Q at τ² = 0, and I² in percent,
        shape (n,).
    omnibus
        Joint statistic of all coefficients but an intercept, or of the
        intercept when it is alone: χ², or F with t intervals, shape (n,).
    converged
        Whether the iteration for τ² reached its tolerance, shape (n,).
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
        One of "DL", "HE", "HS", "SJ", "PM", "EB", "REML", "ML"; a number; or
        None for a common effect.
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
    k = effects.shape[1]
    design = np.ones((k, 1)) if X is None else np.asarray(X, dtype=float)
    _check_data(effects, variances, design)
    size = max(1, CHUNK // (k * design.shape[1] ** 2))
    parts = [
        _chunk(
            effects[i : i + size],
            variances[i : i + size],
            design,
            tau2,
            interval,
            level,
        )
        for i in range(0, len(effects), size)
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


def _check_data(y: FloatArray, v: FloatArray, X: FloatArray) -> None:
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


def _chunk(
    y: FloatArray,
    v: FloatArray,
    X: FloatArray,
    tau2: str | float | None,
    interval: str,
    level: float,
) -> ManyFits:
    inside = np.isfinite(y) & np.isfinite(v)
    basis, triangle = np.linalg.qr(X)
    data = Many(np.where(inside, y, 0.0), np.where(inside, v, 1.0), inside, basis)
    # Rows left out may also take the last one of a level away.
    gram = data.crossed(inside.astype(float))
    full = np.linalg.matrix_rank(gram, hermitian=True) == X.shape[1]
    fitted = np.flatnonzero((data.df > 0) & full)
    part = data.take(fitted)
    t, converged = np.full(fitted.size, 0.0), np.ones(fitted.size, dtype=bool)
    if isinstance(tau2, str) and fitted.size:
        t, converged = estimate(part, tau2)
    elif isinstance(tau2, (int, float)):
        t = np.full(fitted.size, float(tau2))
    found = _coefficients(part, t, np.linalg.inv(triangle), X, interval, level)
    found |= _heterogeneity(part, t, common=tau2 is None or tau2 == 0)
    blank = {name: _spread(a, fitted, len(y)) for name, a in found.items()}
    reached = np.zeros(len(y), dtype=bool)
    reached[fitted] = converged
    return ManyFits(k=data.k, converged=reached, **blank)


def _spread(array: FloatArray, rows: NDArray[np.intp], n: int) -> FloatArray:
    wide = np.full((n, *array.shape[1:]), np.nan)
    wide[rows] = array
    return wide


def _coefficients(
    data: Many,
    t: FloatArray,
    back: FloatArray,
    X: FloatArray,
    interval: str,
    level: float,
) -> dict[str, FloatArray]:
    at = data.at(data.weights(t))
    beta = at.beta @ back.T
    vcov = (back @ at.vcov @ back.T) * _scale(at, data.df, interval)[:, None, None]
    se = np.sqrt(np.diagonal(vcov, axis1=1, axis2=2))
    df = data.df[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    below, upper = -np.abs(statistic), 1 - (1 - level) / 2
    wald = interval == "wald"
    half = se * (ndtri(upper) if wald else stdtrit(df, upper))
    return {
        "value": beta,
        "se": se,
        "statistic": statistic,
        "p_value": 2 * (ndtr(below) if wald else stdtr(df, below)),
        "ci_low": beta - half,
        "ci_high": beta + half,
        "omnibus": _omnibus(beta, vcov, X, wald=wald),
    }


def _scale(at: Forms, df: FloatArray, interval: str) -> FloatArray:
    if not interval.startswith("knapp-hartung"):
        return np.ones_like(df)
    scale: FloatArray = at.q / df
    return np.maximum(1.0, scale) if interval.endswith("adhoc") else scale


def _omnibus(
    beta: FloatArray, vcov: FloatArray, X: FloatArray, *, wald: bool
) -> FloatArray:
    tested = np.flatnonzero(~(X == 1).all(axis=0))
    tested = tested if tested.size else np.arange(X.shape[1])
    b, V = beta[:, tested], vcov[:, tested[:, None], tested]
    found = np.full(len(b), np.nan)
    regular = (np.diagonal(V, axis1=1, axis2=2) > 0).all(axis=1)
    solved = np.linalg.solve(V[regular], b[regular][:, :, None])[:, :, 0]
    found[regular] = (b[regular] * solved).sum(axis=1)
    return found if wald else found / tested.size


def _heterogeneity(data: Many, t: FloatArray, *, common: bool) -> dict[str, FloatArray]:
    at = data.at(data.weights(np.zeros(t.size)))
    q, df = at.q, data.df
    with np.errstate(divide="ignore", invalid="ignore"):
        if common:
            i2 = np.where(q > 0, np.maximum(0.0, 1 - df / q), 0.0)
        else:
            i2 = t / (t + df / data.diagonal(at).sum(axis=1))
    return {"tau2": t, "q": q, "i2": 100 * i2}
