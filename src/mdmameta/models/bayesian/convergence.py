"""The posterior of τ on nodes, doubled until nothing moves any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.kernel import Data, GaussianPrior, conditional
from mdmameta.models.bayesian.mixture import mixture_cdf
from mdmameta.models.bayesian.prior_base import FloatArray, TauPrior
from mdmameta.models.bayesian.quadrature import Line, Panels, first_panels

#: Doubling stops when no probed number changes by more than this. The nodes
#: converge geometrically, so that the finer set is far better than its change.
TOLERANCE = 1e-9

#: Panels at which doubling is given up; the change is then reported.
MOST_PANELS = 2048

#: A τ below this share of the smallest standard error is zero to rounding, for
#: everything that is conditional on it.
NEGLIGIBLE = 1e-9

#: Probed points of the distributions of μ and θ_new, in SDs from the mean.
PROBES = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])


def converged_panels(
    data: Data, mu: GaussianPrior, tau: TauPrior
) -> tuple[Panels, float, int]:
    """Nodes of τ doubled until moments, evidence and probabilities stand still."""
    check_priors(mu, tau)
    line = Line(*map(float, getattr(tau, "support", (0.0, np.inf))))
    panels = first_panels(partial(log_posterior, data, mu, tau), line)
    probe = _probe(panels, data, mu)
    old, error, doublings = probe(panels), np.inf, 0
    while error > TOLERANCE and panels.edges.size <= MOST_PANELS:
        panels = panels.doubled()
        new = probe(panels)
        error, old, doublings = float(np.abs(new - old).max()), new, doublings + 1
    return panels, error, doublings


def check_priors(mu: object, tau: object) -> None:
    """Refuse priors that this engine cannot use.

    Raises
    ------
    OptionError
        Naming the argument and the cure.
    """
    if type(mu).__name__ not in {"Normal", "Flat"}:
        raise OptionError(
            f"mu={mu!r}: the exact engine integrates the mean over a normal prior. "
            "Use Normal(mean, sd), or engine='nuts' with seed=."
        )
    if not isinstance(tau, TauPrior):
        raise OptionError(
            f"tau={tau!r} has no method log_density(x). Use HalfNormal(scale), "
            "another prior of mdmameta.models.bayesian, or an object with one."
        )


def log_posterior(
    data: Data, mu: GaussianPrior, tau: TauPrior, at: FloatArray
) -> FloatArray:
    """Unnormalised log posterior density of τ, shape (..., N)."""
    with np.errstate(all="ignore"):
        log_prior = np.asarray(tau.log_density(at), dtype=float)
    if log_prior.shape != at.shape or np.isnan(log_prior).any():
        raise ModelError(
            f"tau={tau!r}: log_density gave NaN or another shape than its argument. "
            "It must work elementwise on every tau >= 0."
        )
    return np.asarray(conditional(data, at, mu).log_likelihood + log_prior)


def _probe(
    panels: Panels, data: Data, mu: GaussianPrior
) -> Callable[[Panels], FloatArray]:
    """Numbers to watch while doubling: dimensionless, shape (..., m)."""
    rough = conditional(data, panels.tau, mu)
    centre = (panels.weight * rough.mean).sum(axis=-1, keepdims=True)
    spread = (panels.weight * (rough.sd + np.abs(rough.mean - centre))).sum(axis=-1)
    x = centre + spread[..., None] * PROBES
    scale = np.array([_finite(panels.moment(power)) for power in (1, 2)])

    def probe(at: Panels) -> FloatArray:
        tau, probability = mixing_nodes(at, data)
        given = conditional(data, tau, mu)
        weight, mean = probability[..., None, :], given.mean[..., None, :]
        moments = [_finite(at.moment(p)) / scale[p - 1] for p in (1, 2)]
        return np.concatenate(
            [
                np.stack([*moments, at.log_evidence], axis=-1),
                ((probability * given.mean).sum(axis=-1) / spread)[..., None],
                mixture_cdf(x, weight, mean, given.sd),
                mixture_cdf(x, weight, mean, np.hypot(given.sd, tau)),
            ],
            axis=-1,
        )

    return probe


def _finite(moment: FloatArray) -> FloatArray:
    return np.where(np.isinf(moment), 1.0, moment)


def mixing_nodes(panels: Panels, data: Data) -> tuple[FloatArray, FloatArray]:
    """Nodes of τ for mixtures: those that are as good as zero are made one.

    Returns
    -------
    tuple of numpy.ndarray
        τ, shape (N,), and posterior probabilities, shape (..., N). About half
        of all nodes lie so near zero, where the line is logarithmic.
    """
    least = NEGLIGIBLE * float(np.sqrt(data.lam.min()))
    n = max(int(np.searchsorted(panels.tau, least)), 1)
    together = panels.weight[..., :n].sum(axis=-1, keepdims=True)
    weight = np.concatenate([together, panels.weight[..., n:]], axis=-1)
    return panels.tau[n - 1 :], weight
