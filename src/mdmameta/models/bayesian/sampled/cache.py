"""Sampled posteriors kept between runs, each under the hash of what made it."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdmameta.errors import DoubtfulResultWarning
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled import identity

#: Environment variable that names the directory, or says "off".
VARIABLE = "MDMAMETA_CACHE"

#: Value of the variable that keeps nothing.
OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheInfo:
    """What the cache holds.

    Parameters
    ----------
    directory
        Where; None when it is off.
    fits, bytes
        How many posteriors, and how large they are together.
    """

    directory: Path | None
    fits: int
    bytes: int


def directory() -> Path | None:
    """Directory of the cache; None when it is off.

    ``MDMAMETA_CACHE`` names another one than the user's, or says "off".
    """
    named = os.environ.get(VARIABLE, "")
    if named == OFF:
        return None
    return Path(named) if named else _of_user() / "mdmameta" / "fits"


def _of_user() -> Path:
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def get(key: str | None) -> Any | None:
    """Posterior stored under a key; None when there is none that can be believed.

    Parameters
    ----------
    key
        Of `identity.key`.

    Warns
    -----
    DoubtfulResultWarning
        When the file is damaged or is not what its name says: it is removed, and the
        posterior sampled again.
    """
    path = _path(key)
    if path is None or not path.is_file():
        return None
    try:
        idata = compat.read(path)
        if identity.key(_attributes(idata)) == key:
            return idata
        reason = "it is not what its name says"
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = f"it cannot be read ({type(error).__name__})"
    path.unlink(missing_ok=True)
    warnings.warn(
        f"the cached posterior {path} was thrown away, as {reason}; it is sampled "
        "again.",
        DoubtfulResultWarning,
        stacklevel=2,
    )
    return None


def put(key: str | None, idata: Any) -> None:
    """Store a posterior; readers see the whole file or none.

    Parameters
    ----------
    key
        Of `identity.key`; nothing is stored for None.
    idata
        ArviZ object.
    """
    path = _path(key)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", dir=path.parent)
    except OSError as error:
        _cannot(path.parent, error)
        return
    os.close(handle)
    part = Path(name)
    try:
        compat.write(idata, part)
        part.replace(path)
    except OSError as error:
        _cannot(path, error)
    finally:
        part.unlink(missing_ok=True)


def _cannot(path: Path, error: OSError) -> None:
    warnings.warn(
        f"the posterior cannot be kept in {path} ({error.strerror}): set {VARIABLE} to "
        f"a directory that can be written, or to {OFF!r}.",
        DoubtfulResultWarning,
        stacklevel=3,
    )


def info() -> CacheInfo:
    """Count what the cache holds."""
    paths = _stored()
    return CacheInfo(
        directory=directory(),
        fits=len(paths),
        bytes=sum(path.stat().st_size for path in paths),
    )


def clear() -> CacheInfo:
    """Remove every posterior from the cache; returns what it held."""
    held = info()
    for path in _stored():
        path.unlink(missing_ok=True)
    return held


def _stored() -> list[Path]:
    where = directory()
    return [] if where is None else sorted(where.glob("*.nc"))


def _path(key: str | None) -> Path | None:
    where = directory()
    # ArviZ 1.x does not bring the library that writes NetCDF.
    if where is None or key is None or not compat.has_netcdf():
        return None
    return where / f"{key}.nc"


def _attributes(idata: Any) -> dict[str, str]:
    names = ("model", "program", "sampler", "seed", "data_hash", "versions", "code")
    return {name: str(idata.attrs[name]) for name in names}
