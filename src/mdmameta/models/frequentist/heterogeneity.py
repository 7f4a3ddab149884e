"""Variance between studies as a model asks for it, and how it is described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import chdtrc

from mdmameta.models.fit import Heterogeneity
from mdmameta.models.frequentist.closed_form import sidik_jonkman
from mdmameta.models.frequentist.qprofile import q_profile
from mdmameta.models.frequentist.regression import (
    Rows,
    least_squares,
    typical_variance,
)
from mdmameta.models.frequentist.tau2 import ESTIMATORS, Tau2
from mdmameta.models.frequentist.tau2_intervals import (
    generalised_q_interval,
    profile_interval,
)

#: Powers of 1 / v that weight the generalised Q of an interval.
POWERS = {"genq": 1.0, "jackson": 0.5}


@dataclass(frozen=True, slots=True)
class Between:
    """Variance of true effects between studies.

    Parameters
    ----------
    tau2
        Estimate or assumption; NaN when no degrees of freedom are left.
    estimated
        False when it was fixed in advance.
    common
        True for the assumption of a common effect, which is also what a
        variance fixed at 0 means.
    """

    tau2: Tau2
    estimated: bool = False
    common: bool = False

    @property
    def in_weights(self) -> float:
        """The value that weights are computed with."""
        return 0.0 if np.isnan(self.tau2.value) else self.tau2.value


def between_studies(rows: Rows, asked: str | float | None) -> Between:
    """Estimate τ², or take it as given.

    Parameters
    ----------
    rows
        Effects and design.
    asked
        Code of an estimator, a value, or None for a common effect.

    Examples
    --------
    >>> rows = Rows(np.array([0.0, 2.0]), np.ones(2), np.ones((2, 1)))
    >>> round(between_studies(rows, "DL").tau2.value, 9)
    1.0
    """
    k, p = rows.X.shape
    if k <= p:
        return Between(Tau2(np.nan, np.nan), common=asked is None)
    if asked is None or asked == 0:
        return Between(Tau2(0.0, np.nan), common=True)
    if asked == "SJ" and rows.axes is not None:
        ones = rows.axes.sum(axis=0)
        estimated = sidik_jonkman(rows.y, rows.v, rows.X, ones)
        return Between(estimated, estimated=True)
    if isinstance(asked, str):
        estimate = ESTIMATORS[asked]
        return Between(estimate(rows.y, rows.v, rows.X), estimated=True)
    return Between(Tau2(float(asked), np.nan))


def describe(
    rows: Rows,
    between: Between,
    level: float,
    *,
    interval: str = "qprofile",
    restricted: bool = True,
) -> Heterogeneity:
    """Q, I², H² and the interval of τ², which is computed when asked for.

    Parameters
    ----------
    rows, between
        Effects and design, and the variance of true effects.
    level
        Probability of the interval.
    interval
        "qprofile", "genq", "jackson" or "profile".
    restricted
        Which likelihood a profile interval is of.

    References
    ----------
    Higgins and Thompson 2002, doi:10.1002/sim.1186.
    """
    k, p = rows.X.shape
    q = least_squares(rows.y, rows.v, rows.X).q
    typical = typical_variance(rows.v, rows.X) if k > p else np.nan
    i2, h2 = _relative(rows, between, q, typical)
    return Heterogeneity(
        tau2=between.tau2.value,
        i2=i2,
        h2=h2,
        q=q,
        q_df=k - p,
        q_p=float(chdtrc(k - p, q)) if k > p else 1.0,
        tau2_se=between.tau2.se,
        typical_v=typical,
        tau2_interval=partial(
            _tau2_interval(interval, restricted), rows.y, rows.v, rows.X, level
        ),
    )


def _tau2_interval(
    interval: str, restricted: bool
) -> Callable[..., tuple[float, float]]:
    if interval == "profile":
        return partial(profile_interval, restricted=restricted)
    if interval == "qprofile":
        return q_profile
    return partial(generalised_q_interval, power=POWERS[interval])


def _relative(
    rows: Rows, between: Between, q: float, typical: float
) -> tuple[float, float]:
    k, p = rows.X.shape
    if k <= p:
        return np.nan, np.nan
    if between.common:
        return 100 * max(0.0, 1 - (k - p) / q) if q > 0 else 0.0, q / (k - p)
    total = between.tau2.value + typical
    return 100 * between.tau2.value / total, total / typical
