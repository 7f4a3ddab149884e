"""What a sampled posterior depends on, as text and as one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mdmameta.models.bayesian.sampler import Sampler

if TYPE_CHECKING:
    from mdmameta.models.bayesian.sampled.task import Task

#: Names of the attributes that identify draws.
NAMES = ("model", "program", "sampler", "seed", "data_hash", "versions", "code")

#: Libraries whose version can change draws, or the file that holds them.
LIBRARIES = ("mdmameta", "numpy", "scipy", "pymc", "pytensor", "nutpie", "arviz")


def of(task: Task, sampler: Sampler) -> dict[str, str]:
    """Attributes that name everything on which the draws depend.

    Parameters
    ----------
    task, sampler
        What is sampled, and how.

    Returns
    -------
    dict
        Text by name: model, program, sampler, seed, data_hash, versions, code.
    """
    return {
        "model": task.label,
        "program": f"{task.program.log_density.__qualname__} {task.program.priors!r}",
        "sampler": f"{sampler.draws} {sampler.tune} {sampler.chains} "
        f"{sampler.target_accept}",
        "seed": str(sampler.seed),
        "data_hash": data_hash(task),
        "versions": json.dumps(versions()),
        "code": code_hash(),
    }


def read(idata: Any) -> dict[str, str]:
    """Attributes that a posterior carries.

    Raises
    ------
    KeyError
        When one of them is missing.
    """
    return {name: str(idata.attrs[name]) for name in NAMES}


def key(attrs: Mapping[str, str]) -> str | None:
    """Hash of the attributes; None for a posterior that text does not identify.

    Parameters
    ----------
    attrs
        As `of` returns them.

    Examples
    --------
    >>> len(key({"model": "A", "program": "B"}))
    64
    >>> key({"model": "A", "program": "<Mine object at 0x7f00>"}) is None
    True
    """
    text = json.dumps(dict(attrs), sort_keys=True)
    return None if " at 0x" in text else hashlib.sha256(text.encode()).hexdigest()


def data_hash(task: Task) -> str:
    """SHA-256 of the data and the labels of a task."""
    digest = hashlib.sha256()
    groups = {name: x for name, (_, x) in {**task.constant, **task.observed}.items()}
    for name, array in sorted({**groups, **task.data}.items()):
        _add(digest, name, np.asarray(array))
    for name, labels in sorted(task.coords.items()):
        _add(digest, name, np.asarray([str(label) for label in labels]))
    return digest.hexdigest()


def _add(digest: Any, name: str, array: np.ndarray) -> None:
    digest.update(f"{name} {array.dtype} {array.shape};".encode())
    digest.update(np.ascontiguousarray(array).tobytes())


@cache
def versions() -> dict[str, str]:
    """Versions of the libraries that draws depend on; "none" where not installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


@cache
def code_hash() -> str:
    """SHA-256 of the modules of this room: no fit outlives the code that made it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
