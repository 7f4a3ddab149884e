"""Two standard deviations on the axes of their total and of its split.

Where data tell the sum of two variances and little of each, the posterior of the two
lies along an arc: on logarithmic axes that is a ridge with a corner, in the total and
the angle a straight band.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.prior_base import Prior


def have_total(priors: tuple[Any, ...]) -> bool:
    """Tell whether priors are densities on all of τ > 0, without an edge.

    A bound of one standard deviation would be an edge across the axes of the total.

    Parameters
    ----------
    priors
        Of both standard deviations.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Uniform
    >>> have_total((HalfNormal(1), HalfNormal(2)))
    True
    >>> have_total((HalfNormal(1), Uniform(0, 2)))
    False
    """
    return all(
        isinstance(prior, Prior)
        and hasattr(prior, "_pymc")
        and getattr(prior, "support", (0.0, np.inf)) == (0.0, np.inf)
        for prior in priors
    )


def in_total(names: tuple[str, str], priors: tuple[Any, Any]) -> dict[str, Any]:
    """Create two standard deviations in the open PyMC model.

    With total r = s log(1 + eˣ) and angle φ between 0 and π/2 they are r sin φ and
    r cos φ. The total is linear above its scale s, where the tail of a prior would be
    a cliff on a logarithmic axis, and logarithmic near zero.

    Parameters
    ----------
    names, priors
        Of both standard deviations.

    Returns
    -------
    dict
        Both by name.
    """
    pm, pt = compat.pymc(), compat.tensor()
    scale = float(np.sqrt(sum(float(p.quantile(0.5)) ** 2 for p in priors)))
    x, turn = pm.Flat("total"), pm.Flat("turn")
    total = scale * pt.softplus(x)
    quarter = np.pi / 2
    sines = (pt.sin(quarter * pt.sigmoid(turn)), pt.sin(quarter * pt.sigmoid(-turn)))
    each = [total * sine for sine in sines]
    log_slope = -pt.softplus(-x) - pt.softplus(-turn) - pt.softplus(turn)
    log_priors = [
        pm.logp(prior.pymc_dist(), tau) for prior, tau in zip(priors, each, strict=True)
    ]
    pm.Potential("split", sum(log_priors) + pt.log(total) + log_slope)
    return {
        name: pm.Deterministic(name, tau) for name, tau in zip(names, each, strict=True)
    }
