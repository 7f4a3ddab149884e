"""The one place that knows PyMC and ArviZ, of both of their generations.

PyMC 5 with ArviZ 0.23 (Python 3.11) has InferenceData, PyMC 6 with ArviZ 1.x
DataTree. Both answer to ``idata["posterior"]["mu"]``, and nothing else is asked of
them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import MissingExtraError
from mdmameta.models.bayesian.sampler import Sampler
from mdmameta.models.fit import Diagnostics

#: ArviZ 0.23 announces its successor once a day, when it is imported.
_ANNOUNCEMENT = r"\s*ArviZ is undergoing a major refactor"

#: A model of a few parameters has no use for BLAS.
_NO_BLAS = "PyTensor could not link to a BLAS"

#: Reads and writes NetCDF without the C library.
_NETCDF = "h5netcdf"

#: What files of draws need: h5netcdf brings no h5py from 1.8 on.
_NEEDED = (_NETCDF, "h5py")

#: Name of a variable -> names of its dimensions, and values.
Group = Mapping[str, tuple[tuple[str, ...], Any]]


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


def tensor() -> Any:
    """Import the functions of tensors that PyMC's models are made of."""
    pymc()
    return import_module("pytensor.tensor")


def _import(module: str, name: str) -> Any:
    if find_spec(module) is None:
        raise MissingExtraError(name, "bayes")
    with quiet():
        return import_module(module)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep back what the libraries say whatever a user does."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_ANNOUNCEMENT, category=FutureWarning)
        warnings.filterwarnings("ignore", message=_NO_BLAS, category=UserWarning)
        yield


def sample(model: Any, sampler: Sampler) -> Any:
    """Draw from a PyMC model with PyMC's own sampler.

    Its chains run one after the other: the models are small, and processes within
    the processes of a sensitivity analysis would not be. Its acceptance rate is taken
    half as far from one as was asked: at 0.95 its adaptation left a divergent
    transition in some runs of the standard model on six trials, where nutpie's left
    none.

    Returns
    -------
    object
        InferenceData or DataTree.
    """
    return pymc().sample(
        model=model,
        draws=sampler.draws,
        tune=sampler.tune,
        chains=sampler.chains,
        target_accept=(1 + sampler.target_accept) / 2,
        random_seed=sampler.seed,
        nuts_sampler="pymc",
        cores=1,
        progressbar=False,
        quiet=True,
        compute_convergence_checks=False,
    )


def tree(
    groups: Mapping[str, Group],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any],
) -> Any:
    """Make the ArviZ object of named groups of named variables.

    Parameters
    ----------
    groups
        Groups that hold no variable are left out.
    coords
        Labels of dimensions; chains and draws are counted from 0.
    attrs
        What the whole carries, also into files.
    """
    xr = import_module("xarray")
    sets = {}
    for name, group in groups.items():
        used = {dim for dims, _ in group.values() for dim in dims}
        labels = {dim: coords[dim] for dim in used & set(coords)}
        made = xr.Dataset(dict(group), coords=labels)
        counted = used & {"chain", "draw"}
        sets[name] = made.assign_coords({d: np.arange(made.sizes[d]) for d in counted})
    sets = {name: made for name, made in sets.items() if made.data_vars}
    if not _is_first_generation():
        whole = xr.DataTree.from_dict(sets)
        whole.attrs.update(attrs)
        return whole
    with quiet():
        return arviz().InferenceData(attrs=dict(attrs), **sets)


def _is_first_generation() -> bool:
    return int(arviz().__version__.split(".")[0]) < 1


def has_netcdf() -> bool:
    """Tell whether files of draws can be written and read here."""
    return all(find_spec(name) is not None for name in _NEEDED)


def write(idata: Any, path: Path) -> None:
    """Write an ArviZ object to a NetCDF file."""
    idata.to_netcdf(str(path), engine=_NETCDF)


def read(path: Path) -> Any:
    """Read an ArviZ object from a NetCDF file, into memory.

    Raises
    ------
    OSError
        When the file is not there or no such file.
    """
    xr, az = import_module("xarray"), arviz()
    if _is_first_generation():
        with quiet(), az.rc_context({"data.load": "eager"}):
            return az.from_netcdf(str(path), engine=_NETCDF)
    with xr.open_datatree(path, engine=_NETCDF) as stored:
        return stored.load()


def values(idata: Any, name: str) -> FloatArray:
    """Draws of a variable, shape (chain, draw, ...)."""
    return np.asarray(idata["posterior"][name].values, dtype=float)


def diagnose(idata: Any, names: tuple[str, ...]) -> Diagnostics:
    """R-hat, effective sample sizes and divergences, of the worst variable.

    Parameters
    ----------
    idata
        ArviZ object.
    names
        Variables; every element of an array counts.
    """
    az = arviz()
    draws = [values(idata, name) for name in names]
    chains = [one for x in draws for one in _each(x)]
    diverging = idata["sample_stats"]["diverging"].values
    return Diagnostics(
        iterations=int(chains[0].size),
        r_hat=float(max(az.rhat(x) for x in chains)),
        ess_bulk=float(min(az.ess(x, method="bulk") for x in chains)),
        ess_tail=float(
            min(az.ess(x, method="tail", prob=(0.05, 0.95)) for x in chains)
        ),
        divergences=int(np.sum(diverging)),
    )


def _each(draws: FloatArray) -> list[FloatArray]:
    flat = draws.reshape(*draws.shape[:2], -1)
    return [flat[..., i] for i in range(flat.shape[-1])]
