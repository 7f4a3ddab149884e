"""The one place where numbers become text, for tables, figures and prose."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, SupportsFloat

from mdmameta.effects.registry import MEASURES
from mdmameta.models.fit import Estimate, Fit

#: Shown where a number is missing, so that the gap stays visible.
GAP = "–"

#: Shown where a model or a formula gives no number.
NOT_ESTIMABLE = "not estimable"

#: From here on, digits are counted by a power of ten: a longer number would
#: break the columns of a table and is never one of these data.
HUGE = 1e6

#: Codes of measures that are analysed as logarithms and printed as ratios.
RATIO_MEASURES = frozenset(
    {"HR"}
    | {
        code
        for code, recipe in MEASURES.items()
        if recipe.back_transform == "exp" and recipe.null == 0
    }
)

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


#: Parameters that terminals spell out -> their letters.
_LETTERS = {
    "delta_E": "δᴇ",
    "delta_N": "δɴ",
    "delta": "Δ",
    "gamma": "γ",
    "lambda": "λ",
    "tau2": "τ²",
}


def number(x: SupportsFloat | None, digits: int = 2) -> str:
    """Print a number with a true minus sign and no negative zero.

    Parameters
    ----------
    x
        Any real number; None and NaN are gaps.
    digits
        Digits after the point.

    Returns
    -------
    str
        ``"–"`` for a gap; a power of ten from a million upwards.

    Examples
    --------
    >>> number(-0.7119), number(-0.001), number(1234.5, 1), number(None)
    ('−0.71', '0.00', '1,234.5', '–')
    >>> number(-2.5e8), number(float("-inf"))
    ('−2.50 × 10⁸', '−∞')
    """
    value = math.nan if x is None else float(x)
    if math.isnan(value):
        return GAP
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = _fixed(value, digits) if abs(value) < HUGE else _power(value, digits)
    if not any(digit in text for digit in "123456789"):
        text = text.removeprefix("-")
    return text.replace("-", "−")


def _fixed(value: float, digits: int) -> str:
    """Round halves away from zero, as readers and papers do: 12.5 is 13."""
    step = Decimal(1).scaleb(-digits)
    return f"{Decimal(repr(value)).quantize(step, ROUND_HALF_UP):,f}"


def _power(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"


def count(n: SupportsFloat | None) -> str:
    """Print a count of people, trials or rows.

    Examples
    --------
    >>> count(1042.0), count(float("nan"))
    ('1,042', '–')
    """
    return number(n, 0)


def percent(x: SupportsFloat | None, digits: int = 0) -> str:
    """Print a number that is already in percent, such as I² or a weight.

    Examples
    --------
    >>> percent(66.7), percent(None)
    ('67%', '–')
    """
    text = number(x, digits)
    return text if text == GAP else f"{text}%"


def share(events: SupportsFloat | None, n: SupportsFloat | None) -> str:
    """Print events of a total with their percentage.

    Examples
    --------
    >>> share(28, 42), share(None, 42)
    ('28/42 (67%)', '–/42')
    """
    text = f"{count(events)}/{count(n)}"
    if text == f"{GAP}/{GAP}":
        return GAP
    if GAP in text or float(n or 0) == 0:
        return text
    return f"{text} ({percent(100 * float(events or 0) / float(n or 1))})"


def interval(
    low: SupportsFloat | None, high: SupportsFloat | None, digits: int = 2
) -> str:
    """Print an interval in brackets.

    Examples
    --------
    >>> interval(-0.9534, -0.4704)
    '[−0.95, −0.47]'
    >>> interval(None, float("nan"))
    'not estimable'
    """
    ends = number(low, digits), number(high, digits)
    if ends == (GAP, GAP):
        return NOT_ESTIMABLE
    return f"[{ends[0]}, {ends[1]}]"


def estimate(result: Fit | Estimate, digits: int = 2) -> str:
    """Print a pooled effect and its interval on the scale of the analysis.

    Examples
    --------
    >>> estimate(Estimate(value=-0.712, se=0.12, ci_low=-0.953, ci_high=-0.47))
    '−0.71 [−0.95, −0.47]'
    """
    e = result.estimate if isinstance(result, Fit) else result
    return effect(e.value, e.ci_low, e.ci_high, digits=digits)


def ratio(result: Fit | Estimate, digits: int = 2) -> str:
    """Print a pooled log ratio, and its interval, as a ratio.

    Examples
    --------
    >>> ratio(Estimate(value=0.0, se=0.35, ci_low=-0.693147, ci_high=0.693147))
    '1.00 [0.50, 2.00]'
    """
    e = result.estimate if isinstance(result, Fit) else result
    return effect(e.value, e.ci_low, e.ci_high, measure="RR", digits=digits)


def pooled(fit: Fit, digits: int = 2) -> str:
    """Print a fit as readers expect its measure: a ratio where it is one.

    Parameters
    ----------
    fit
        Its effects' ``measure`` decides.
    digits
        Digits after the point.
    """
    e = fit.estimate
    return effect(
        e.value, e.ci_low, e.ci_high, measure=fit.effects.measure, digits=digits
    )


def effect(
    value: SupportsFloat | None,
    low: SupportsFloat | None,
    high: SupportsFloat | None,
    *,
    measure: str = "",
    digits: int = 2,
) -> str:
    """Print one effect with its interval, as a ratio where the measure is one.

    Parameters
    ----------
    value, low, high
        On the scale of the analysis, so logarithms for a ratio.
    measure
        metafor's code; see `RATIO_MEASURES`.
    digits
        Digits after the point.

    Examples
    --------
    >>> effect(-0.5, -1.2, 0.2)
    '−0.50 [−1.20, 0.20]'
    >>> effect(None, None, None), effect(-0.5, None, None)
    ('not estimable', '−0.50 (interval not estimable)')
    """
    shown = [printed_scale(x, measure) for x in (value, low, high)]
    if number(shown[0]) == GAP:
        return NOT_ESTIMABLE
    ends = interval(shown[1], shown[2], digits)
    if ends == NOT_ESTIMABLE:
        ends = f"(interval {NOT_ESTIMABLE})"
    return f"{number(shown[0], digits)} {ends}"


def printed_scale(x: Any, measure: str) -> float:
    """Take a number from the scale of the analysis to the printed one.

    Examples
    --------
    >>> printed_scale(0.0, "RR"), printed_scale(0.5, "SMD")
    (1.0, 0.5)
    """
    value = math.nan if x is None else float(x)
    if measure not in RATIO_MEASURES:
        return value
    #: exp overflows above 709; such an end is beyond every scale.
    return math.exp(value) if not value > 700 else math.inf


def p_value(p: SupportsFloat | None, least: float = 0.001) -> str:
    """Print a p-value with its letter.

    Parameters
    ----------
    p
        From 0 to 1; None and NaN are not estimable.
    least
        Below it nothing more is said; from there to 0.001 two digits are printed,
        for comparison with a threshold that is as small.

    Examples
    --------
    >>> p_value(0.01649), p_value(2e-9), p_value(0.9999), p_value(None)
    ('p = 0.016', 'p < 0.001', 'p > 0.999', 'p not estimable')
    >>> p_value(0.000018, 1e-6), p_value(2e-9, 1e-8)
    ('p = 0.000018', 'p < 0.00000001')
    """
    value = math.nan if p is None else float(p)
    if math.isnan(value):
        return f"p {NOT_ESTIMABLE}"
    if value < least:
        return f"p < {least:.15f}".rstrip("0")
    if value < 0.001:
        return f"p = {value:.{1 - math.floor(math.log10(value))}f}"
    return "p > 0.999" if value > 0.999 else f"p = {value:.3f}"


def chance(p: SupportsFloat | None) -> str:
    """Print a probability of a model, never as certainty.

    Examples
    --------
    >>> chance(0.281), chance(0.9994), chance(0.0002), chance(None)
    ('0.28', '> 0.99', '< 0.01', '–')
    """
    value = math.nan if p is None else float(p)
    if value > 0.99:
        return "> 0.99"
    return "< 0.01" if value < 0.01 else number(value)


def typeset(text: str) -> str:
    """Give numbers in a sentence their signs, and parameters their letters.

    Parameters
    ----------
    text
        A sentence of an analysis, written for a terminal.

    Examples
    --------
    >>> typeset("delta_E - delta_N at gamma = -0.5")
    'δᴇ − δɴ at γ = −0.5'
    >>> typeset("with 80 % power, n >= 50")
    'with 80% power, n ≥ 50'
    """
    for word, letter in _LETTERS.items():
        text = re.sub(rf"\b{word}\b", letter, text)
    text = re.sub(r"(?<=\d) %", "%", text).replace(">=", "≥").replace("<=", "≤")
    return re.sub(r"(?<![\w.])-(?=\d)|(?<= )-(?= )", "−", text)
