"""Numbers needed to treat, from risks, ratios or standardised differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from mdmameta.effects.smd_transforms import cliff_delta
from mdmameta.errors import EffectsError


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """People to treat for one more to have, or be spared, an event.

    Benefit (NNTB) is positive and harm (NNTH) negative. What is held is the
    difference of risks with its limits, as the number has no interval of its own
    when the difference may be 0.

    Parameters
    ----------
    difference
        Risk with treatment minus risk without, of a good outcome.
    low, high
        Its limits; NaN when not known.
    note
        How it was made.
    """

    difference: float
    low: float
    high: float
    note: str

    @property
    def value(self) -> float:
        """1 / difference: positive for benefit, infinite for none."""
        return _inverse(self.difference)

    @property
    def ends(self) -> tuple[float, float]:
        """Numbers at the upper and the lower limit of the difference."""
        return _inverse(self.high), _inverse(self.low)

    @property
    def through_infinity(self) -> bool:
        """Whether the interval holds no effect, and so runs through infinity."""
        return self.low <= 0 <= self.high

    def __str__(self) -> str:
        said = _said(self.value)
        if np.isnan(self.low):
            return said
        between = " to ∞ to " if self.low < 0 < self.high else " to "
        return f"{said} ({between.join(map(_said, self.ends))})"


def number_needed(
    difference: float, low: float = np.nan, high: float = np.nan, *, good: bool = True
) -> NumberNeeded:
    """Give the number needed to treat from a risk difference and its interval.

    Parameters
    ----------
    difference, low, high
        Risk in the treated minus risk in the control group.
    good
        Whether the event is a good one, such as response. For a bad one the
        difference is turned.

    Returns
    -------
    NumberNeeded
        With its limits, which pass through infinity where the difference may be
        zero.

    Raises
    ------
    EffectsError
        For differences beyond ±1, or outside their interval.

    References
    ----------
    Altman 1998, doi:10.1136/bmj.317.7168.1309.

    Examples
    --------
    >>> str(number_needed(0.1, -0.05, 0.25))
    'NNTB 10 (NNTB 4 to ∞ to NNTH 20)'
    """
    for x in (difference, low, high):
        if abs(x) > 1:
            raise EffectsError(f"a risk difference of {x:g}; allowed: −1 to 1.")
    if low > difference or high < difference or np.isnan(low) != np.isnan(high):
        raise EffectsError(
            f"the difference {difference:g} is not inside {low:g} to {high:g}; give "
            "both limits, in order."
        )
    if not good:
        difference, low, high = -difference, -high, -low
    return NumberNeeded(difference, low, high, "from the risk difference")


def number_needed_from_ratio(
    ratio: float,
    control_risk: float,
    low: float = np.nan,
    high: float = np.nan,
    *,
    odds: bool = False,
    good: bool = True,
) -> NumberNeeded:
    """Give the number needed to treat from a ratio of risks or odds.

    The interval is that of the ratio: the control risk is taken as known.

    Parameters
    ----------
    ratio
        Not its logarithm.
    control_risk
        Risk without treatment, between 0 and 1: an assumption to be named.
    low, high
        Limits of the ratio.
    odds
        Whether the ratio is of odds.
    good
        See `number_needed`.

    Returns
    -------
    NumberNeeded
        With its limits, which pass through infinity where the difference may be
        zero.

    Raises
    ------
    EffectsError
        For a risk outside 0 to 1, or a ratio below 0.

    References
    ----------
    Cochrane Handbook, chapter 15.4.4, doi:10.1002/9781119536604.

    Examples
    --------
    >>> str(number_needed_from_ratio(1.5, 0.4, 1.0, 2.0))
    'NNTB 5 (NNTB 2.5 to ∞)'
    """
    _check_risk(control_risk)
    least = min(x for x in (ratio, low, high) if not np.isnan(x))
    if least < 0:
        raise EffectsError(
            f"a ratio of {least:g}; allowed: 0 or more. Give ratios, not logarithms."
        )
    word, risk = ("odds", _of_odds) if odds else ("risk", _of_risk)
    differences = (risk(x, control_risk) - control_risk for x in (ratio, low, high))
    made = number_needed(*differences, good=good)
    note = f"from the {word} ratio {ratio:g} at a control risk of {control_risk:g}"
    return NumberNeeded(made.difference, made.low, made.high, note)


def _of_risk(ratio: float, control_risk: float) -> float:
    risk = ratio * control_risk
    if risk > 1:
        raise EffectsError(
            f"a risk ratio of {ratio:g} at a control risk of {control_risk:g} "
            "is a risk above 1. Give a lower control risk, or an odds ratio."
        )
    return risk


def _of_odds(ratio: float, control_risk: float) -> float:
    with np.errstate(divide="ignore"):
        return float(expit(np.log(ratio) + logit(control_risk)))


def number_needed_from_smd(
    d: float,
    control_risk: float | None = None,
    low: float = np.nan,
    high: float = np.nan,
) -> NumberNeeded:
    """Give the number needed to treat from a standardised difference.

    Parameters
    ----------
    d
        Standardised difference, positive for benefit.
    control_risk
        Share of the control group with the good outcome (Furukawa and Leucht,
        more accurate); None counts pairs in which the treated does better, minus
        those in which worse (Kraemer and Kupfer).
    low, high
        Limits of the difference.

    Returns
    -------
    NumberNeeded
        With its limits, which pass through infinity where the difference may be
        zero.

    References
    ----------
    Furukawa & Leucht 2011, doi:10.1371/journal.pone.0019070; Kraemer & Kupfer
    2006, doi:10.1016/j.biopsych.2005.09.014.

    Examples
    --------
    >>> round(number_needed_from_smd(0.5).value, 2)
    3.62
    >>> round(number_needed_from_smd(0.5, 0.2).value, 2)
    6.01
    """
    if control_risk is None:

        def difference(x: float) -> float:
            return float(cliff_delta(x))

        note = f"from d = {d:g} (Kraemer and Kupfer)"
    else:
        _check_risk(control_risk)
        risk = control_risk

        def difference(x: float) -> float:
            return float(ndtr(x + ndtri(risk))) - risk

        note = f"from d = {d:g} at a control risk of {risk:g} (Furukawa and Leucht)"
    made = number_needed(*(difference(x) for x in (d, low, high)))
    return NumberNeeded(made.difference, made.low, made.high, note)


def _check_risk(risk: float) -> None:
    if not 0 < risk < 1:
        raise EffectsError(
            f"control_risk = {risk:g}; allowed: between 0 and 1, as a share."
        )


def _inverse(x: float) -> float:
    return float("inf") if x == 0 else 1 / x


def _said(number: float) -> str:
    if np.isinf(number):
        return "∞"
    return f"NNT{'B' if number > 0 else 'H'} {abs(number):.3g}"
