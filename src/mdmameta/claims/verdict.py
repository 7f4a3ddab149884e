"""The verdict on a statement, from its printed digits and ways to compute it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from mdmameta.claims.recipes import Attempt

__all__ = ["VERDICTS", "Finding", "Printed", "Verdict", "judge"]

Verdict = Literal[
    "reproduced",
    "reproduced with another convention",
    "consistent, not reproduced",
    "contradicted",
    "not checkable",
]

#: Every verdict, the best first.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

#: Slack for binary fractions when a number is compared with a printed one.
ROUNDING_SLACK = 1e-9

#: Tests that need other inputs than there are agree if they fall on one side.
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printed number.

    Parameters
    ----------
    quantity, relation, value, digits
        As in the table of the numbers of claims.

    Examples
    --------
    >>> Printed(quantity="p", relation="<", value=0.001, digits=3).text
    '< 0.001'
    """

    quantity: str
    relation: str
    value: float
    digits: int

    @property
    def text(self) -> str:
        """The number as it was printed."""
        figure = f"{self.value:.{self.digits}f}"
        told = {"=": "", "given": ""}.get(self.relation, f"{self.relation} ")
        return told + figure

    def beside(self, number: float) -> str:
        """Write a recomputed number with one digit more; a count stays a count.

        Examples
        --------
        >>> p = Printed(quantity="p", relation="<", value=0.05, digits=2)
        >>> p.beside(0.0532), p.beside(2e-9)
        ('0.053', '< 0.001')
        >>> Printed(quantity="n", relation="=", value=12, digits=0).beside(12.0)
        '12'
        """
        digits = self.digits + (self.digits > 0 or not float(number).is_integer())
        least = 10.0**-digits
        if 0 < number < least / 2:
            return f"< {least:.{digits}f}"
        return f"{number:,.{digits}f}"

    def off(self, number: float, slack: float = 0.0) -> float:
        """How far a number is from what is printed, beyond the rounding.

        0 when it rounds to the printed one or keeps the printed bound; both
        roundings of a half do.
        """
        if self.relation in ("<", "<="):
            return max(0.0, number - self.value)
        if self.relation == ">":
            return max(0.0, self.value - number)
        room = 0.5 * 10.0**-self.digits + ROUNDING_SLACK + slack
        return max(0.0, abs(number - self.value) - room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict with its reason.

    Parameters
    ----------
    verdict
        One of `VERDICTS`.
    attempt
        The computation that it rests on; None if nothing could be computed.
    why
        Which, why, by how much and at which step, or what is missing.
    """

    verdict: Verdict
    attempt: Attempt | None
    why: str


def judge(
    printed: Sequence[Printed],
    attempts: Sequence[Attempt],
    *,
    missing: str = "",
    caveat: str = "",
) -> Finding:
    """Compare printed numbers with every way to compute them.

    Parameters
    ----------
    printed
        Numbers in the order of their computation; those that are given are
        not compared.
    attempts
        Ways to compute them, the source's own first.
    missing
        What is missing where something cannot be computed.
    caveat
        Why agreement is not a reproduction, whatever the way.

    Returns
    -------
    Finding
        The verdict, the convention that reproduces, and why.

    Examples
    --------
    >>> printed = [Printed(quantity="g", relation="=", value=-0.71, digits=2)]
    >>> judge(printed, [Attempt(numbers={"g": -0.7119}, convention={})]).verdict
    'reproduced'
    """
    asked = [one for one in printed if one.relation != "given"]
    usable = [a for a in attempts if any(_number(a, one) is not None for one in asked)]
    if not usable:
        return Finding(verdict="not checkable", attempt=None, why=missing)
    for position, attempt in enumerate(usable):
        if all(one.off(n) == 0 for one, n in _compared(asked, attempt)):
            return _agreed(asked, usable, position, missing, caveat)
    for attempt in usable:
        if attempt.slack is not None and _within(asked, attempt, attempt.slack()):
            why = attempt.slack_reason
            return Finding(
                verdict="consistent, not reproduced", attempt=attempt, why=why
            )
    return _differs(asked, usable, missing)


def _number(attempt: Attempt, one: Printed) -> float | None:
    number = attempt.numbers.get(one.quantity)
    return None if number is None or math.isnan(number) else float(number)


def _compared(
    asked: Sequence[Printed], attempt: Attempt
) -> Iterator[tuple[Printed, float]]:
    for one in asked:
        number = _number(attempt, one)
        if number is not None:
            yield one, number


def _within(
    asked: Sequence[Printed], attempt: Attempt, slack: Mapping[str, float]
) -> bool:
    pairs = _compared(asked, attempt)
    return all(one.off(n, slack.get(one.quantity, 0.0)) == 0 for one, n in pairs)


def _agreed(
    asked: Sequence[Printed],
    attempts: Sequence[Attempt],
    position: int,
    missing: str,
    caveat: str,
) -> Finding:
    attempt = attempts[position]
    left = [one.quantity for one in asked if _number(attempt, one) is None]
    reasons = [caveat, attempt.caveat]
    if left:
        reasons.append(f"Not computed: {', '.join(left)}. {_stop(missing)}".strip())
    elif attempt.proxy and not caveat:
        reasons.append(_stop(missing) or "Other inputs than the source's.")
    if why := " ".join(reason for reason in reasons if reason):
        return Finding(verdict="consistent, not reproduced", attempt=attempt, why=why)
    if position:
        verdict: Verdict = "reproduced with another convention"
        why = f"{attempt.words}. {_instead(asked, attempts[0], attempt)}"
        return Finding(verdict=verdict, attempt=attempt, why=why)
    return Finding(verdict="reproduced", attempt=attempt, why="")


def _instead(asked: Sequence[Printed], first: Attempt, agreed: Attempt) -> str:
    """Say what the first convention gives where it differs."""
    one, number = next((p, n) for p, n in _compared(asked, first) if p.off(n) > 0)
    steps = {k: v for k, v in first.convention.items() if agreed.convention.get(k) != v}
    told = "; ".join(f"{step}: {choice}" for step, choice in steps.items())
    way = f"With {told}" if told else "Without the last step"
    return f"{way}, {one.quantity} would be {number:.{one.digits + 1}f}."


def _differs(
    asked: Sequence[Printed], attempts: Sequence[Attempt], missing: str
) -> Finding:
    closest = min(attempts, key=lambda attempt: _distance(asked, attempt))
    first, number = next(
        (one, n) for one, n in _compared(asked, closest) if one.off(n) > 0
    )
    shown = f"{number:.{first.digits + 2}f}"
    step = (
        f"{first.quantity}: printed {first.text}, computed {shown} "
        f"(difference {number - first.value:+.{first.digits + 2}f}; {closest.words})."
    )
    if closest.proxy and all(
        _compatible(one, n) for one, n in _compared(asked, closest)
    ):
        why = f"{step} {_stop(missing)}".strip()
        return Finding(verdict="consistent, not reproduced", attempt=closest, why=why)
    tried = "" if len(attempts) == 1 else f" {_tried(first, attempts)}"
    why = f"First divergent step {step}{tried}"
    return Finding(verdict="contradicted", attempt=closest, why=why)


def _tried(one: Printed, attempts: Sequence[Attempt]) -> str:
    numbers = [_number(attempt, one) for attempt in attempts]
    shown = ", ".join(f"{n:.{one.digits + 1}f}" for n in numbers if n is not None)
    return f"The conventions tried give {shown}."


def _distance(asked: Sequence[Printed], attempt: Attempt) -> tuple[int, float]:
    """Put more leading agreement first, then the smaller distance."""
    offs = [one.off(n) for one, n in _compared(asked, attempt)]
    agreed = next((i for i, off in enumerate(offs) if off > 0), len(offs))
    return -agreed, offs[agreed] if agreed < len(offs) else 0.0


def _compatible(one: Printed, number: float) -> bool:
    """Whether a stand-in says the same: one side of 0.05, or of zero and size."""
    if one.quantity.startswith("p") and one.quantity.partition("_")[0] == "p":
        return (number < SIGNIFICANT) == (one.value < SIGNIFICANT)
    return number * one.value > 0 and 0.5 <= number / one.value <= 2


def _stop(text: str) -> str:
    return f"Missing: {text.rstrip('.')}." if text else ""
