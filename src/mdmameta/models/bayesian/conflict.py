"""Whether the data lie where the prior said that they would."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian.averaging.scores import ScoreAxis, check_scored
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior, is_proper
from mdmameta.models.inputs import usable_rows

#: Panels over τ, and points at which crossings of a density are looked for.
PANELS, POINTS = 4, 601

#: Normals of most weight whose humps get points of their own, and where, in SDs.
HUMPS, AROUND = 20, np.array([-3.0, -1.0, 0.0, 1.0, 3.0])

#: Weight of the lightest normals that are left out.
LOST = 1e-9

#: Tail probability beyond which a prediction is not searched.
TAIL = 1e-10


def prior_data_conflict(effects: Effects, *, mu: MeanPrior, tau: TauPrior) -> float:
    """Probability, before the data, of a pooled estimate as surprising as theirs.

    The pooled estimate is the mean with weights 1 / v. Its prediction, over the
    priors of μ and τ, is a mixture of normals; the p-value is the mass where its
    density is below that at the estimate, by integration.

    Parameters
    ----------
    effects
        Contrasts.
    mu, tau
        Priors; τ's with quantiles.

    Returns
    -------
    float
        Small: prior and data disagree. NaN for an improper prior of μ.

    Raises
    ------
    OptionError
        When the prior of τ has no quantiles.

    References
    ----------
    Box (1980), doi:10.2307/2982063; Evans and Moshonov (2006),
    doi:10.1214/06-BA129.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5], v=[0.05, 0.06])
    >>> round(prior_data_conflict(effects, mu=Normal(0.5, 0.2), tau=HalfNormal(0.1)), 4)
    0.0
    """
    if not is_proper(mu):
        return float("nan")
    estimate, predicted = pooled_prediction(effects, mu, tau)
    return as_surprising(predicted, estimate)


def pooled_prediction(
    effects: Effects, mu: MeanPrior, tau: TauPrior
) -> tuple[float, NormalMixture]:
    """Pooled estimate with weights 1 / v, and its prediction from the priors."""
    rows = usable_rows(effects)
    known = bound(tau, Data.of(rows.y, rows.v, rows.V))
    check_scored("tau", known)
    w = 1 / rows.v / (1 / rows.v).sum()
    sampling = w @ (w * rows.v if rows.V is None else rows.V @ w)
    axis = ScoreAxis.spread(known, PANELS)  # type: ignore[arg-type]
    spread = sampling + axis.values**2 * (w @ w)
    parts = mu.components
    of_mu = np.exp(parts.log_weight)
    weight = (of_mu[:, None] * np.exp(axis.log_weight)).ravel()
    sds = np.sqrt(parts.sd[:, None] ** 2 + spread).ravel()
    means = np.repeat(parts.mean, axis.values.size)
    mixture = NormalMixture(weight / weight.sum(), means, sds, bool(np.isinf(mu.sd)))
    return float(w @ rows.y), mixture.trimmed(LOST)


def as_surprising(predicted: NormalMixture, at: float) -> float:
    """Mass of a density where it is below its value at a point."""
    height = float(predicted.density(at))
    low, high = predicted.quantile([TAIL, 1 - TAIL])
    if not low < at < high:
        return 2 * TAIL
    heavy = np.argsort(predicted.weight)[-HUMPS:]
    humps = predicted.means[heavy, None] + predicted.sds[heavy, None] * AROUND
    x = np.concatenate([[low, high, at], humps.ravel(), np.linspace(low, high, POINTS)])
    x = np.unique(np.clip(x, low, high))
    ends = _crossings(predicted, x, height, at)
    edges = np.concatenate([[low], ends, [high]])
    middles = (edges[:-1] + edges[1:]) / 2
    below = predicted.density(middles) < height
    mass = np.diff(predicted.cdf(edges))
    return float(min(mass[below].sum() + 2 * TAIL, 1.0))


def _crossings(
    predicted: NormalMixture, x: FloatArray, height: float, at: float
) -> FloatArray:
    def above(point: float) -> float:
        return float(predicted.density(point)) - height

    excess = predicted.density(x) - height
    found = {at}
    for i, j in pairwise(range(x.size)):
        if excess[i] * excess[j] < 0 and at not in (x[i], x[j]):
            found.add(float(brentq(above, x[i], x[j], xtol=1e-13)))
    return np.array(sorted(found))
