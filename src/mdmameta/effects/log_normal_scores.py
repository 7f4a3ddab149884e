"""Mean and SD of log-normal scores from quartiles and range."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mdmameta.effects.five_number_methods import MeanSD, Summary, luo_wan_shi


@dataclass(frozen=True, slots=True)
class _Bias:
    """How far the SD of n logarithms is off on average, by what was printed.

    ``square`` and ``fourth`` are E S² / σ² and E S⁴ / σ⁴ of the estimator S;
    ``mean`` and ``spread`` are the parts of the correction of exp(mean + S²/2)
    that S² and S⁴ over n have.
    """

    square: float
    fourth: float
    mean: float
    spread: float


def _bias(s: Summary) -> _Bias:
    n, log2 = s.n, np.log(s.n) ** 2
    if s.case == 1:
        return _Bias(1.01 + 0.25 / log2, 1 + 2.23 / log2, 0.565, 0.37)
    if s.case == 2:
        return _Bias(1 + 1.58 / n, 1 + 19.2 / n**1.2, 0.57, 0.75)
    return _Bias(1 + 0.28 / log2, 1 + 3.93 / n, 0.405, 0.315)


def logarithms(s: Summary) -> Summary:
    """Quantiles of the logarithms of scores.

    Examples
    --------
    >>> round(logarithms(Summary(1, np.nan, 1, np.nan, np.e, 20)).b, 12)
    1.0
    """
    a, q1, m, q3, b = (float(np.log(x)) for x in (s.a, s.q1, s.m, s.q3, s.b))
    return replace(s, a=a, q1=q1, m=m, q3=q3, b=b)


def shi(s: Summary) -> MeanSD:
    """Mean and SD of log-normal scores, corrected for bias.

    Mean and SD of the logarithms are those of `luo_wan_shi`, the latter with a
    small-sample factor; exp(mean + variance/2) and its like are then divided by
    what their estimates are too large by.

    Parameters
    ----------
    s
        Quantiles of the logarithms.

    References
    ----------
    Shi, Tong, Wang and Genton 2020, doi:10.4310/SII.2020.v13.n4.a9.

    Examples
    --------
    >>> mean, sd = shi(logarithms(Summary(np.nan, 4, 6, 10, np.nan, 20)))
    >>> round(mean, 3), round(sd, 3)
    (7.818, 5.543)
    """
    mean, raw = luo_wan_shi(s)
    bias = _bias(s)
    square, fourth = raw**2 / bias.square, raw**4 / bias.fourth

    def corrected(times: int, halves: int) -> float:
        """Estimate of exp(times·μ + halves·σ²/2)."""
        first, second = times**2 * bias.mean, halves**2 * bias.spread
        factor = 1 + (first * square + second * fourth) / s.n
        return float(np.exp(times * mean + halves * square / 2) / factor)

    variance = corrected(2, 4) - corrected(2, 2)
    return corrected(1, 1), float(np.sqrt(variance)) if variance > 0 else np.nan
