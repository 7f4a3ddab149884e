"""Models that can make data: parameters from their priors, and effects given those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.fit import Fit


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Simulated:
    """Effects that a model made, and what it made them of.

    Parameters
    ----------
    truth
        Parameters by name, such as ``mu`` or ``theta[0]`` for the first element of
        ``theta``; the first of them is what ``fit.estimate`` estimates.
    effects
        Made of them, with the sampling variances and moderators of the design.
    """

    truth: Mapping[str, float]
    effects: Effects


@runtime_checkable
class Generative(Protocol):
    """A Bayesian model with proper priors, which can therefore make data itself.

    `mdmameta.testing.check_model` compares what it made the data of with the
    posteriors that it then finds. Two more methods are asked for where they exist:
    ``brief(seed)`` returns the same model with fewer draws and another seed, for
    hundreds of fits, and ``below(fit, name, value)`` the posterior probability below
    a value, where a Fit has neither draws (``fit.posterior``) nor distributions
    (``fit.exact``) of these names.
    """

    def fit(self, effects: Effects) -> Fit:
        """Find the posterior."""
        ...

    def simulate(self, effects: Effects, rng: np.random.Generator) -> Simulated:
        """Draw parameters from the priors, and effects of the design given them.

        Parameters
        ----------
        effects
            Design: variances, studies and moderators; its effects are not used.
        rng
            Of all that is drawn.

        Raises
        ------
        OptionError
            When a prior is improper, or cannot be drawn from.
        """
        ...
