"""Means of two arms as observed, and their standardised difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.missing_prior import Contrast, counts, numbers
from mdmameta.errors import EffectsError

Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False, slots=True)
class ObservedArms:
    """Means, SDs and people observed, of the active and of the control arm.

    Parameters
    ----------
    m, s, n
        Shape (k,) each.
    """

    m: Pair
    s: Pair
    n: Pair

    @classmethod
    def of(cls, table: pd.DataFrame, *, positive: bool) -> ObservedArms:
        """Read m1i, sd1i, n1i, m2i, sd2i and n2i.

        Parameters
        ----------
        table
            One row a contrast.
        positive
            Whether means must be above 0.

        Raises
        ------
        EffectsError
            For a column absent, too few people, or numbers that cannot be.
        """
        m1, s1, m2, s2 = (numbers(table, x) for x in ("m1i", "sd1i", "m2i", "sd2i"))
        n1, n2 = (counts(table, name) for name in ("n1i", "n2i"))
        _refuse(
            (n1 < 2) | (n2 < 2) | ~(s1 > 0) | ~(s2 > 0),
            "fewer than two people observed in an arm, or an SD that is not above 0",
        )
        if positive:
            _refuse(
                ~(m1 > 0) | ~(m2 > 0),
                "a mean that is not above 0, as ratios need it to be",
            )
        return cls((m1, m2), (s1, s2), (n1, n2))

    @property
    def pooled_sd(self) -> FloatArray:
        """SD within arms, shape (k,)."""
        (s1, s2), (n1, n2) = self.s, self.n
        within = (n1 - 1) * s1**2 + (n2 - 1) * s2**2
        return np.asarray(np.sqrt(within / (n1 + n2 - 2)))

    def standardised(self, difference: Contrast, *, ratio: bool) -> Contrast:
        """Lead a difference of means of everybody to Hedges' g.

        Parameters
        ----------
        difference
            Values, variances, and slopes by the parameters of either arm: in points
            of the scale with ``ratio``, else in SD of those observed.
        ratio
            Whether the parameters are log ratios of means.
        """
        y, v, by1, by2 = difference
        (m1, m2), (n1, n2), scale = self.m, self.n, self.pooled_sd
        j = bias_correction(n1 + n2 - 2)
        v = v / scale**2 + (j * (m1 - m2) / scale) ** 2 / (2 * (n1 + n2))
        if not ratio:
            return j * (m1 - m2) / scale + (y - (m1 - m2)) / scale, v, by1, by2
        v = v + ((j * y) ** 2 - (j * (m1 - m2)) ** 2) / scale**2 / (2 * (n1 + n2))
        return j * y / scale, v, j * by1 / scale, j * by2 / scale


def _refuse(wrong: NDArray[np.bool_], found: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise EffectsError(
            f"row {row} (counted from 0) has {found}. Correct the row, or leave it out."
        )
