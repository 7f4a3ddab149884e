"""A finished directory put in the place of the old one, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mdmameta.errors import ReportError

__all__ = ["replacing", "telling"]


@contextmanager
def telling(directory: Path) -> Iterator[None]:
    """Say of a directory that it cannot be written, and that the old one stands.

    Raises
    ------
    ReportError
        In place of an error of the file system.
    """
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{directory} cannot be written ({error.strerror}); the previous site "
            "is as it was. Make room or give the right to write there."
        ) from error


@contextmanager
def replacing(directory: Path) -> Iterator[Path]:
    """Give an empty directory that replaces `directory` if the block succeeds.

    The new directory stands beside the old one, so that the exchange is two
    renames on one file system. When the block raises or the exchange fails, the old
    one is where it was.

    Examples
    --------
    >>> import tempfile
    >>> site = Path(tempfile.mkdtemp()) / "_site"
    >>> with replacing(site) as new:
    ...     _ = (new / "index.html").write_text("new")
    >>> (site / "index.html").read_text()
    'new'
    """
    new = directory.with_name(f"{directory.name}-new")
    old = directory.with_name(f"{directory.name}-old")
    _clear(directory, new, old)
    new.mkdir(parents=True)
    try:
        yield new
        if directory.exists():
            directory.rename(old)
        new.rename(directory)
    finally:
        _clear(directory, new, old)


def _clear(directory: Path, new: Path, old: Path) -> None:
    if old.exists() and not directory.exists():
        old.rename(directory)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
