"""Mean and SD of scores from quartiles and range: one function a published method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from mdmameta.errors import EffectsError

MeanSD = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """Quantiles printed of n scores, NaN where one was not.

    Parameters
    ----------
    a, q1, m, q3, b
        Least score, lower quartile, median, upper quartile, greatest score.
    n
        Number of scores.
    """

    a: float
    q1: float
    m: float
    q3: float
    b: float
    n: float

    @property
    def case(self) -> int:
        """1 for the range alone, 2 for the quartiles alone, 3 for both."""
        return int(not np.isnan(self.b - self.a)) + 2 * int(
            not np.isnan(self.q3 - self.q1)
        )


def range_units(n: float) -> float:
    """Half the range of n normal scores in SD, expected (Wan 2014, eq. 9)."""
    return float(ndtri((n - 0.375) / (n + 0.25)))


def quartile_units(n: float) -> float:
    """Half the distance of the quartiles of n normal scores in SD (Wan, eq. 16)."""
    return float(ndtri((0.75 * n - 0.125) / (n + 0.25)))


def luo_wan_shi(s: Summary) -> MeanSD:
    """Mean by Luo 2018; SD by Wan 2014, or by Shi 2020 from range and quartiles.

    References
    ----------
    Luo et al. 2018, doi:10.1177/0962280216669183 (equations 7, 11, 15); Wan et al.
    2014, doi:10.1186/1471-2288-14-135 (9, 16); Shi et al. 2020,
    doi:10.1002/jrsm.1429 (10).
    """
    n, middle, box = s.n, (s.a + s.b) / 2, (s.q1 + s.q3) / 2
    if s.case == 1:
        w = 4 / (4 + n**0.75)
        return w * middle + (1 - w) * s.m, (s.b - s.a) / (2 * range_units(n))
    if s.case == 2:
        w = 0.7 + 0.39 / n
        return w * box + (1 - w) * s.m, (s.q3 - s.q1) / (2 * quartile_units(n))
    w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    w = 1 / (1 + 0.07 * n**0.6)
    sd = w * (s.b - s.a) / (2 * range_units(n))
    sd += (1 - w) * (s.q3 - s.q1) / (2 * quartile_units(n))
    return w1 * middle + w2 * box + (1 - w1 - w2) * s.m, sd


def hozo(s: Summary) -> MeanSD:
    """Mean (a + 2m + b)/4, the median above 25; SD from the range by the size.

    References
    ----------
    Hozo et al. 2005, doi:10.1186/1471-2288-5-13.
    """
    mean = (s.a + 2 * s.m + s.b) / 4 if s.n <= 25 else s.m
    width = s.b - s.a
    if s.n <= 15:
        return mean, float(np.sqrt(((s.a - 2 * s.m + s.b) ** 2 / 4 + width**2) / 12))
    return mean, width / (4 if s.n <= 70 else 6)


def wan(s: Summary) -> MeanSD:
    """Mean of equally weighted quantiles; SD from the expected range and box.

    References
    ----------
    Wan et al. 2014, doi:10.1186/1471-2288-14-135.
    """
    by_range = (s.b - s.a) / (2 * range_units(s.n))
    by_box = (s.q3 - s.q1) / (2 * quartile_units(s.n))
    if s.case == 1:
        return (s.a + 2 * s.m + s.b) / 4, by_range
    if s.case == 2:
        return (s.q1 + s.m + s.q3) / 3, by_box
    mean = (s.a + 2 * s.q1 + 2 * s.m + 2 * s.q3 + s.b) / 8
    return mean, (by_range + by_box) / 2


def bland(s: Summary) -> MeanSD:
    """Mean and SD as if scores lay evenly between the five numbers.

    References
    ----------
    Bland 2015, doi:10.6000/1929-6029.2015.04.01.6.
    """
    x = np.array([s.a, s.q1, s.m, s.q3, s.b])
    w = np.array([1, 2, 2, 2, 1])
    mean = float(w @ x / 8)
    square = float(w @ x**2 / 16 + x[:-1] @ x[1:] / 8)
    return mean, float(np.sqrt(square - mean**2))


def walter(s: Summary) -> MeanSD:
    """Median as the mean; SD as range over the expected range of n normal scores.

    References
    ----------
    Walter & Yao 2007, doi:10.1016/j.jclinepi.2006.11.003.
    """
    return s.m, (s.b - s.a) / expected_range(s.n)


def expected_range(n: float) -> float:
    """Range of n standard normal scores, expected.

    Examples
    --------
    >>> round(expected_range(2), 4), round(expected_range(20), 3)
    (1.1284, 3.735)
    """
    if n < 2:
        raise EffectsError(f"n = {n:g} scores have no range; allowed: 2 or more.")
    from scipy import integrate  # a tenth of a second, needed here alone

    found, _ = integrate.quad(
        lambda x: 1 - ndtr(x) ** n - ndtr(-x) ** n, -np.inf, np.inf
    )
    return float(found)
