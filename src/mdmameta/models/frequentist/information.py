"""A maximised log-likelihood and the criteria of information made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLikelihood:
    """A maximised log-likelihood and what is made of it.

    Criteria compare models of the same rows by the same likelihood; those of
    the restricted one compare variances alone, for designs that are the same.

    Parameters
    ----------
    value
        With its constant, as metafor gives it.
    parameters
        Coefficients, variances and correlations estimated.
    n
        Rows; rows minus coefficients for the restricted likelihood.

    Examples
    --------
    >>> LogLikelihood(value=-7.96, parameters=3, n=55).aic
    21.92
    """

    value: float
    parameters: int
    n: int

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.parameters - 2 * self.value

    @property
    def bic(self) -> float:
        """Schwarz's criterion; NaN when no rows are left to count."""
        if self.n < 1:
            return float("nan")
        return float(self.parameters * np.log(self.n)) - 2 * self.value

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for few rows."""
        n = max(self.n, self.parameters + 2)
        return 2 * self.parameters * n / (n - self.parameters - 1) - 2 * self.value
