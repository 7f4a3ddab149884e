"""What a sampled model asks for, and the ArviZ object that it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.compat import Group
from mdmameta.models.bayesian.sampled import cache, identity
from mdmameta.models.bayesian.sampled.program import AXES, Program, prior_draws, run
from mdmameta.models.bayesian.sampler import Sampler

#: Draws of all chains in one row, by name: shape (draws, ...).
Flat = Mapping[str, FloatArray]

#: Draws from the prior that travel with a fit.
PRIOR_DRAWS = 2000


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Recovered:
    """What follows from the draws of the parameters; arrays of shape (draws, ...).

    Parameters
    ----------
    posterior
        What was integrated out, drawn given the parameters.
    predictive
        New data of the same studies.
    log_likelihood
        Of each observation given the parameters and the other observations.
    """

    posterior: Group
    predictive: Group
    log_likelihood: Group


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Task:
    """A posterior to be sampled.

    Parameters
    ----------
    label
        ``repr`` of the model.
    program, data
        What is sampled.
    coords
        Labels of the dimensions.
    recover
        Draws what was integrated out, given flat draws of the parameters.
    observed, constant
        Groups of the ArviZ object: what varies at random, and what does not.
    prior
        Further draws from the prior, of shape (1, draws, ...).
    """

    label: str
    program: Program
    data: Mapping[str, FloatArray]
    coords: Mapping[str, Any]
    recover: Callable[[Flat, Generator], Recovered]
    observed: Group
    constant: Group
    prior: Group = field(default_factory=dict)


def posterior_of(task: Task, sampler: Sampler) -> Any:
    """Sample a task, or take from the cache what was sampled before.

    Parameters
    ----------
    task
        What to sample.
    sampler
        Seed and lengths.

    Returns
    -------
    object
        ArviZ object with the groups posterior, sample_stats, prior,
        posterior_predictive, log_likelihood, observed_data and constant_data; its
        attributes hold model, seed, versions and data_hash.
    """
    attrs = identity.of(task, sampler)
    key = identity.key(attrs)
    stored = cache.get(key)
    if stored is not None:
        return stored
    idata = _sampled(task, sampler, attrs)
    cache.put(key, idata)
    return idata


def _sampled(task: Task, sampler: Sampler, attrs: Mapping[str, str]) -> Any:
    drawn = run(task.program, task.data, sampler)
    rng = np.random.default_rng(sampler.seed)
    found = task.recover({n: _flat(x) for n, x in drawn.values.items()}, rng)
    chains = drawn.diverging.shape
    sampled = {
        name: (("chain", "draw"), x) for name, x in drawn.values.items() if name != AXES
    }
    priors = prior_draws(task.program, PRIOR_DRAWS, int(sampler.seed or 0))
    groups: dict[str, Group] = {
        "posterior": {**sampled, **_chained(found.posterior, chains)},
        "sample_stats": {"diverging": (("chain", "draw"), drawn.diverging)},
        "prior": {**{n: (("chain", "draw"), x) for n, x in priors.items()},
                  **task.prior},
        "posterior_predictive": _chained(found.predictive, chains),
        "log_likelihood": _chained(found.log_likelihood, chains),
        "observed_data": task.observed,
        "constant_data": task.constant,
    }  # fmt: skip
    return compat.tree(groups, task.coords, attrs)


def _flat(draws: FloatArray) -> FloatArray:
    return draws.reshape(-1, *draws.shape[2:])


def _chained(group: Group, chains: tuple[int, ...]) -> Group:
    return {
        name: (("chain", "draw", *dims), np.reshape(x, (*chains, *np.shape(x)[1:])))
        for name, (dims, x) in group.items()
    }
