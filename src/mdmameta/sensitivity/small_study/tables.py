"""2 × 2 tables of studies, and what tests of small-study effects make of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.counts import counts
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Caution
from mdmameta.sensitivity.small_study.result import asymmetry_cautions

__all__ = ["Tables", "tables"]

#: Added to each cell of a table with a zero before its log odds ratio is taken.
ADDED = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Tables:
    """Tables with events and non-events, and what tests make of them.

    Parameters
    ----------
    a, b, c, d
        Events and others of the active, then of the control group, shape (k,).
    cautions
        What was left out.
    """

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray
    cautions: tuple[Caution, ...]

    @property
    def n(self) -> FloatArray:
        """Participants of each study."""
        return self.a + self.b + self.c + self.d

    @property
    def groups(self) -> tuple[FloatArray, FloatArray]:
        """Sizes of both groups."""
        return self.a + self.b, self.c + self.d

    @property
    def events(self) -> FloatArray:
        """Events of each study."""
        return self.a + self.c

    @property
    def log_odds_ratio(self) -> tuple[FloatArray, FloatArray]:
        """Log odds ratios and variances, with one half added where a cell is 0."""
        cells = np.stack([self.a, self.b, self.c, self.d])
        a, b, c, d = cells + ADDED * (cells == 0).any(axis=0)
        return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d

    @property
    def mantel_haenszel(self) -> float:
        """Common odds ratio, with one half added to tables with a zero."""
        cells = np.stack([self.a, self.b, self.c, self.d])
        a, b, c, d = cells + ADDED * (cells == 0).any(axis=0)
        n = a + b + c + d
        return float((a * d / n).sum() / (b * c / n).sum())

    @property
    def score(self) -> tuple[FloatArray, FloatArray]:
        """Events beyond those expected, and their hypergeometric variance."""
        n1, n2 = self.groups
        m, n = self.events, self.n
        variance = n1 * n2 * m * (n - m) / (n**2 * (n - 1))
        return self.a - n1 * m / n, variance


def tables(effects: Effects) -> Tables:
    """Read the complete tables that hold information about a ratio of odds.

    Raises
    ------
    SensitivityError
        When fewer than three remain.
    """
    cells = counts(effects).to_numpy().T
    a, b, c, d = cells
    missing = np.isnan(cells).any(axis=0)
    silent = ~missing & ((a + c == 0) | (b + d == 0) | (a + b == 0) | (c + d == 0))
    used = ~missing & ~silent
    if used.sum() < 3:
        raise SensitivityError(
            f"{used.sum()} tables hold events and non-events: a test needs three."
        )
    said: tuple[Caution, ...] = ()
    if silent.any():
        names = ", ".join(effects.study[silent])
        said = (
            Caution(
                "no-events",
                f"{silent.sum()} studies without events, or with nothing else, tell "
                f"nothing about a ratio: {names}.",
            ),
        )
    cautions = asymmetry_cautions(int(used.sum()), "OR", by_size=True)
    return Tables(a[used], b[used], c[used], d[used], (*said, *cautions))
