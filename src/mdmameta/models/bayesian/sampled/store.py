"""Sampled fits in files of their own: written once, read only for what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from mdmameta.effects.table import Effects
from mdmameta.errors import MissingExtraError, ModelError
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled import identity
from mdmameta.models.bayesian.sampled.task import Task
from mdmameta.models.bayesian.sampler import Sampler
from mdmameta.models.fit import Caution, Fit
from mdmameta.options import check_option

#: What to do with draws of other versions of the libraries or of this package.
Stale = Literal["raise", "warn"]

#: Attributes that say what was fitted, in the words of an error.
SAID = {
    "model": "the model",
    "program": "the model's priors or likelihood",
    "sampler": "the sampler's settings",
    "seed": "the seed",
    "data_hash": "the data",
}


class SampledModel(Protocol):
    """A model that can say what it samples, and make a Fit of draws."""

    @property
    def sampler(self) -> Sampler:
        """How long and how carefully to sample."""
        ...

    def task(self, effects: Effects) -> Task:
        """Say what is sampled for these effects."""
        ...

    def assembled(self, effects: Effects, idata: Any) -> Fit:
        """Make a Fit of draws."""
        ...


def save_fit(fit: Fit, path: str | Path) -> Path:
    """Write the posterior of a sampled fit to a NetCDF file.

    The file is ArviZ's, readable by its `from_netcdf`; its attributes hold model,
    settings, seed, versions and the hash of the data.

    Parameters
    ----------
    fit
        Of a sampled model.
    path
        File to write; one that is there is replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ModelError
        When the fit was not sampled.
    MissingExtraError
        When h5netcdf is not installed.

    See Also
    --------
    load_fit : Reads it again.

    Examples
    --------
    >>> from mdmameta.models.bayesian import BayesianRandomEffects
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5], v=[0.05, 0.06])
    >>> save_fit(BayesianRandomEffects().fit(effects), "fit.nc")
    Traceback (most recent call last):
    mdmameta.errors.ModelError: this fit has no draws to save (BayesianRandomEffects(mu=Normal(0, 1), tau=HalfNormal(0.5), engine='exact')): fit it again where it is needed, or sample it.
    """  # noqa: E501
    if fit.posterior is None:
        raise ModelError(
            f"this fit has no draws to save ({fit.model!r}): fit it again where it is "
            "needed, or sample it."
        )
    _require_netcdf()
    target = Path(path)
    compat.write(fit.posterior, target)
    return target


def load_fit(
    path: str | Path, model: SampledModel, effects: Effects, *, stale: Stale = "raise"
) -> Fit:
    """Read a sampled fit, if it is of this model and of these effects.

    Parameters
    ----------
    path
        File that `save_fit` wrote.
    model, effects
        What was fitted to what: they are compared with what the file says, and give
        the Fit what draws do not hold.
    stale
        With draws of other versions of the libraries or of this package: ``"raise"``,
        or ``"warn"`` by a caution.

    Returns
    -------
    Fit
        As ``model.fit(effects)`` gave it.

    Raises
    ------
    ModelError
        When the file cannot be read, was not written by `save_fit`, is of another
        model, seed or data, or is stale.
    MissingExtraError
        When ArviZ or h5netcdf is not installed.

    Examples
    --------
    >>> from mdmameta.models.bayesian import BayesianMultilevel
    >>> effects = Effects.from_arrays(y=[-0.9, -0.5], v=[0.05, 0.06])
    >>> load_fit("none.nc", BayesianMultilevel(seed=1), effects)
    Traceback (most recent call last):
    mdmameta.errors.ModelError: none.nc cannot be read: there is no such file. Give the path of a file that save_fit wrote.
    """  # noqa: E501
    check_option("stale", stale, Stale)
    place = Path(path)
    idata = _read(place)
    wanted = identity.of(model.task(effects), model.sampler)
    found = _attributes(idata, place)
    if others := [said for name, said in SAID.items() if found[name] != wanted[name]]:
        raise ModelError(
            f"{place} is a fit of something else: it differs in {', '.join(others)}. "
            f"It holds {found['model']} with seed {found['seed']}; give the model and "
            "the effects that it was made of, or fit again."
        )
    older = _older(found, wanted)
    if older and stale == "raise":
        raise ModelError(
            f"{place} is stale: it was sampled with {older}. Fit again, or read it "
            "with stale='warn'."
        )
    fit = model.assembled(effects, idata)
    if not older:
        return fit
    caution = Caution("stale", f"Read from draws that were sampled with {older}.")
    return replace(fit, warnings=(*fit.warnings, caution))


def _read(place: Path) -> Any:
    if not place.is_file():
        raise ModelError(
            f"{place} cannot be read: there is no such file. Give the path of a file "
            "that save_fit wrote."
        )
    _require_netcdf()
    try:
        return compat.read(place)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"{place} cannot be read as NetCDF ({type(error).__name__}): it is damaged "
            "or something else. Fit again, and save that."
        ) from error


def _require_netcdf() -> None:
    compat.arviz()
    if not compat.has_netcdf():
        raise MissingExtraError("h5netcdf with h5py", "bayes")


def _attributes(idata: Any, place: Path) -> dict[str, str]:
    try:
        return identity.read(idata)
    except KeyError as error:
        raise ModelError(
            f"{place} was not written by save_fit: it lacks the attribute {error}. A "
            "file that does not say what it is of cannot be trusted here."
        ) from error


def _older(found: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Versions that differ, in words; empty when none does."""
    old, new = (json.loads(each["versions"]) for each in (found, wanted))
    parts = [
        f"{name} {old.get(name, 'none')} (here {version})"
        for name, version in new.items()
        if old.get(name) != version
    ]
    if not parts and found["code"] != wanted["code"]:
        parts = ["other code of this package"]
    return ", ".join(parts)
