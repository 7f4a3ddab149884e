"""Sessions that test, render, check and lock mdmameta; ``nox -l`` lists them.

Every session runs on the Python that runs nox and installs from the lock of
that Python's minor version, with uv where it is found and with pip where not.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"

MINORS = ("3.11", "3.12", "3.13")


def lock_of(session: nox.Session) -> Path:
    """Find the lock that belongs to the session's Python."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    minor = str(session.run("python", "-c", code, silent=True, log=False)).strip()
    if minor not in MINORS:
        session.error(f"Python {minor} has no lock; use one of {', '.join(MINORS)}.")
    return Path("requirements", f"py{minor.replace('.', '')}.txt")


def install(session: nox.Session) -> None:
    """Install the lock where it has changed since, then the project, not editable."""
    lock = lock_of(session)
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    marker = Path(session.virtualenv.location, "lock.sha256")
    if not marker.exists() or marker.read_text() != digest:
        session.install("--require-hashes", "-r", str(lock))
        marker.write_text(digest)
    session.install("--no-deps", "--no-build-isolation", "--force-reinstall", ".")


def render(session: nox.Session, *options: str) -> None:
    """Check the raw tables, derive, and render the report."""
    session.run("mdmameta", "validate")
    session.run("mdmameta", "derive")
    session.run("mdmameta", "report", *options)


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests and the examples of all docstrings."""
    install(session)
    chosen = session.posargs or ["tests", "--doctest-modules", "--pyargs", "mdmameta"]
    session.run("pytest", *chosen)


@nox.session
def report(session: nox.Session) -> None:
    """Render the report; options go to ``mdmameta report``."""
    install(session)
    render(session, *session.posargs)


@nox.session(default=False)
def quarto(session: nox.Session) -> None:
    """Render the report with Quarto, which is downloaded while it installs."""
    install(session)
    session.install(".[quarto]")
    render(session, "--renderer", "quarto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format with the locked ruff alone."""
    pins = re.findall(r"^ruff==.*(?:\n .*)*", lock_of(session).read_text(), re.M)
    only_ruff = Path(session.create_tmp(), "ruff.txt")
    only_ruff.write_text("\n".join(pins))
    session.install("--require-hashes", "-r", str(only_ruff))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of src strictly."""
    install(session)
    session.run("mypy")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure what must be fast."""
    install(session)
    session.run("pytest", "benchmarks", *session.posargs)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Remake the locks with uv; ``-- --upgrade`` also takes newer versions."""
    session.install("uv")
    for minor in MINORS:
        session.run(
            *("uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--quiet"),
            *("--universal", "--python-version", minor, "--generate-hashes"),
            *("--no-emit-index-url", "--no-emit-find-links"),
            *("--custom-compile-command", "nox -s lock"),
            *("--output-file", f"requirements/py{minor.replace('.', '')}.txt"),
            *session.posargs,
        )
