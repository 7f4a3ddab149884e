"""The estimate of a model with a mean alone."""

from __future__ import annotations

import numpy as np

from mdmameta.models.fit import Estimate
from mdmameta.models.frequentist.intervals import critical_value, two_sided_p


def estimate_of_mean(
    value: float,
    se: float,
    *,
    level: float,
    df: float = np.inf,
    tau2: float | None = None,
) -> Estimate:
    """Put a mean, its error and their quantiles together.

    Parameters
    ----------
    value, se
        The mean and its standard error.
    level
        Probability of the interval.
    df
        Degrees of freedom of t; infinite for the normal distribution.
    tau2
        Variance of true effects, for a prediction interval; None for none.

    Examples
    --------
    >>> round(estimate_of_mean(0.5, 0.2, level=0.95).ci_low, 3)
    0.108
    """
    t = critical_value(level, df)
    reach = np.nan if tau2 is None else t * float(np.sqrt(se**2 + tau2))
    return Estimate(
        value=value,
        se=se,
        ci_low=value - t * se,
        ci_high=value + t * se,
        pi_low=value - reach,
        pi_high=value + reach,
        statistic=value / se,
        df=df,
        p_value=float(two_sided_p(np.array([value / se]), df)[0]),
        level=level,
    )
