"""Standard deviations and errors from what was printed instead of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from mdmameta.errors import EffectsError
from mdmameta.options import check_option

Reference = Literal["t", "z"]

#: Share of the sampling distribution that a printed interval covers, unless
#: it says otherwise.
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Recovered:
    """A number that was not printed, and the step that gave it.

    Parameters
    ----------
    value
        The standard deviation or standard error.
    note
        The step in words, for the provenance.
    """

    value: float
    note: str


def sd_from_se(se: float, n: float) -> Recovered:
    """Recover the SD of n scores from the standard error of their mean.

    Valid only for an observed mean: the standard error of a model's estimate
    gives no SD of observed scores.

    Parameters
    ----------
    se
        Standard error, in points of the scale.
    n
        Number of people behind the mean.

    Raises
    ------
    EffectsError
        For a standard error or n that is not positive.

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.2, doi:10.1002/9781119536604.

    Examples
    --------
    >>> sd_from_se(2.0, 25)
    Recovered(value=10.0, note='SD 10 from SE 2 × √25')
    """
    _positive("se", se)
    _positive("n", n)
    sd = float(se * np.sqrt(n))
    return Recovered(sd, f"SD {sd:.6g} from SE {se:g} × √{n:g}")


def se_from_ci(
    low: float,
    high: float,
    *,
    df: float | None = None,
    level: float = LEVEL,
) -> Recovered:
    """Recover a standard error from a confidence interval.

    Parameters
    ----------
    low, high
        Limits, in points of the scale.
    df
        Degrees of freedom of a t interval; None for one from the normal
        distribution, as mixed models usually print.
    level
        Coverage of the interval, 0.95 unless the source says otherwise.

    Raises
    ------
    EffectsError
        When the limits are not in order, or df or level are impossible.

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.2, doi:10.1002/9781119536604.

    Examples
    --------
    >>> round(se_from_ci(-23.8, -14.8).value, 3)
    2.296
    >>> round(se_from_ci(-23.8, -14.8, df=11).value, 3)
    2.045
    """
    if not high > low:
        raise EffectsError(
            f"the interval [{low:g}, {high:g}] is empty; allowed: low < high. "
            "Look at the source for swapped limits."
        )
    if not 0 < level < 1:
        raise EffectsError(f"level = {level:g}; allowed: between 0 and 1, as 0.95.")
    tail = (1 + level) / 2
    if df is None:
        quantile, name = ndtri(tail), "normal"
    else:
        _positive("df", df)
        quantile, name = stdtrit(df, tail), f"t with {df:g} df"
    se = float((high - low) / (2 * quantile))
    return Recovered(
        se, f"SE {se:.4g} from the {level:.0%} CI {low:g} to {high:g} ({name})"
    )


def sd_from_ci(
    low: float,
    high: float,
    n: float,
    *,
    reference: Reference = "t",
    level: float = LEVEL,
) -> Recovered:
    """Recover the SD of n scores from the confidence interval of their mean.

    Parameters
    ----------
    low, high
        Limits of the interval of the mean.
    n
        Number of people behind the mean.
    reference
        "t" with n − 1 degrees of freedom, the interval of a mean (default);
        "z" where the source used the normal distribution.
    level
        Coverage of the interval.

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.2, doi:10.1002/9781119536604.

    Examples
    --------
    >>> round(sd_from_ci(8.0, 12.0, 25).value, 3)
    4.845
    """
    check_option("reference", reference, Reference)
    se = se_from_ci(low, high, df=n - 1 if reference == "t" else None, level=level)
    sd = sd_from_se(se.value, n)
    return Recovered(sd.value, f"{sd.note}; {se.note}")


def sd_from_t(difference: float, t: float, n1: float, n2: float) -> Recovered:
    """Recover the pooled SD of two groups from the t test of their difference.

    Parameters
    ----------
    difference
        Difference of the two means, or of the mean changes.
    t
        Statistic of the two-sample test with one variance.
    n1, n2
        Sizes of the groups.

    Raises
    ------
    EffectsError
        For t = 0, which says nothing of the SD, or sizes that are not positive.

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.3, doi:10.1002/9781119536604.

    Examples
    --------
    >>> round(sd_from_t(-5.0, -2.0, 10, 10).value, 3)
    5.59
    """
    _positive("n1", n1)
    _positive("n2", n2)
    _positive("|t|", abs(t))
    _positive("|difference|", abs(difference))
    sd = float(abs(difference / t) / np.sqrt(1 / n1 + 1 / n2))
    return Recovered(
        sd, f"pooled SD {sd:.6g} from t = {t:g}, difference {difference:g}"
    )


def sd_from_p(difference: float, p: float, n1: float, n2: float) -> Recovered:
    """Recover the pooled SD of two groups from the p-value of their t test.

    Parameters
    ----------
    difference
        Difference of the two means, or of the mean changes.
    p
        Two-sided p-value as printed: exact, not an upper limit.
    n1, n2
        Sizes of the groups; the test has n1 + n2 − 2 degrees of freedom.

    Raises
    ------
    EffectsError
        For p outside 0 to 1.

    References
    ----------
    Cochrane Handbook, chapter 6.5.2.3, doi:10.1002/9781119536604.

    Examples
    --------
    >>> round(sd_from_p(-5.0, 0.0608, 10, 10).value, 2)
    5.59
    """
    if not 0 < p < 1:
        raise EffectsError(
            f"p = {p:g}; allowed: above 0 and below 1. A p-value printed as 'below' "
            "a limit does not give an SD."
        )
    t = -float(stdtrit(n1 + n2 - 2, p / 2))
    found = sd_from_t(difference, t, n1, n2)
    return Recovered(found.value, f"{found.note}; t from p = {p:g}")


def _positive(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise EffectsError(
            f"{name} = {value:g}; allowed: a number above 0. Correct the number."
        )
