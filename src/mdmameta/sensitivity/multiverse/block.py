"""Results of a run of specifications, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.multiverse.graph import Codes

#: Names of the numbers of a specification, in the order of the columns.
NUMBERS = ("value", "se", "ci_low", "ci_high", "tau2")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Block:
    """n specifications and their results.

    Parameters
    ----------
    spec_id
        Rising numbers, shape (n,).
    codes
        Position of the option at each choice, shape (n, choices).
    k
        Trials used, shape (n,).
    value, se, ci_low, ci_high
        Estimate of the mean effect with its interval, or the posterior's,
        shape (n,).
    tau2
        Estimate of τ², or its posterior mean, shape (n,).
    converged
        Whether the iteration for τ² reached its tolerance, shape (n,).
    """

    spec_id: NDArray[np.int64]
    codes: Codes
    k: NDArray[np.int64]
    value: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    converged: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of specifications."""
        return int(self.spec_id.size)
