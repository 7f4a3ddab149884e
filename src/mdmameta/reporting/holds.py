"""Claims of the prose as assertions on results: a false one stops the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mdmameta.errors import ReportError
from mdmameta.models.fit import Fit
from mdmameta.reporting.page import Markdown
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables.numbers import interval, number

__all__ = [
    "Assertion",
    "StaleSentenceError",
    "excludes",
    "includes",
    "largest",
    "more",
    "narrower",
    "none_of",
    "says",
    "similar",
    "verdict_is",
]


class StaleSentenceError(ReportError):
    """The prose says what the results no longer say."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """Something about results that is true or not, with the numbers behind it.

    Parameters
    ----------
    holds
        Whether it is true.
    told
        The numbers, for the reader of the error.
    """

    holds: bool
    told: str


def says(words: str, *assertions: Assertion) -> Markdown:
    """Print words of a page if all that they claim is true.

    Parameters
    ----------
    words
        Markdown, at best the whole clause that makes the claim.
    *assertions
        What it claims, from the functions of this module.

    Raises
    ------
    StaleSentenceError
        When one is false; the renderer adds page and line.

    Examples
    --------
    >>> says("about as large", similar(-0.71, -0.73, within=0.05)).text
    'about as large'
    >>> says("about as large", similar(-0.71, -0.91, within=0.05))
    Traceback (most recent call last):
    mdmameta.reporting.holds.StaleSentenceError: the page says 'about as large', but ...
    """
    wrong = [one.told for one in assertions if not one.holds]
    if wrong:
        raise StaleSentenceError(
            f"the page says {words!r}, but {'; '.join(wrong)}. Say what the results "
            "say, or find out why they changed (mdmameta diff)."
        )
    return Markdown(words)


def similar(one: float, other: float, *, within: float) -> Assertion:
    """Claim that two numbers differ by no more than a stated margin."""
    gap = abs(one - other)
    told = f"{number(one, 3)} and {number(other, 3)} differ by {number(gap, 3)}"
    return Assertion(gap <= within, f"{told}, margin {number(within, 3)}")


def excludes(fit: Fit, value: float = 0.0) -> Assertion:
    """Claim that the interval of a fit excludes a value on the analysis scale."""
    e = fit.estimate
    ends = interval(e.ci_low, e.ci_high)
    told = f"the interval {ends} holds {number(value)}"
    return Assertion(not e.ci_low <= value <= e.ci_high, told)


def includes(fit: Fit, value: float = 0.0) -> Assertion:
    """Claim that the interval of a fit holds a value on the analysis scale."""
    e = fit.estimate
    ends = interval(e.ci_low, e.ci_high)
    told = f"the interval {ends} excludes {number(value)}"
    return Assertion(e.ci_low <= value <= e.ci_high, told)


def narrower(fit: Fit, rival: Fit) -> Assertion:
    """Claim that the interval of a fit is narrower than that of another."""
    own, other = (f.estimate.ci_high - f.estimate.ci_low for f in (fit, rival))
    return Assertion(own < other, f"widths are {number(own, 3)} and {number(other, 3)}")


def largest(sizes: Mapping[str, float], name: str) -> Assertion:
    """Claim that one of several, a trial among trials say, is the largest alone.

    Examples
    --------
    >>> largest({"A": 12, "B": 94}, "A")
    Assertion(holds=False, told='the largest is B with 94, A has 12')
    """
    if name not in sizes:
        return Assertion(False, f"there is no {name!r} among {', '.join(sizes)}")
    top = max(sizes, key=lambda one: sizes[one])
    alone = sum(size == sizes[top] for size in sizes.values()) == 1
    told = f"the largest is {top} with {sizes[top]:g}, {name} has {sizes[name]:g}"
    return Assertion(top == name and alone, told)


def more(one: float, than: float) -> Assertion:
    """Claim that one number is larger than another."""
    return Assertion(one > than, f"{number(one, 3)} is not more than {number(than, 3)}")


def none_of(found: object) -> Assertion:
    """Claim that a collection is empty, of trials that rest on something, say."""
    names = [str(one) for one in found] if isinstance(found, list | tuple | set) else []
    return Assertion(not names, f"there are: {', '.join(sorted(names))}")


def verdict_is(table: SensitivityTable, kind: str) -> Assertion:
    """Claim the verdict of a sensitivity analysis: robust, fragile, not identified."""
    return Assertion(table.verdict.kind == kind, f"the verdict is {table.verdict.kind}")
