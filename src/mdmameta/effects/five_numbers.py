"""Mean and SD from median, quartiles and range, with a test of skewness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mdmameta.effects import five_number_methods as methods
from mdmameta.effects.five_number_methods import Summary
from mdmameta.effects.log_normal_scores import logarithms, shi
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

FiveNumberMethod = Literal[
    "luo/wan/shi", "hozo2005", "wan2014", "bland2015", "walter2007"
]

#: Codes of metafor: "lnorm" is log-normal.
ScoreDistribution = Literal["norm", "lnorm"]

_KERNELS = {
    "luo/wan/shi": (methods.luo_wan_shi, (1, 2, 3)),
    "hozo2005": (methods.hozo, (1,)),
    "wan2014": (methods.wan, (1, 2, 3)),
    "bland2015": (methods.bland, (3,)),
    "walter2007": (methods.walter, (1,)),
}

#: The methods were derived, and the test calibrated, for five scores or more.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Skewness:
    """Test of skewness from printed quantiles (5 % level).

    Parameters
    ----------
    statistic
        Distance of the middle of range or box from the median, in range or box.
    critical
        Value that normal scores exceed once in twenty.
    """

    statistic: float
    critical: float

    @property
    def skewed(self) -> bool:
        """Whether the scores are too skewed for a method that takes them as normal."""
        return self.statistic > self.critical


@dataclass(frozen=True, slots=True)
class RecoveredScores:
    """Mean and SD that were not printed, and the step that gave them.

    Parameters
    ----------
    mean, sd
        In points of the scale; NaN where the numbers do not give one.
    note
        The step in words, for the provenance; says so when scores are skewed.
    skewness
        The test, or None without a median.
    """

    mean: float
    sd: float
    note: str
    skewness: Skewness | None

    @property
    def doubtful(self) -> bool:
        """Whether the skewness test speaks against the normal distribution."""
        return self.skewness is not None and self.skewness.skewed


def mean_sd_from_quantiles(
    n: float,
    *,
    min: float = np.nan,
    q1: float = np.nan,
    median: float = np.nan,
    q3: float = np.nan,
    max: float = np.nan,
    method: FiveNumberMethod = "luo/wan/shi",
    dist: ScoreDistribution = "norm",
) -> RecoveredScores:
    """Estimate mean and SD of n scores from median with quartiles, range or both.

    All methods but Bland's and Hozo's take scores as normal; the estimates are
    less precise than printed ones, which no sampling variance made of them knows.

    Parameters
    ----------
    n
        Number of scores, at least 5.
    min, q1, median, q3, max
        Quantiles in points of the scale: the range, the quartiles, or both. Without
        a median the SD alone is estimated.
    method
        "luo/wan/shi" (default, as in metafor): Luo's mean with Wan's SD, or Shi's
        from five numbers. The others are older, for comparison.
    dist
        "norm" (default), or "lnorm" for scores above 0 that are skewed to the
        right: log-normal, by Shi's method, that "luo/wan/shi" alone has.

    Returns
    -------
    RecoveredScores
        ``doubtful`` is true when the skewness test of Shi 2023 is significant:
        metafor then leaves the study out, unless told otherwise. Log-normal
        scores are tested by their logarithms.

    Raises
    ------
    EffectsError
        For quantiles out of order or all equal, fewer than 5 scores, numbers
        that the method does not take, or log-normal scores of 0 or below.
    OptionError
        For an option that is not allowed.

    References
    ----------
    Luo et al. 2018, doi:10.1177/0962280216669183; Wan et al. 2014,
    doi:10.1186/1471-2288-14-135; Shi et al. 2020, doi:10.1002/jrsm.1429; Shi et
    al. 2023, doi:10.1177/09622802231172043; log-normal scores: Shi et al. 2020,
    doi:10.4310/SII.2020.v13.n4.a9.

    Examples
    --------
    >>> found = mean_sd_from_quantiles(20, q1=4, median=6, q3=10)
    >>> round(found.mean, 3), round(found.sd, 3), found.doubtful
    (6.72, 4.787, False)
    """
    check_option("method", method, FiveNumberMethod)
    check_option("dist", dist, ScoreDistribution)
    s = Summary(min, q1, median, q3, max, n)
    _check(s)
    kernel, cases = _KERNELS[method]
    label: str = method
    if dist == "lnorm":
        s, kernel, label = _log_normal(s, method), shi, f"{method}, log-normal"
    if s.case not in cases:
        raise EffectsError(
            f"{method} does not take {_words(s)}. Allowed with it: "
            f"{', '.join(_CASES[case] for case in cases)}."
        )
    mean, sd = kernel(s)
    test = skewness(s) if not np.isnan(s.m) else None
    note = f"mean {mean:.6g} and SD {sd:.6g} from {_words(s)} of {n:g} ({label})"
    if test is not None and test.skewed:
        note += f"; CAUTION: {'logarithms' if dist == 'lnorm' else 'scores'} are "
        note += f"skewed ({test.statistic:.2f} above {test.critical:.2f}), and the "
        note += "method takes them as normal"
    return RecoveredScores(float(mean), float(sd), note, test)


def skewness(s: Summary) -> Skewness:
    """Test skewness of scores from their quantiles.

    Parameters
    ----------
    s
        Median with range, quartiles or both.

    References
    ----------
    Shi et al. 2023, doi:10.1177/09622802231172043.

    Examples
    --------
    >>> skewness(Summary(5, 10, 20, 41, 80, 57)).skewed
    True
    """
    n = s.n
    box = abs(s.q1 + s.q3 - 2 * s.m) / (s.q3 - s.q1) if s.case != 1 else 0.0
    if s.case == 2:
        return Skewness(box, float(2.65 / np.sqrt(n) - 6 / n**2))
    ends = abs(s.a + s.b - 2 * s.m) / (s.b - s.a)
    if s.case == 1:
        return Skewness(ends, float(1 / np.log(n + 9) + 2.5 / (n + 1)))
    both = np.fmax(2.65 * np.log(0.6 * n) / np.sqrt(n) * ends, box)
    return Skewness(float(both), float(3 / np.sqrt(n) - 40 / n**3))


def _log_normal(s: Summary, method: str) -> Summary:
    if method != "luo/wan/shi":
        raise EffectsError(
            f"method={method!r} does not take scores as log-normal. Allowed with "
            "dist='lnorm': 'luo/wan/shi'."
        )
    below = [x for x in (s.a, s.q1, s.m, s.q3, s.b) if x <= 0]
    if below:
        raise EffectsError(
            f"a quantile of {below[0]:g} is not of a log-normal distribution; allowed "
            "with dist='lnorm': numbers above 0."
        )
    return logarithms(s)


_CASES = {1: "the range", 2: "the quartiles", 3: "quartiles and range"}


def _words(s: Summary) -> str:
    return ("" if np.isnan(s.m) else "median and ") + _CASES[s.case]


def _check(s: Summary) -> None:
    if not s.n >= FEWEST:
        raise EffectsError(f"n = {s.n:g}; allowed: {FEWEST} scores or more.")
    values = [x for x in (s.a, s.q1, s.m, s.q3, s.b) if not np.isnan(x)]
    if s.case == 0:
        raise EffectsError(
            "neither both ends of the range nor both quartiles are given. Give min "
            "and max, q1 and q3, or all four."
        )
    if any(np.isinf(values)) or values != sorted(values):
        raise EffectsError(
            f"min, q1, median, q3, max = {', '.join(f'{x:g}' for x in values)} are out "
            "of order; allowed: rising, finite. Look at the source for swapped numbers."
        )
    for low, high, name in ((s.a, s.b, "range"), (s.q1, s.q3, "box")):
        if low == high:
            raise EffectsError(
                f"the {name} is from {low:g} to {high:g}; an SD needs a spread above 0."
            )
