"""Posteriors that are compiled once and then sampled for any data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled.compiled import Compiled, compile_model
from mdmameta.models.bayesian.sampled.total_scale import in_total
from mdmameta.models.bayesian.sampler import Sampler

#: Tensors by name.
Tensors = Mapping[str, Any]

#: Compiled programs kept in memory: a process uses few.
KEPT = 16

#: Name of the vector of coefficients on axes that the data make independent.
AXES = "gamma"


@dataclass(frozen=True)
class Program:
    """Parameters with their priors, and the log density of data given them.

    Parameters
    ----------
    priors
        Names of the parameters and their priors, with ``to_pymc(name)``.
    log_density
        Function of the parameters and of the data, both tensors by name.
    data
        Names of the arrays that `log_density` reads, and their dimensions.
    coefficients
        Length of a further vector ``gamma`` without a prior of its own; 0 for none.
    total
        Names of two standard deviations that are sampled as their total and its
        split; see `in_total`.
    """

    priors: tuple[tuple[str, Any], ...]
    log_density: Callable[[Tensors, Tensors], Any]
    data: tuple[tuple[str, int], ...]
    coefficients: int = 0
    total: tuple[str, str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is sampled."""
        of_priors = tuple(name for name, _ in self.priors)
        return (*of_priors, *((AXES,) if self.coefficients else ()))


@dataclass(frozen=True, eq=False, slots=True)
class Draws:
    """What a sampler returned.

    Parameters
    ----------
    values
        Draws of each parameter, shape (chain, draw, ...).
    diverging
        Which draws ended a divergent transition, shape (chain, draw).
    """

    values: dict[str, FloatArray]
    diverging: np.ndarray


def run(program: Program, data: Mapping[str, FloatArray], sampler: Sampler) -> Draws:
    """Sample a program for data, with nutpie when it is installed, else PyMC.

    Parameters
    ----------
    program
        Compiled on its first use in a process (nutpie), or each time (PyMC).
    data
        Every array that the program names.
    sampler
        Seed and lengths.

    Raises
    ------
    OptionError
        When a prior has no form in PyMC.
    MissingExtraError
        When PyMC is not installed.
    """
    _check_priors(program)
    with compat.quiet():
        if find_spec("nutpie"):
            return Draws(*_compiled(program).sample(data, sampler))
        idata = compat.sample(_of_values(program, data), sampler)
    values = {name: compat.values(idata, name) for name in program.names}
    return Draws(values, np.asarray(idata["sample_stats"]["diverging"].values))


def _check_priors(program: Program) -> None:
    for name, prior in program.priors:
        if not hasattr(prior, "to_pymc"):
            raise OptionError(
                f"{name}={prior!r} has no method to_pymc(name). Use a prior of "
                "mdmameta.models.bayesian, or engine='exact' where a model has it."
            )


@lru_cache(maxsize=KEPT)
def _compiled(program: Program) -> Compiled:
    pt = compat.tensor()
    axes = dict(program.data)
    arrays = {n: pt.TensorType("float64", (None,) * axes[n])(n) for n in axes}
    return compile_model(_model(program, arrays), program.names, arrays)


def _of_values(program: Program, data: Mapping[str, FloatArray]) -> Any:
    pt = compat.tensor()
    return _model(program, {name: pt.as_tensor(data[name]) for name, _ in program.data})


def _model(program: Program, arrays: Tensors) -> Any:
    pm = compat.pymc()
    with pm.Model() as model:
        priors = dict(program.priors)
        found: dict[str, Any] = {}
        if program.total is not None:
            first, second = program.total
            both = (priors.pop(first), priors.pop(second))
            found |= in_total(program.total, both)
        found |= {name: prior.to_pymc(name) for name, prior in priors.items()}
        if program.coefficients:
            found[AXES] = pm.Flat(AXES, shape=program.coefficients)
        pm.Potential("log_density", program.log_density(found, arrays))
    return model


def prior_draws(program: Program, size: int, seed: int) -> dict[str, FloatArray]:
    """Draw each parameter from its prior, where that is proper and known.

    Parameters
    ----------
    program
        Whose priors are drawn from.
    size, seed
        Of the draws.

    Returns
    -------
    dict
        Shape (1, size) each, as one chain.
    """
    found = {}
    for place, (name, prior) in enumerate(program.priors):
        if not getattr(prior, "proper", True) or not hasattr(prior, "sample"):
            continue
        try:
            found[name] = prior.sample(size, seed=seed + place)[None, :]
        except OptionError:  # no quantiles in closed form
            continue
    return found
