"""Share of true effects beyond a threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.frequentist.intervals import critical_value
from mdmameta.models.frequentist.location_scale import LocationScaleFit
from mdmameta.models.frequentist.multilevel import MultilevelFit
from mdmameta.models.frequentist.predictions import SAME
from mdmameta.options import check_option

Side = Literal["above", "below"]

#: With fewer studies the interval by the delta method is not to be trusted
#: (Mathur and VanderWeele 2019).
FEW_STUDIES = 10

#: Nor for a share closer to 0 or 1 than this, by the same simulations.
NEAR_EDGE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Share of true effects beyond a threshold, between 0 and 1.

    Parameters
    ----------
    value, se
        Estimate and its standard error by the delta method.
    ci_low, ci_high
        Its interval at ``level``; NaN where τ² has no standard error or is 0.
    threshold, side, level
        What was asked for.
    warnings
        What a reader must know before using it.
    """

    value: float
    se: float
    ci_low: float
    ci_high: float
    threshold: float
    side: str
    level: float
    warnings: tuple[Caution, ...] = ()


def share_beyond(fit: Fit, threshold: float, side: Side = "above") -> Share:
    """Estimate the share of true effects above or below a threshold.

    Φ((μ − q) / τ) for effects above q, with μ and τ of a random-effects fit.
    Nothing is said of any one study or person: it is a share of populations
    such as those studied, under normally distributed true effects.

    Parameters
    ----------
    fit
        Of a model with one mean and a variance of true effects.
    threshold
        q, on the scale of the analysis (log for ratios).
    side
        "above" by default, or "below".

    Returns
    -------
    Share

    Raises
    ------
    OptionError
        For a threshold that is not finite, or an unknown side.
    ModelError
        When the fit has moderators or no variance of true effects.

    References
    ----------
    Mathur and VanderWeele 2019, doi:10.1002/sim.8057.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import RandomEffects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> share = share_beyond(RandomEffects().fit(effects), threshold=0.0)
    >>> round(share.value, 2), [caution.code for caution in share.warnings]
    (0.85, ['share-few-studies'])
    """
    _check(fit, threshold, side)
    mean, tau2 = fit.estimate.value, fit.heterogeneity.tau2
    direction = 1.0 if side == "above" else -1.0
    distance = direction * (mean - threshold)
    if tau2 == 0:
        value, se = (0.5 if distance == 0 else float(distance > 0)), np.nan
    else:
        value, se = _by_delta(distance, fit)
    half = critical_value(fit.estimate.level, np.inf) * se
    return Share(
        value=value,
        se=se,
        ci_low=float(np.clip(value - half, 0, 1)),
        ci_high=float(np.clip(value + half, 0, 1)),
        threshold=threshold,
        side=side,
        level=fit.estimate.level,
        warnings=_cautions(fit, value),
    )


def _check(fit: Fit, threshold: float, side: str) -> None:
    check_option("side", side, Side)
    if not math.isfinite(threshold):
        raise OptionError(
            f"threshold={threshold!r} is not a finite number; give it on the scale of "
            "the analysis (log for ratios)."
        )
    if fit.shrink is None or len(fit.coefficients) > 1 or _variances_differ(fit):
        raise ModelError(
            f"{fit.model!r} has no one distribution of true effects to take a share "
            "of; fit RandomEffects to at least two studies."
        )


def _variances_differ(fit: Fit) -> bool:
    """Tell whether true effects of some rows vary more than those of others."""
    if isinstance(fit, LocationScaleFit):
        of = fit.scale.tau2
    elif isinstance(fit, MultilevelFit):
        of = fit.estimation.row_variance
    else:
        return False
    return bool(np.ptp(of) > SAME * of.max())


def _by_delta(distance: float, fit: Fit) -> tuple[float, float]:
    tau2, tau2_se = fit.heterogeneity.tau2, fit.heterogeneity.tau2_se
    z = distance / math.sqrt(tau2)
    spread = math.hypot(fit.estimate.se / math.sqrt(tau2), z * tau2_se / (2 * tau2))
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return float(ndtr(z)), density * spread


def _cautions(fit: Fit, value: float) -> tuple[Caution, ...]:
    found = []
    if fit.heterogeneity.tau2 == 0:
        text = "tau2 is 0, so that the share is 0 or 1 by assumption, without interval."
        found.append(Caution("share-without-tau2", text))
    if fit.k < FEW_STUDIES:
        text = f"{fit.k} studies: the interval of a share needs {FEW_STUDIES} or more."
        found.append(Caution("share-few-studies", text))
    if not NEAR_EDGE <= value <= 1 - NEAR_EDGE:
        text = "The share is near 0 or 1, where its interval is too narrow."
        found.append(Caution("share-near-edge", text))
    return tuple(found)
