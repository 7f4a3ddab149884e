"""Test of excess significance: more significant studies than their power allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import bdtrc, chdtrc, ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Caution
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.options import check_option
from mdmameta.sensitivity.small_study.result import asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import check_pooling, independent_studies

__all__ = ["ExcessSignificance", "excess_significance"]

ExcessTest = Literal["exact", "binomial", "chi2"]
Alternative = Literal["two.sided", "greater", "less"]


@dataclass(frozen=True, eq=False, kw_only=True)
class ExcessSignificance:
    """Observed against expected numbers of significant studies.

    Parameters
    ----------
    observed, expected
        Number of significant studies, and the sum of the powers.
    ratio
        Observed / expected.
    p_value
        One-sided: that as many or more are significant by chance.
    statistic
        χ² with one degree of freedom, for orientation.
    value, tau2
        Effect, and variance of true effects, by which power was computed.
    power
        Of each study, shape (k,).
    study
        Labels of the studies.
    test
        Which p-value: "exact", "binomial" or "chi2".
    warnings
        What to know before reading it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.sensitivity.excess_significance(effects)
    >>> found.observed, round(found.expected, 2)
    (1, 1.04)
    """

    observed: int
    expected: float
    ratio: float
    p_value: float
    statistic: float
    value: float
    tau2: float
    power: FloatArray
    study: tuple[str, ...]
    test: str
    warnings: tuple[Caution, ...]

    def __repr__(self) -> str:
        return (
            f"<ExcessSignificance: {self.observed} of {len(self.study)} significant, "
            f"{self.expected:.3g} expected, p = {self.p_value:.3g}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a study: study, power."""
        return pd.DataFrame({"study": self.study, "power": self.power})


def excess_significance(
    effects: Effects,
    model: CommonEffect | RandomEffects | None = None,
    *,
    alternative: Alternative = "two.sided",
    alpha: float = 0.05,
    test: ExcessTest = "exact",
) -> ExcessSignificance:
    """Compare the number of significant studies with what their power gives.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.
    model
        Source of the effect at which power is computed; a common effect when
        None. With a random-effects model power is averaged over true effects.
    alternative
        Of the studies' tests.
    alpha
        Their level.
    test
        "exact" by default, the distribution of a sum of unequal coins;
        "binomial" with their mean; "chi2", one-sided.

    Returns
    -------
    ExcessSignificance

    Raises
    ------
    OptionError
        For an option that is not allowed, or an ``alpha`` outside 0 to 1.

    References
    ----------
    Ioannidis and Trikalinos 2007, doi:10.1177/1740774507079441.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.5, 0.4, 0.6], v=[0.02, 0.05, 0.2])
    >>> found = excess_significance(effects)
    >>> found.observed, round(found.expected, 2)
    (1, 1.69)
    """
    check_option("test", test, ExcessTest)
    check_option("alternative", alternative, Alternative)
    if not 0 < alpha < 1:
        raise OptionError(f"alpha={alpha!r} is not a probability between 0 and 1.")
    check_pooling(model, "a count of significant studies")
    usable = independent_studies(effects, "a count of significant ones", least=1)
    fit = (model or CommonEffect()).fit(effects)
    value = fit.estimate.value
    tau2 = fit.heterogeneity.tau2 if isinstance(model, RandomEffects) else 0.0
    power = _power(value, usable.v, tau2, alternative, alpha)
    observed = int(_significant(usable.y / np.sqrt(usable.v), alternative, alpha).sum())
    expected = float(power.sum())
    return ExcessSignificance(
        observed=observed,
        expected=expected,
        ratio=observed / expected if expected > 0 else float(np.nan),
        p_value=_p_value(test, observed, power),
        statistic=_chi2(observed, expected, usable.k),
        value=value,
        tau2=tau2,
        power=power,
        study=tuple(map(str, effects.study[usable.rows])),
        test=test,
        warnings=(
            *fit.warnings,
            *asymmetry_cautions(usable.k, effects.measure, by_size=True),
        ),
    )


def _chi2(observed: int, expected: float, k: int) -> float:
    gap, rest = observed - expected, k - expected
    return _over(gap**2, expected) + _over(gap**2, rest)


def _over(a: float, b: float) -> float:
    """Divide; power may be so low, or so high, that nothing else is expected."""
    if b > 0:
        return float(a / b)
    return float(np.inf) if a > 0 else 0.0


def _p_value(test: ExcessTest, observed: int, power: FloatArray) -> float:
    """Probability of as many significant studies or more, by one of the tests."""
    expected, k = float(power.sum()), power.size
    if test == "exact":
        return _at_least(power, observed)
    if test == "binomial":
        return float(bdtrc(observed - 1, k, expected / k)) if observed else 1.0
    p = float(chdtrc(1, _chi2(observed, expected, k)))
    return p / 2 if observed > expected else 1 - p / 2


def _significant(z: FloatArray, alternative: str, alpha: float) -> FloatArray:
    if alternative == "two.sided":
        return np.asarray(np.abs(z) >= ndtri(1 - alpha / 2))
    sign = 1 if alternative == "greater" else -1
    return np.asarray(sign * z >= ndtri(1 - alpha))


def _power(
    value: float, v: FloatArray, tau2: float, alternative: str, alpha: float
) -> FloatArray:
    """Chance of a significant result, over the distribution of true effects."""
    se, spread = np.sqrt(v), np.sqrt(v + tau2)
    if alternative == "two.sided":
        critical = ndtri(1 - alpha / 2) * se
        above = ndtr((value - critical) / spread)
        below = ndtr((-value - critical) / spread)
        return np.asarray(above + below)
    sign = 1 if alternative == "greater" else -1
    return np.asarray(ndtr((sign * value - ndtri(1 - alpha) * se) / spread))


def _at_least(power: FloatArray, observed: int) -> float:
    """Probability that as many unequal coins or more show heads."""
    law = np.ones(1)
    for p in power:
        law = np.convolve(law, [1 - p, p])
    return float(min(1.0, law[observed:].sum()))
