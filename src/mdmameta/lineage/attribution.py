"""The part of a shift that each of several changes explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import factorial

__all__ = ["Parts", "parts_of_shift"]

#: Changes that are averaged over all orders: 2⁵ = 32 states at most, each of
#: which is a set of contrasts built anew.
EXACT = 5

#: Among more changes than this, those without a part are not looked for first.
SEARCHED = 20

#: A change that moves nothing alone and nothing last is taken to have no part,
#: relative to the size of the estimates.
NOTHING = 1e-12

Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What each change explains of a shift.

    Parameters
    ----------
    values
        Part of each change, in their order, in units of the estimate.
    remainder
        Shift less the sum of the parts: rounding, unless a change has a part
        only together with others that moves nothing alone or last.
    method
        How the parts were found.
    """

    values: tuple[float, ...]
    remainder: float
    method: str


def parts_of_shift(value: Value, count: int) -> Parts:
    """Divide a shift among the changes that make it.

    With few changes, each has its average effect over all orders in which they
    could be made: its Shapley value, the only division that is additive,
    symmetric and gives nothing to a change without effect. With many, each has
    what it adds in the order of the tables.

    Parameters
    ----------
    value
        The estimate when some changes have been made, given by their numbers.
    count
        Number of changes.

    Returns
    -------
    Parts

    References
    ----------
    Shapley 1953, doi:10.1515/9781400881970-018.

    Examples
    --------
    >>> def product(made):
    ...     return (2.0 if 0 in made else 1.0) * (3.0 if 1 in made else 1.0)
    >>> parts_of_shift(product, 2).values
    (2.0, 3.0)
    """
    known = cache(value)
    every = frozenset(range(count))
    shift = known(every) - known(frozenset())
    few = count <= SEARCHED
    moving = [i for i in range(count) if not few or _moves(known, i, every)]
    if len(moving) <= EXACT:
        values = _averaged(known, moving, count)
        method = f"averaged over all orders of {len(moving)} changes (Shapley)"
        method = "the one change that moves it" if len(moving) == 1 else method
    else:
        values = _in_turn(known, moving, count)
        method = f"in turn, {len(moving)} changes in the order of tables and rows"
    return Parts(values=values, remainder=shift - sum(values), method=method)


def _moves(value: Value, one: int, every: frozenset[int]) -> bool:
    none = frozenset[int]()
    alone = value(frozenset([one])) - value(none)
    last = value(every) - value(every - {one})
    size = max(abs(value(none)), abs(value(every)), 1.0)
    return max(abs(alone), abs(last)) > NOTHING * size


def _averaged(value: Value, moving: Sequence[int], count: int) -> tuple[float, ...]:
    parts = [0.0] * count
    n = len(moving)
    for one in moving:
        others = [i for i in moving if i != one]
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(others, size):
                before = frozenset(chosen)
                parts[one] += weight * (value(before | {one}) - value(before))
    return tuple(parts)


def _in_turn(value: Value, moving: Sequence[int], count: int) -> tuple[float, ...]:
    parts = [0.0] * count
    made = frozenset[int]()
    for one in moving:
        after = made | {one}
        parts[one] = value(after) - value(made)
        made = after
    return tuple(parts)
