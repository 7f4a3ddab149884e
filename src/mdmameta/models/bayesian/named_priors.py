"""Named beliefs about an effect, each from a smallest important difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.exact import exact_posterior
from mdmameta.models.bayesian.mean_priors import Flat, Normal
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.tau_priors import HalfNormal
from mdmameta.models.inputs import usable_rows

#: Chance that a sceptic gives to an important effect, and an enthusiast to none
#: (Spiegelhalter et al. 1994).
DOUBT = 0.05

#: How a tipping prior is found, and why there may be none.
SOLVED = "solved by Brent's method"
IMPOSSIBLE = "only a belief under which the data are all but impossible holds it"

#: Prior SDs and means searched for a tipping prior, in units of the pooled interval.
NARROW, WIDE, FAR = 1e-3, 1e3, 1e3

#: What is left between the interval and the threshold where they touch, in the same
#: units; where the search ends at an impossible prior, it is much more.
TOUCHING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPrior:
    """A belief with its name and the reason for its numbers.

    Parameters
    ----------
    name
        sceptical, enthusiastic, weakly informative or regulator.
    mu, tau
        Priors of the mean and of the heterogeneity.
    rationale, source
        Why these numbers, and who says so.

    Examples
    --------
    >>> sceptical = named_priors(-0.24)[0]
    >>> sceptical.name, sceptical.mu.mean
    ('sceptical', 0)
    """

    name: str
    mu: Normal | Flat
    tau: TauPrior
    rationale: str
    source: str


def named_priors(sid: float, *, tau: TauPrior | None = None) -> tuple[NamedPrior, ...]:
    """Make the four usual beliefs about a mean effect.

    Parameters
    ----------
    sid
        Smallest important difference, with the sign of benefit.
    tau
        Prior of τ for all of them; half-normal(0.5) by default.

    Returns
    -------
    tuple of NamedPrior

    Raises
    ------
    OptionError
        When ``sid`` is zero or not finite.

    References
    ----------
    Spiegelhalter et al. (1994), doi:10.2307/2983527; Röver et al. (2021),
    doi:10.1002/jrsm.1475.

    Examples
    --------
    >>> [prior.name for prior in named_priors(-0.24)]
    ['sceptical', 'enthusiastic', 'weakly informative', 'regulator']
    >>> round(float(named_priors(-0.24)[0].mu.sd), 3)
    0.146
    """
    if not np.isfinite(sid) or sid == 0:
        raise OptionError(
            f"sid={sid!r}: give the smallest important difference with its sign, such "
            "as -0.24 where less is better."
        )
    sd = float(abs(sid) / -ndtri(DOUBT))
    spread = tau or HalfNormal(0.5)
    spiegelhalter, roever = "doi:10.2307/2983527", "doi:10.1002/jrsm.1475"
    rows = (
        ("sceptical", Normal(0, sd), "5 % for an important benefit", spiegelhalter),
        ("enthusiastic", Normal(sid, sd), "5 % for no benefit", spiegelhalter),
        ("weakly informative", Normal(0, 1), "95 % within 2 SDs", roever),
        ("regulator", Flat(), "nothing borrowed: error rates kept", "ICH E9 (1998)"),
    )
    return tuple(
        NamedPrior(name=n, mu=mu, tau=spread, rationale=why, source=source)
        for n, mu, why, source in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingPrior:
    """The belief with which the interval just reaches a threshold.

    Parameters
    ----------
    parameter
        "mean" or "sd" of the normal prior of μ.
    value
        Solved value, or None.
    reason
        How it was found, or why there is none.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> found = tipping_prior_sd(effects, tau=HalfNormal(0.1))
    >>> found.parameter, found.reason
    ('sd', "solved by Brent's method")
    """

    parameter: str
    value: float | None
    reason: str


def tipping_prior_sd(
    effects: Effects,
    *,
    tau: TauPrior,
    mean: float = 0.0,
    threshold: float = 0.0,
    level: float = 0.95,
) -> TippingPrior:
    """Find how sure of ``mean`` one must be not to be convinced.

    Parameters
    ----------
    effects
        Contrasts.
    tau
        Prior of τ.
    mean
        Centre of the belief.
    threshold
        Zero, or a smallest important difference with its sign.
    level
        Of the central interval.

    Returns
    -------
    TippingPrior
        The widest normal prior about ``mean`` whose interval holds the threshold.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> round(tipping_prior_sd(effects, tau=HalfNormal(0.1)).value, 3)
    0.115
    """
    low, high, scale = _reference(effects, tau, level)
    if low <= threshold <= high:
        return _none("sd", "the interval holds the threshold under a flat prior")
    side = 1 if low > threshold else -1
    if side * (mean - threshold) > 0:
        return _none("sd", "the belief is centred beyond the threshold already")

    def margin(log_sd: float) -> float | None:
        prior = Normal(mean, float(np.exp(log_sd)))
        return _margin(effects, prior, tau, level, threshold, side)

    ends = np.log([NARROW * scale, WIDE * scale])
    log_sd = _crossing(margin, float(ends[0]), float(ends[1]), scale)
    if log_sd is None:
        return _none("sd", IMPOSSIBLE)
    return TippingPrior(parameter="sd", value=float(np.exp(log_sd)), reason=SOLVED)


def tipping_prior_mean(
    effects: Effects,
    *,
    tau: TauPrior,
    sd: float,
    threshold: float = 0.0,
    level: float = 0.95,
) -> TippingPrior:
    """Find how far on the other side a belief of a given sd must lie.

    Parameters
    ----------
    effects, tau
        As in `tipping_prior_sd`.
    sd
        Of the normal prior of μ.
    threshold, level
        As in `tipping_prior_sd`.

    Returns
    -------
    TippingPrior
        The mean at which the interval first touches the threshold, or why there is
        none.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5, -0.6], v=[0.05, 0.06, 0.2])
    >>> found = tipping_prior_mean(effects, tau=HalfNormal(0.1), sd=0.5)
    >>> found.value > 0
    True
    """
    low, high, scale = _reference(effects, tau, level)
    if low <= threshold <= high:
        return _none("mean", "the interval holds the threshold under a flat prior")
    side = 1 if low > threshold else -1

    def margin(mean: float) -> float | None:
        return _margin(effects, Normal(mean, sd), tau, level, threshold, side)

    inner, step = low if side > 0 else high, scale
    while (margin(inner - side * step) or 0) > 0:
        step *= 2
        if step > FAR * scale:
            return _none("mean", "no belief as far out as is searched holds it")
    value = _crossing(margin, inner, inner - side * step, scale)
    if value is None:
        return _none("mean", IMPOSSIBLE)
    return TippingPrior(parameter="mean", value=value, reason=SOLVED)


def _reference(
    effects: Effects, tau: TauPrior, level: float
) -> tuple[float, float, float]:
    rows = usable_rows(effects)
    low, high = exact_posterior(rows.y, rows.v, Flat(), tau, rows.V).mu.interval(level)
    return low, high, high - low


def _margin(
    effects: Effects,
    mu: Normal,
    tau: TauPrior,
    level: float,
    threshold: float,
    side: int,
) -> float | None:
    """How far the interval stays from the threshold; below 0 it holds it.

    None under a prior that makes the data all but impossible.
    """
    rows = usable_rows(effects)
    try:
        found = exact_posterior(rows.y, rows.v, mu, tau, rows.V)
    except ModelError:
        return None
    low, high = found.mu.interval(level)
    return low - threshold if side > 0 else threshold - high


def _crossing(
    margin: Callable[[float], float | None], one: float, other: float, scale: float
) -> float | None:
    """Where the margin is 0; None where priors that hold it are impossible."""

    def at(x: float) -> float:
        found = margin(x)
        return -scale if found is None else found

    x = float(brentq(at, one, other, xtol=1e-9))
    return x if abs(at(x)) < TOUCHING * scale else None


def _none(parameter: str, reason: str) -> TippingPrior:
    return TippingPrior(parameter=parameter, value=None, reason=reason)
