"""What a reader must know before using a model of location and scale."""

from __future__ import annotations

import numpy as np

from mdmameta.models.caution import Caution
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.location_scale.maximum import Maximum

#: With fewer residuals than this for each coefficient of the scale, even effects
#: without sampling error tell a variance to no better than the factor in the caution.
FEW_RESIDUALS = 10


def scale_cautions(found: Maximum, residual: int, level: float) -> tuple[Caution, ...]:
    """Collect the guard rails of the coefficients of log τ².

    Parameters
    ----------
    found
        The maximum.
    residual
        Rows less coefficients of the mean.
    level
        Probability of the intervals.
    """
    return (*_few(found, residual, level), *_flat(found), *_unfinished(found))


def _few(found: Maximum, residual: int, level: float) -> tuple[Caution, ...]:
    each = residual / found.alpha.size
    if each >= FEW_RESIDUALS:
        return ()
    factor = np.exp(critical_value(level, np.inf) * np.sqrt(2 / each))
    return (
        Caution(
            "few-for-scale",
            f"{each:.3g} residuals for each coefficient of log tau2: even effects "
            "without sampling error would tell a variance only to within a factor of "
            f"{factor:.2g} either way. Read what tau2 depends on as a description.",
        ),
    )


def _flat(found: Maximum) -> tuple[Caution, ...]:
    if np.isfinite(found.vcov).all():
        return ()
    return (
        Caution(
            "scale-flat",
            "The likelihood has no peak in the coefficients of log tau2: it rises "
            "for as long as tau2 goes to 0 in some rows. Their values are where the "
            "search stopped, and standard errors do not exist. Take moderators of the "
            "scale out, or a model with one tau2.",
        ),
    )


def _unfinished(found: Maximum) -> tuple[Caution, ...]:
    if found.converged:
        return ()
    return (
        Caution(
            "not-converged",
            f"The search of the likelihood gave up after {found.steps} steps. Take "
            "moderators of the scale out.",
        ),
    )
