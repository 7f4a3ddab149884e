"""What a bias adds to effects, and what every term of bias must be able to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects


@dataclass(frozen=True, eq=False, slots=True)
class Contribution:
    """What a bias adds to effects: y = θ + bias, bias ~ N(mean, covariance).

    Parameters
    ----------
    mean
        Shape (k,), in the unit of the effects.
    covariance
        Shape (k, k).

    Examples
    --------
    >>> from mdmameta.models.bayesian import AdditiveBias, Normal
    >>> effects = Effects.from_arrays(y=[-0.8, -0.5], v=[0.1, 0.1])
    >>> bias = AdditiveBias(Normal(-0.2, 0.1), shared=True).contribution(effects)
    >>> bias.mean, bias.covariance.round(2)
    (array([-0.2, -0.2]), array([[0.01, 0.01],
           [0.01, 0.01]]))
    """

    mean: FloatArray
    covariance: FloatArray


@runtime_checkable
class BiasTerm(Protocol):
    """A bias whose size is normal given the effects' moderators.

    Examples
    --------
    A bias of one's own, which `adjust` and `BiasAdjusted` take:

    >>> import numpy as np
    >>> from mdmameta.models.bayesian import adjust
    >>> class Outdated:
    ...     def contribution(self, effects):
    ...         old = (effects.moderators["year"] < 2015).to_numpy(float)
    ...         return Contribution(-0.1 * old, np.diag(0.05**2 * old))
    >>> effects = Effects.from_arrays(
    ...     y=[-0.8, -0.5], v=[0.1, 0.1], moderators={"year": [2011, 2021]})
    >>> isinstance(Outdated(), BiasTerm), adjust(effects, [Outdated()]).y
    (True, array([-0.7, -0.5]))
    """

    def contribution(self, effects: Effects) -> Contribution:
        """Mean and covariance of the bias of each effect."""
        ...
