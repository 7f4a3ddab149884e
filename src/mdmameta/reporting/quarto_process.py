"""Quarto as a process of its own, which leaves nothing behind when it stops."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.outputs import uncoloured

__all__ = ["run_quarto", "tidied"]

#: What Quarto makes of a page beside it, and moves or removes only at its end.
_MADE = (".html", ".pdf", ".docx", ".typ", ".quarto_ipynb", "_files")
#: Seconds that Quarto gets to end by itself.
_PATIENCE = 10


def run_quarto(
    command: Sequence[str],
    root: Path,
    environment: Mapping[str, str],
    each: Callable[[str], None],
) -> tuple[int, list[str]]:
    """Run a command of Quarto to its end, or end it with us.

    Parameters
    ----------
    command
        Program and arguments.
    root
        The project directory, where it runs.
    environment
        Variables besides those of this process.
    each
        Called with each line of the log, without colours.

    Returns
    -------
    tuple
        Exit code and log.

    Raises
    ------
    ReportError
        When the program cannot be started.
    """
    variables = {**os.environ, "QUARTO_PYTHON": sys.executable, "NO_COLOR": "1"}
    process = _begun(command, root, {**variables, **environment})
    log: list[str] = []
    try:
        for raw in process.stdout or ():
            log.append(uncoloured(raw).rstrip())
            each(log[-1])
        return process.wait(), log
    finally:
        _end(process)


def _begun(
    command: Sequence[str], root: Path, variables: Mapping[str, str]
) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            cwd=root,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise ReportError(
            f"{command[0]} cannot be started ({error.strerror}). Install Quarto anew, "
            "or render with --renderer embedded."
        ) from error


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and what it started, unless it has ended."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()


def _signal(process: subprocess.Popen[str], what: signal.Signals) -> None:
    if sys.platform == "win32":
        process.send_signal(what)
    else:
        os.killpg(process.pid, what)


@contextmanager
def tidied(root: Path) -> Iterator[None]:
    """Take away what Quarto laid beside the pages, when the block fails.

    Examples
    --------
    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> _ = (root / "index.qmd").write_text("")
    >>> try:
    ...     with tidied(root):
    ...         _ = (root / "index.html").write_text("half a site")
    ...         raise KeyboardInterrupt
    ... except KeyboardInterrupt:
    ...     [path.name for path in root.iterdir()]
    ['index.qmd']
    """
    before = _beside_pages(root)
    try:
        yield
    except BaseException:
        for path in _beside_pages(root) - before:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise


def _beside_pages(root: Path) -> set[Path]:
    """Files and directories that may be Quarto's, by their names."""
    pages = [page for page in root.rglob("*.qmd") if not _hidden(page, root)]
    made = {page.with_name(page.stem + end) for page in pages for end in _MADE}
    return {path for path in (*made, root / "site_libs") if path.exists()}


def _hidden(page: Path, root: Path) -> bool:
    return any(part.startswith((".", "_")) for part in page.relative_to(root).parts)
