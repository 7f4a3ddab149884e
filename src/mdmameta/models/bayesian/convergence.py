"""The posterior of τ on nodes, doubled until nothing moves any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.bayesian.kernel import Conditional
from mdmameta.models.bayesian.mixture import mixture_cdf
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.quadrature import Panels, first_panels
from mdmameta.models.bayesian.tau_lines import HalfLine, Line

#: Doubling stops when no probed number changes by more than this. The nodes
#: converge geometrically, so that the finer set is far better than its change.
TOLERANCE = 1e-9

#: Panels at which doubling is given up; the change is then reported.
MOST_PANELS = 2048

#: A τ below this share of the smallest standard error is zero to rounding, for
#: everything that is conditional on it: there τ enters by its square, 1e-12.
NEGLIGIBLE = 1e-6

#: Probed points of the distributions of μ and θ_new, in SDs from the mean.
PROBES = np.array([-2.5, 0.5, 2.0])


class Likelihood(Protocol):
    """What quadrature over τ asks of a model in which the rest is normal."""

    @property
    def data(self) -> Any:
        """Effects along independent axes, with their variances ``lam``."""
        ...

    def given(self, tau: FloatArray) -> Conditional:
        """Posterior of means given τ, shape (N,), and the likelihood of τ."""
        ...


def converged_panels(
    likelihood: Likelihood,
    tau: TauPrior,
    line: Line | HalfLine | None = None,
    *,
    predictive: bool = True,
) -> tuple[Panels, float, int]:
    """Nodes of τ doubled until moments, evidence and probabilities stand still.

    Parameters
    ----------
    likelihood
        Of τ, with the means integrated out.
    tau
        Prior that needs no more data.
    line
        Where the nodes lie, by default on a `Line` over the support of the prior.
    predictive
        Whether the distribution of θ_new must stand still, too.

    Returns
    -------
    tuple
        Nodes, the largest change by the last doubling, and how many there were.
    """
    line = line or Line(*map(float, getattr(tau, "support", (0.0, np.inf))))
    panels = first_panels(partial(log_posterior, likelihood, tau), line)
    probe = _probe(panels, likelihood, predictive)
    old, error, doublings = probe(panels), np.inf, 0
    while error > TOLERANCE and panels.edges.size <= MOST_PANELS:
        panels = panels.doubled()
        new = probe(panels)
        error, old, doublings = float(np.abs(new - old).max()), new, doublings + 1
    return panels, error, doublings


def bound(tau: TauPrior, data: Any) -> TauPrior:
    """Tell a prior that depends on the sampling variances what they are."""
    if (for_data := getattr(tau, "for_data", None)) is None:
        return tau
    known: TauPrior = for_data(data)
    return known


def log_posterior(likelihood: Likelihood, tau: TauPrior, at: FloatArray) -> FloatArray:
    """Unnormalised log posterior density of τ, shape (..., N)."""
    with np.errstate(all="ignore"):
        log_prior = np.asarray(tau.log_density(at), dtype=float)
    if log_prior.shape[-1:] != at.shape or np.isnan(log_prior).any():
        raise ModelError(
            f"tau={tau!r}: log_density gave NaN or another shape than its argument. "
            "It must work elementwise on every tau >= 0."
        )
    return np.asarray(likelihood.given(at).log_likelihood + log_prior)


def _probe(
    panels: Panels, likelihood: Likelihood, predictive: bool
) -> Callable[[Panels], FloatArray]:
    """Numbers to watch while doubling, dimensionless."""
    rough = likelihood.given(panels.tau)
    weight = panels.weight
    centre = (weight * rough.mean).sum(axis=-1, keepdims=True)
    spread = (weight * (rough.sd + np.abs(rough.mean - centre))).sum(axis=-1)
    # A mean that is fixed has no spread to probe.
    least = NEGLIGIBLE**2 * float(np.sqrt(likelihood.data.lam.min()))
    spread = np.maximum(spread, least)
    x = centre + spread[..., None] * PROBES
    scale = [_finite(panels.moment(power)) for power in (1, 2)]

    def probe(at: Panels) -> FloatArray:
        tau, probability = mixing_nodes(at, likelihood.data.lam)
        given = likelihood.given(tau)
        joint = given.mixed(probability)[..., None, :]
        means = given.flat_means[..., None, :]
        sds = [given.flat_sds, *([given.new_sds(tau)] if predictive else [])]
        numbers = [_finite(at.moment(p)) / scale[p - 1] for p in (1, 2)]
        numbers += [at.log_evidence, (probability * given.mean).sum(axis=-1) / spread]
        wide = [np.maximum(s, least)[..., None, :] for s in sds]
        numbers += [mixture_cdf(x, joint, means, s) for s in wide]
        return np.concatenate([np.ravel(n) for n in numbers])

    return probe


def _finite(moment: FloatArray) -> FloatArray:
    return np.where(np.isinf(moment), 1.0, moment)


def mixing_nodes(panels: Panels, lam: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes of τ for mixtures: those that are as good as zero are made one.

    Returns
    -------
    tuple of numpy.ndarray
        τ, shape (N,), and posterior probabilities, shape (..., N). About half
        of all nodes lie so near zero, where the line is logarithmic.
    """
    least = NEGLIGIBLE * float(np.sqrt(lam.min()))
    n = max(int(np.searchsorted(panels.tau, least)), 1)
    together = panels.weight[..., :n].sum(axis=-1, keepdims=True)
    weight = np.concatenate([together, panels.weight[..., n:]], axis=-1)
    return panels.tau[n - 1 :], weight
