"""The standard posterior by the No-U-Turn sampler, from its marginal form."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.kernel import Data
from mdmameta.models.bayesian.regression_kernel import RegressionData
from mdmameta.models.bayesian.sampled.normal import (
    Given,
    NormalEffects,
    containers,
    one_mean,
)
from mdmameta.models.bayesian.sampled.program import Program
from mdmameta.models.bayesian.sampled.task import Flat, Recovered, Task


def mean_task(
    data: Data, study: NDArray[np.str_], mu: Any, tau: Any, label: str
) -> Task:
    """Say what is sampled for the mean of k effects: μ and τ, then the true effects.

    The marginal form has no funnel between τ and the true effects, which is
    what makes the hierarchical form diverge with few studies.

    Parameters
    ----------
    data
        k rotated effects.
    study
        Labels, shape (k,).
    mu, tau
        Priors with ``to_pymc(name)``.
    label
        ``repr`` of the model, which travels with the draws.

    Returns
    -------
    Task
        Gives mu, tau, mu_new (true effect of a new study) and theta (true
        effects, dimension study).

    References
    ----------
    Betancourt and Girolami (2015), doi:10.1201/b18502-5, on the funnel.
    """
    effects = NormalEffects(RegressionData(data.z, data.X, data.lam, data.U))

    def recover(draws: Flat, rng: Generator) -> Recovered:
        at = Given(draws["mu"][:, None], draws["tau"][:, None])
        return recovered(effects, at, draws["mu"], "study", rng)

    return Task(
        label=label,
        program=Program(
            priors=(("mu", mu), ("tau", bound(tau, data))),
            log_density=one_mean,
            data=(("z", 1), ("e", 1), ("lam", 1)),
        ),
        data=containers(effects),
        coords={"study": study},
        recover=recover,
        observed={"y": (("study",), _back(data, data.z))},
        constant={"v": (("study",), _variances(data))},
    )


def recovered(
    effects: NormalEffects, at: Given, centre: Any, dim: str, rng: Generator
) -> Recovered:
    """Draw true effects, that of a new study, and new data; take likelihoods.

    Parameters
    ----------
    effects, at
        What was sampled, and the draws.
    centre
        Mean of a new study in each draw, shape (S,).
    dim
        Dimension of the rows.
    rng
        Of what is drawn.
    """
    theta, groups = effects.true_effects(at, rng)
    between = 0.0 if at.between is None else at.between[:, 0] ** 2
    spread = np.sqrt(at.within[:, 0] ** 2 + between)
    new = centre + spread * rng.standard_normal(spread.shape)
    of_groups = {}
    if groups is not None:
        of_groups = {"theta_study": (("study",), centre[:, None] + groups)}
    return Recovered(
        posterior={"theta": ((dim,), theta), "mu_new": ((), new), **of_groups},
        predictive={"y": ((dim,), effects.new_data(at, rng))},
        log_likelihood={"y": ((dim,), effects.log_likelihood(at))},
    )


def _back(data: Data, rotated: np.ndarray) -> np.ndarray:
    return rotated if data.U is None else data.U @ rotated


def _variances(data: Data) -> np.ndarray:
    return data.lam if data.U is None else data.U**2 @ data.lam
