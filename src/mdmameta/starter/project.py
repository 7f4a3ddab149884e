"""Write the files of a new review, all or none."""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from mdmameta.errors import ReportError


def new_project(folder: str | Path) -> tuple[Path, ...]:
    """Make a folder with a table of effects and a report on it.

    The table holds made-up studies, to be replaced; the report reads it, fits
    frequentist and Bayesian models, and shows what they rest on.

    Parameters
    ----------
    folder
        Must not exist, or be empty.

    Returns
    -------
    tuple of pathlib.Path
        The files, relative to the folder.

    Raises
    ------
    ReportError
        When the folder holds something already, or cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> made = new_project(Path(mkdtemp(), "my-review"))
    >>> [path.name for path in made]
    ['README.md', 'effects.csv', '_quarto.yml', 'index.qmd', 'references.bib']
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(
            f"{folder} exists and is not an empty folder; nothing was written. Give "
            "the name of a new one."
        )
    try:
        _copy(folder)
    except OSError as error:
        raise ReportError(
            f"{folder} cannot be written ({error.strerror}); give a place where you "
            "may write."
        ) from error
    return tuple(
        sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    )


def _copy(folder: Path) -> None:
    """Copy beside the place and then swap, so that nothing is half written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        made = Path(scratch, "review")
        with as_file(files("mdmameta.starter").joinpath("files")) as source:
            shutil.copytree(source, made)
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
