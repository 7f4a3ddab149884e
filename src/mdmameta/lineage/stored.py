"""Derived files: stored numbers, and the rows of effects as long as they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mdmameta.claims.stored import read_document
from mdmameta.raw import digest
from mdmameta.records import Evidence
from mdmameta.records.links import split

__all__ = ["Origin", "Stored", "origins_of", "read_stored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An effect and the raw rows behind it.

    Parameters
    ----------
    id
        Id of the effect.
    study, trial
        Its label and the id of its trial.
    y, v
        Effect and sampling variance.
    rows
        Names of the raw rows.
    """

    id: str
    study: str
    trial: str
    y: float
    v: float
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What `derive` wrote.

    Parameters
    ----------
    results
        Id of a pooled estimate -> its record in ``results.json``.
    analyses
        Id of a sensitivity analysis -> its record there.
    effects
        ``effects.csv``, or None where the tables have changed since.
    rows
        Id of a sensitivity analysis -> raw rows that it uses beside its effects;
        empty where the tables have changed since.
    """

    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    analyses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    effects: pd.DataFrame | None = None
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_stored(derived: Path, evidence: Evidence) -> Stored:
    """Read derived files; nothing where there are none.

    Parameters
    ----------
    derived
        Directory of ``results.json``, ``effects.csv`` and ``manifest.json``.
    evidence
        Checked tables: effects are only taken from a file when the manifest has
        the fingerprints of the files that these very tables were read from.

    Raises
    ------
    DerivedDataError
        When a file is not what `derive` writes.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> read_stored(Path("nowhere"), load_evidence("data/raw")).results
    {}
    """
    document = _if_there(derived / "results.json", "results")
    fresh = _is_fresh(_if_there(derived / "manifest.json", "inputs"), evidence)
    path, analyses = derived / "effects.csv", document.get("sensitivity", {})
    known = {
        name: tuple(one["raw_rows"])
        for name, one in analyses.items()
        if fresh and "raw_rows" in one
    }
    return Stored(
        results={one["id"]: one for one in document.get("results", ())},
        analyses=analyses,
        effects=pd.read_csv(path) if fresh and path.is_file() else None,
        rows=known,
    )


def origins_of(name: str, table: pd.DataFrame) -> tuple[Origin, ...]:
    """Return the effects of a set from its table.

    Parameters
    ----------
    name
        Name of the set.
    table
        As `Effects.to_frame` gives it.

    Examples
    --------
    >>> table = pd.DataFrame({"study": ["A 2020"], "y": [1.0], "v": [2.0]})
    >>> origins_of("mine", table)[0].id
    'effect:mine/A 2020'
    """
    none = [""] * len(table)
    columns = (table.get(c, none) for c in ("active_arm", "rows"))
    trials = [str(x) for x in table.get("study_id", table["study"])]
    return tuple(
        Origin(
            id=f"effect:{name}/{trial}"
            + (f"/{arm}" if trials.count(trial) > 1 else ""),
            study=str(study),
            trial=trial,
            y=float(y),
            v=float(v),
            rows=split(str(rows)),
        )
        for trial, study, y, v, arm, rows in zip(
            trials, table["study"], table["y"], table["v"], *columns, strict=True
        )
    )


def _if_there(path: Path, key: str) -> dict[str, Any]:
    return read_document(path, key) if path.is_file() else {}


def _is_fresh(manifest: Mapping[str, Any], evidence: Evidence) -> bool:
    inputs, data = manifest.get("inputs", {}), evidence.path
    if not inputs or evidence.digest != digest(data):
        return False
    return all(
        (data / name).is_file()
        and hashlib.sha256((data / name).read_bytes()).hexdigest() == known
        for name, known in inputs.items()
    )
