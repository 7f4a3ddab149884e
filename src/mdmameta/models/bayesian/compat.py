"""The one place that knows PyMC and ArviZ, of both of their generations.

PyMC 5 with ArviZ 0.23 (Python 3.11) returns an InferenceData, PyMC 6 with ArviZ
1.x a DataTree. Both answer to ``idata["posterior"]["mu"]``, and nothing else is
asked of them.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from mdmameta.errors import MissingExtraError
from mdmameta.models.fit import Diagnostics, FloatArray

#: ArviZ 0.23 announces its successor once a day, when it is imported.
_ANNOUNCEMENT = r"\s*ArviZ is undergoing a major refactor"

#: A model of two parameters has no use for BLAS.
_NO_BLAS = "PyTensor could not link to a BLAS"


def pymc() -> Any:
    """Import PyMC.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    return _import("pymc", "PyMC")


def arviz() -> Any:
    """Import ArviZ.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    return _import("arviz", "ArviZ")


def _import(module: str, name: str) -> Any:
    if find_spec(module) is None:
        raise MissingExtraError(name, "bayes")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_ANNOUNCEMENT, category=FutureWarning)
        return import_module(module)


def sample(
    model: Any,
    *,
    draws: int,
    tune: int,
    chains: int,
    target_accept: float,
    seed: int,
    progress: bool = False,
) -> Any:
    """Draw from a PyMC model, with nutpie when it is installed.

    Chains of PyMC's own sampler run one after the other: the model is small, and
    processes within the processes of a sensitivity analysis would not be.

    Returns
    -------
    object
        InferenceData or DataTree.
    """
    own: dict[str, Any] = {"nuts_sampler": "pymc", "cores": 1}
    sampler = {"nuts_sampler": "nutpie"} if find_spec("nutpie") else own
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_NO_BLAS, category=UserWarning)
        return pymc().sample(
            model=model,
            draws=draws,
            tune=tune,
            chains=chains,
            target_accept=target_accept,
            random_seed=seed,
            progressbar=progress,
            quiet=not progress,
            compute_convergence_checks=False,
            **sampler,
        )


def values(idata: Any, name: str) -> FloatArray:
    """Draws of a variable, shape (chain, draw, ...)."""
    return np.asarray(idata["posterior"][name].values, dtype=float)


def add(idata: Any, name: str, draws: FloatArray, **coords: Any) -> None:
    """Add a variable of shape (chain, draw, ...) to freshly sampled draws.

    Parameters
    ----------
    idata
        What `sample` returned.
    name, draws
        Variable.
    **coords
        Further dimensions, in order, with their labels.
    """
    data_array = import_module("xarray").DataArray
    dims = ("chain", "draw", *coords)
    idata["posterior"][name] = data_array(draws, dims=dims, coords=coords)


def diagnose(idata: Any, names: tuple[str, ...]) -> Diagnostics:
    """R-hat, effective sample sizes and divergences, of the worst variable."""
    az = arviz()
    chains = [values(idata, name) for name in names]
    diverging = idata["sample_stats"]["diverging"].values
    return Diagnostics(
        iterations=int(chains[0][0].size * chains[0].shape[0]),
        r_hat=float(max(az.rhat(x) for x in chains)),
        ess_bulk=float(min(az.ess(x, method="bulk") for x in chains)),
        ess_tail=float(
            min(az.ess(x, method="tail", prob=(0.05, 0.95)) for x in chains)
        ),
        divergences=int(np.sum(diverging)),
    )
