"""What a reader of a model of counts must know."""

from __future__ import annotations

import numpy as np

from mdmameta.models.caution import Caution
from mdmameta.models.design import Design
from mdmameta.models.frequentist.binomial_normal.families import (
    LinearBinomial,
    LogBinomial,
)
from mdmameta.models.frequentist.binomial_normal.optimum import STABLE, Optimum
from mdmameta.models.guards import (
    first_coefficient,
    no_residual_df,
    tau2_at_boundary,
)

#: Trials below which τ² by maximum likelihood is much too small on average and
#: Wald intervals too narrow (Jackson et al. 2018, doi:10.1002/sim.7588).
FEW_TRIALS = 10


def cautions(
    best: Optimum, tau2: float, design: Design, common: Optimum
) -> tuple[Caution, ...]:
    """Cautions about the result, beside those about the counts.

    Parameters
    ----------
    best, common
        Maxima with and without heterogeneity.
    tau2
        Variance of true effects; NaN when it cannot be estimated.
    design
        Of the effect.
    """
    k, p = design.X.shape
    estimated = best is not common
    return (
        *(no_residual_df(k, p) if k <= p else ()),
        *(tau2_at_boundary(tau2, k) if estimated else ()),
        *(_few(k) if estimated else ()),
        *first_coefficient(design.terms[0], p),
        *_search(best),
        *_link(best),
        _quadrature(best),
    )


def _few(k: int) -> tuple[Caution, ...]:
    if k >= FEW_TRIALS:
        return ()
    text = (
        f"Only {k} trials: maximum likelihood makes tau2 too small on average, and "
        "intervals that ignore its error too narrow; read a Bayesian model beside it."
    )
    return (Caution("few-trials", text),)


def _link(best: Optimum) -> tuple[Caution, ...]:
    if not isinstance(best.problem.family, (LogBinomial, LinearBinomial)):
        return ()
    text = (
        "The link does not keep risks within 0 and 1: normal effects reach beyond, "
        "where the likelihood is 0, and a maximum may lie at an edge. Read the model "
        "of odds ratios beside it."
    )
    return (Caution("unbounded-link", text),)


def _search(best: Optimum) -> tuple[Caution, ...]:
    if best.summit.converged:
        return ()
    text = (
        f"The likelihood still rises at the end of the search (by "
        f"{best.summit.rise:.1g} with the next step; Newton's steps from several SDs "
        "were tried): do not rely on the estimates."
    )
    return (Caution("not-converged", text),)


def _quadrature(best: Optimum) -> Caution:
    value = f"Log-likelihood {best.log_likelihood:.6g}"
    if best.problem.q == 0:
        return Caution("quadrature", f"{value}, exact without random effects.")
    nodes = f"{best.nodes} nodes a trial" + (
        " and dimension" if best.problem.q > 1 else ""
    )
    if np.isnan(best.error):
        return Caution("quadrature", f"{value} by {nodes}, as was asked for.")
    held = "" if best.error <= 10 * STABLE else ", more than it should"
    text = f"{value} by {nodes}; twice as many change it by {best.error:.1g}{held}."
    return Caution("quadrature", text)
