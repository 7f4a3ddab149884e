"""How far a printed number may be from the one that was rounded."""

from __future__ import annotations

from math import isnan

__all__ = ["decimals", "half_unit"]

#: More decimals than this were computed, not printed.
MOST_DECIMALS = 6


def decimals(value: float) -> int:
    """Decimals of a number as written, padded zeros left out.

    Examples
    --------
    >>> decimals(63.4), decimals(63.0), decimals(0.025)
    (1, 0, 3)
    """
    if isnan(value):
        return 0
    text = f"{value:.{MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])


def half_unit(*values: float) -> float:
    """Half a unit in the last place of the number with the most decimals.

    Numbers of one table are printed with the same decimals, so a padded zero
    is seen in its neighbours.

    Examples
    --------
    >>> half_unit(63.0, 63.4)
    0.05
    """
    return 0.5 * 10.0 ** -max(decimals(value) for value in values)
