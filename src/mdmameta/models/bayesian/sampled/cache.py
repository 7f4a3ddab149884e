"""Sampled posteriors kept between runs, each under the hash of what made it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mdmameta.errors import DoubtfulResultWarning
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled import identity

#: Environment variable that names the directory, or says "off".
VARIABLE = "MDMAMETA_CACHE"

#: Value of the variable that keeps nothing.
OFF = "off"

#: Names that this module gives to files: no other file is counted or removed.
OWN = re.compile(r"[0-9a-f]{64}\.nc|mdmameta-\w+\.part")


_UNUSED: ContextVar[bool] = ContextVar("unused", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheInfo:
    """What the cache holds.

    Parameters
    ----------
    directory
        Where; None when it is off.
    fits, bytes
        How many posteriors, and how large they are together.
    oldest
        When the oldest was stored; None when there is none.
    """

    directory: Path | None
    fits: int
    bytes: int
    oldest: datetime | None = None


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
        if identity.key(identity.read(idata)) == key:
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
        handle, name = tempfile.mkstemp(".part", "mdmameta-", path.parent)
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
    stored = [path.stat() for path in _stored() if path.suffix == ".nc"]
    times = [each.st_mtime for each in stored]
    return CacheInfo(
        directory=directory(),
        fits=len(stored),
        bytes=sum(each.st_size for each in stored),
        oldest=datetime.fromtimestamp(min(times), UTC) if times else None,
    )


def clear() -> CacheInfo:
    """Remove every posterior from the cache; returns what it held.

    Files that were not made here stay, whatever directory ``MDMAMETA_CACHE`` names.
    """
    held = info()
    for path in _stored():
        path.unlink(missing_ok=True)
    return held


def _stored() -> list[Path]:
    where = directory()
    if where is None or not where.is_dir():
        return []
    found = (path for path in where.iterdir() if OWN.fullmatch(path.name))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


@contextmanager
def unused() -> Iterator[None]:
    """Neither read nor store meanwhile: simulated data are not met again."""
    token = _UNUSED.set(True)
    try:
        yield
    finally:
        _UNUSED.reset(token)


def _path(key: str | None) -> Path | None:
    where = None if _UNUSED.get() else directory()
    # ArviZ 1.x does not bring the library that writes NetCDF.
    if where is None or key is None or not compat.has_netcdf():
        return None
    return where / f"{key}.nc"
