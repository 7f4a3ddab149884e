"""The only writer of derived files: effects, results, bibliography, manifest."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mdmameta import __version__
from mdmameta.bibliography import bibtex
from mdmameta.claims.comparison import file_differences
from mdmameta.claims.stored import read_document
from mdmameta.reporting.results import Results

#: Significant digits that are written. Results agree to more than this between
#: platforms and library versions; files would differ in the last bits.
WRITTEN_DIGITS = 10

#: Derived files of which the manifest holds a fingerprint.
OUTPUTS = ("effects.csv", "results.json", "ledger.json")

#: Fingerprints of what was read and written, and versions.
MANIFEST = "manifest.json"

#: Libraries whose versions the manifest records.
_RECORDED = ("numpy", "scipy", "pandas", "statsmodels")


def derived_files(results: Results, data: Path, out: Path) -> dict[Path, str]:
    """Compute every derived file as text, without writing any.

    Parameters
    ----------
    results
        All analyses of the tables in ``data``.
    data, out
        Directory of the raw tables, and where derived files belong.

    Returns
    -------
    dict
        Path -> content.
    """
    document = json.dumps(
        _rounded(results.to_dict()), indent=1, ensure_ascii=False, allow_nan=False
    )
    ledger = json.dumps(
        _rounded(results.ledger.to_dict()),
        indent=1,
        ensure_ascii=False,
        allow_nan=False,
    )
    effects = results.effects_frame().to_csv(
        index=False, float_format=f"%.{WRITTEN_DIGITS}g", lineterminator="\n"
    )
    texts = {
        "effects.csv": effects,
        "results.json": document + "\n",
        "ledger.json": ledger + "\n",
    }
    manifest = json.dumps(_manifest(data, texts), indent=1, ensure_ascii=False)
    return {
        data / "sources.bib": bibtex(results.evidence.sources),
        **{out / name: text for name, text in texts.items()},
        out / MANIFEST: manifest + "\n",
    }


def write_derived(files: Mapping[Path, str]) -> None:
    """Replace files, each complete or not at all.

    No file is replaced before all are written beside their places, so that a
    full disk leaves everything as it was.

    Parameters
    ----------
    files
        Path -> content, from `derived_files`.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting[path] = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(content)
            waiting[path].chmod(0o644)
        for path, temporary in waiting.items():
            temporary.replace(path)
    finally:
        for temporary in waiting.values():
            temporary.unlink(missing_ok=True)


def differences(files: Mapping[Path, str]) -> list[str]:
    """Say where files on disk differ from what the code gives now.

    Parameters
    ----------
    files
        Path -> content, from `derived_files`.

    Returns
    -------
    list of str
        One sentence a difference; empty when everything is up to date.
    """
    found = []
    for path, content in files.items():
        if not path.exists():
            found.append(f"{path} does not exist.")
            continue
        stored = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path}: {text}" for text in file_differences(path, stored, content)]
        if path.name == MANIFEST and not found:
            found += _changed_since(path)
    return found


def _changed_since(path: Path) -> list[str]:
    """Name the derived files that were changed after the manifest was written."""
    written, there = _read_manifest(path).get("outputs", {}), _outputs(path.parent)
    changed = sorted(name for name in there if there[name] != written.get(name))
    return [f"{path}: {name} was changed after it was derived." for name in changed]


def stored_results(out: Path) -> dict[str, Any]:
    """Read ``results.json``.

    Raises
    ------
    DerivedDataError
        When it is missing, is not JSON or holds no results.
    """
    return read_document(out / "results.json", "results")


def stored_ledger(out: Path) -> dict[str, Any]:
    """Read ``ledger.json``.

    Raises
    ------
    DerivedDataError
        When it is missing, is not JSON or holds no claims.
    """
    return read_document(out / "ledger.json", "claims")


def as_written(data: Path, out: Path) -> bool:
    """Tell whether tables and derived files are those of one run of `derive`.

    Parameters
    ----------
    data, out
        Directory of the raw tables, and of the derived files.

    Returns
    -------
    bool
        False where a fingerprint in the manifest is another file's, and where
        there is no manifest.
    """
    path = out / MANIFEST
    if not path.is_file():
        return False
    manifest = _read_manifest(path)
    known, written = manifest["inputs"], manifest.get("outputs", {})
    return bool(written) and known == _inputs(data) and written == _outputs(out)


def _read_manifest(path: Path) -> dict[str, Any]:
    return read_document(path, "inputs")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.{WRITTEN_DIGITS}g}")
    return value


def _manifest(data: Path, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "schema": "mdmameta-manifest/1",
        "inputs": _inputs(data),
        "outputs": {name: _sha256(text.encode()) for name, text in texts.items()},
        "versions": {
            "mdmameta": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _RECORDED},
        },
    }


def _inputs(data: Path) -> dict[str, str]:
    files = sorted(p for p in data.iterdir() if p.suffix in {".csv", ".json"})
    return {path.name: _sha256(path.read_bytes()) for path in files}


def _outputs(out: Path) -> dict[str, str]:
    files = [path for path in map(out.joinpath, OUTPUTS) if path.is_file()]
    return {path.name: _sha256(path.read_bytes()) for path in files}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
