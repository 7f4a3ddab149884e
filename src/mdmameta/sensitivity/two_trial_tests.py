"""Tests of two trials together: p-values in, one p-value out."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

#: The golden ratio, which sets the golden level of the sceptical p-value.
GOLDEN = (1 + np.sqrt(5)) / 2

Pair = tuple[float, float]


def largest(p: Pair) -> float:
    """Square of the larger p-value: under both nulls uniform (two-trials rule)."""
    return max(p) ** 2


def fisher(p: Pair) -> float:
    """Fisher's product of p-values, −2 Σ log p ~ χ² of four degrees.

    Examples
    --------
    >>> round(fisher((0.025, 0.025)), 5)
    0.00524
    """
    return float(chdtrc(4, -2 * np.log(p).sum()))


def stouffer(p: Pair, weights: Pair = (1.0, 1.0)) -> float:
    """Stouffer's weighted sum of z.

    Examples
    --------
    >>> round(stouffer((0.025, 0.025)), 5)
    0.00279
    """
    w = np.asarray(weights)
    return float(ndtr(w @ ndtri(p) / np.sqrt(w @ w)))


def edgington(p: Pair) -> float:
    """Edgington's sum of p-values.

    Examples
    --------
    >>> round(edgington((0.026, 0.001)), 6)
    0.000364
    """
    e = sum(p)
    return float(e**2 / 2 if e <= 1 else 1 - (2 - e) ** 2 / 2)


def harmonic(z: tuple[float, ...], weights: tuple[float, ...] = (1.0, 1.0)) -> float:
    """Harmonic mean χ² test; 1 unless both z are positive, where none is defined.

    Parameters
    ----------
    z
        Statistics, positive in the direction of the alternative.
    weights
        Of the trials.

    References
    ----------
    Held 2020, doi:10.1111/rssc.12410.

    Examples
    --------
    >>> z = -ndtri(0.025)
    >>> round(harmonic((z, z)), 6)
    0.001394
    """
    if min(z) <= 0:
        return 1.0
    w, x = np.asarray(weights), np.asarray(z)
    statistic = np.sqrt(w).sum() ** 2 / (w / x**2).sum()
    return float(chdtrc(1, statistic) / 2 ** len(z))


def sceptical_z(z: Pair, c: float) -> float:
    """Statistic of the sceptical p-value: (z1²/s² − 1)(z2²/s² − 1) = c, s² ≤ both z².

    Parameters
    ----------
    z
        Statistics of the original trial and of its replication.
    c
        Variance of the original estimate over that of the replication.

    References
    ----------
    Held 2020, doi:10.1111/rssa.12493.

    Examples
    --------
    >>> round(sceptical_z((2.0, 2.0), 1.0) ** 2, 6)
    2.0
    """
    a, b = z[0] ** 2, z[1] ** 2
    if min(a, b) == 0:
        return 0.0
    # In u = 1/s²: ab u² − (a + b) u + 1 − c = 0, the root with u ≥ 1/a and 1/b.
    u = ((a + b) + np.sqrt((a - b) ** 2 + 4 * c * a * b)) / (2 * a * b)
    return float(1 / np.sqrt(u))


def sceptical_type1(s: float, c: float) -> float:
    """Probability, under both nulls, of both positive with a statistic of s or more.

    References
    ----------
    Micheloud, Balabdaoui & Held 2023, doi:10.1111/stan.12312.

    Examples
    --------
    >>> round(sceptical_type1(1.5117, 1.0), 6)
    0.000625
    """
    if s <= 0:
        return 0.25

    def tail(x: float) -> float:
        with np.errstate(divide="ignore"):
            needed = s * np.sqrt(1 + c / ((x / s) ** 2 - 1)) if x > s else np.inf
        return float(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * ndtr(-needed))

    from scipy import integrate  # a tenth of a second, needed here alone

    found, _ = integrate.quad(tail, s, s + 12, epsabs=1e-13, epsrel=1e-9, limit=200)
    return float(found)


def sceptical(z: Pair, c: float) -> dict[str, float]:
    """Sceptical p-value at the nominal, golden and controlled level.

    Each is compared with the level of one trial, such as 0.025. Unless both z are
    positive it is above one half (for "controlled" 1), whatever their size.

    References
    ----------
    Held 2020, doi:10.1111/rssa.12493 (nominal); Held, Micheloud & Pawel 2022,
    doi:10.1214/21-AOAS1502 (golden); Micheloud, Balabdaoui & Held 2023,
    doi:10.1111/stan.12312 (controlled).
    """
    s, both = sceptical_z(z, c), min(z) > 0
    sign = -1 if both else 1
    return {
        "nominal": float(ndtr(sign * s)),
        "golden": float(ndtr(sign * s * np.sqrt(GOLDEN))),
        "controlled": float(np.sqrt(sceptical_type1(s, c))) if both else 1.0,
    }
