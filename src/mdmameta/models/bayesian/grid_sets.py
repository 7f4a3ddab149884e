"""Exact fits of many data sets with variances of their own, under several priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian.convergence import bound
from mdmameta.models.bayesian.data_sets import DataSets, SetsLikelihood
from mdmameta.models.bayesian.grid_block import BLOCK, ONE, Block, Several, padded
from mdmameta.models.bayesian.marginals import check_level
from mdmameta.models.bayesian.prior_base import MeanPrior, TauPrior, is_proper
from mdmameta.models.bayesian.prior_checks import check_priors, check_proper

#: Priors of μ and of τ.
Priors = tuple[MeanPrior, TauPrior]

#: Numbers of an `ExactSets`, as a `Block` names them.
NUMBERS = ("mean", "sd", "ci_low", "ci_high", "tau2", "error")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ExactSets:
    """Exact posteriors of d data sets under p pairs of priors, shape (d, p) each.

    Parameters
    ----------
    mean, sd
        Posterior mean and SD of μ.
    ci_low, ci_high
        Central credible interval of μ.
    tau2
        Posterior mean of τ².
    error
        Error estimate of the quadrature.
    """

    mean: FloatArray
    sd: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    tau2: FloatArray
    error: FloatArray


def exact_sets(
    y: ArrayLike, v: ArrayLike, priors: Sequence[Priors], *, level: float = 0.95
) -> ExactSets:
    """Fit the exact model to each data set under each pair of priors.

    Where `exact_grid` has one set of variances, each data set has its own here. The
    quadrature over τ is shared by some dozens of fits, and gives what
    `exact_posterior` gives to its tolerance. No prediction is computed.

    Parameters
    ----------
    y, v
        Effects and sampling variances, shape (d, K): a data set a row, NaN (or
        an infinite variance) where it lacks a study.
    priors
        p pairs of a prior of μ and a prior of τ.
    level
        Probability of the intervals.

    Returns
    -------
    ExactSets

    Raises
    ------
    ModelError
        When a data set has no study, a variance is not positive, or a posterior is
        improper.
    OptionError
        When there is no prior, or one cannot be used.

    Examples
    --------
    >>> from mdmameta.models.bayesian import HalfNormal, Normal
    >>> y = [[-0.9, -0.5, -0.6], [-0.9, -0.5, np.nan]]
    >>> v = [[0.05, 0.06, 0.2], [0.04, 0.06, np.nan]]
    >>> exact_sets(y, v, [(Normal(0, 1), HalfNormal(0.5))]).mean.round(3)
    array([[-0.649],
           [-0.655]])
    """
    check_level(level)
    if not priors:
        raise OptionError("priors needs at least one pair; there is none.")
    sets = DataSets.of(np.asarray(y, dtype=float), np.asarray(v, dtype=float))
    fewest = int(sets.there.sum(axis=1).min(initial=sets.z.shape[1]))
    for mu, tau in priors:
        check_priors(mu, tau)
        check_proper(tau, fewest, flat=0 if is_proper(mu) else 1)
    d, p = len(sets.z), len(priors)
    found = {name: np.empty((d, p)) for name in NUMBERS}
    for some in alike(priors):
        for at in sets.blocks(max(BLOCK // len(some), 1)):
            of_set, of_prior = (i.ravel() for i in np.meshgrid(at, some, indexing="ij"))
            block = block_of(sets, priors, of_set, of_prior)
            numbers = block.numbers(level, 0.0, predictive=False)
            for name in NUMBERS:
                found[name][of_set, of_prior] = numbers[name]
    return ExactSets(**found)


def alike(priors: Sequence[Priors]) -> list[list[int]]:
    """Positions of priors whose fits do well on the same nodes of τ.

    Those that have one prior of τ, for a heavy tail needs many more nodes, and a
    mixture of normals as the prior of μ by itself.
    """
    found: dict[tuple[int, int], list[int]] = {}
    for i, (mu, tau) in enumerate(priors):
        many = getattr(mu, "components", ONE).mean.size > 1
        found.setdefault((id(tau), i if many else -1), []).append(i)
    return list(found.values())


def block_of(
    sets: DataSets,
    priors: Sequence[Priors],
    of_set: NDArray[np.intp],
    of_prior: NDArray[np.intp],
) -> Block:
    """Put fits together that share their nodes of τ.

    Parameters
    ----------
    sets, priors
        Of the whole run.
    of_set, of_prior
        Data set and priors of each of n fits, shape (n,).
    """
    different, mine = np.unique(of_set, return_inverse=True)
    data = sets.take(different)
    taus: dict[tuple[int, int], tuple[int, TauPrior]] = {}
    means: dict[tuple[int, int], tuple[int, MeanPrior]] = {}
    tau_index, mean_index = (np.empty(mine.size, dtype=np.intp) for _ in range(2))
    for i, (s, p) in enumerate(zip(mine.tolist(), of_prior.tolist(), strict=True)):
        mu, tau = priors[p]
        key = (id(tau), s if hasattr(tau, "for_data") else -1)
        if key not in taus:
            taus[key] = (len(taus), bound(tau, data.alone(s)))
        tau_index[i] = taus[key][0]
        mean_index[i] = means.setdefault((s, id(mu)), (len(means), mu))[0]
    likelihood = SetsLikelihood(
        data,
        padded([mu for _, mu in means.values()]),
        np.array([s for s, _ in means]),
        mean_index,
    )
    known = Several(tuple(tau for _, tau in taus.values()), tau_index)
    proper = np.array([(is_proper(mu), is_proper(tau)) for mu, tau in priors])[of_prior]
    return Block(likelihood, known, np.stack([proper[:, 0], proper.all(axis=1)]))
