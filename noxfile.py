"""Sessions on the Python that runs nox, from its lock, with uv if found, or pip."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"

#: Compiled modules of this run, whatever PYTHONDONTWRITEBYTECODE says: sessions start
#: hundreds of processes, and each would compile every library that it imports anew.
COMPILED = tempfile.TemporaryDirectory(prefix="nox-compiled-")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = COMPILED.name

LOCKS = {f"3.{n}": f"requirements/py3{n}.txt" for n in (11, 12, 13)}


def lock_of(session: nox.Session) -> Path:
    """Find the lock that belongs to the session's Python."""
    code = "import sys; print('%d.%d' % sys.version_info[:2], end='')"
    minor = session.run("python", "-c", code, silent=True, log=False)
    if minor not in LOCKS:
        session.error(f"Python {minor} has no lock; use one of {', '.join(LOCKS)}.")
    return Path(LOCKS[minor])


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
    for command in (["validate"], ["derive"], ["report", *options]):
        session.run("mdmameta", *command)


#: Every test but those of the documentation's pages, side by side.
EVERYTHING = (
    *("tests", "--ignore=tests/docs", "--mpl", "--doctest-modules", "--pyargs"),
    *("mdmameta", "--numprocesses", "auto", "--dist", "loadfile"),
)


#: Least share of branches, and of lines and branches, in per cent, that tests must run.
COVERED = 95


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests shuffled, and the examples of docstrings; `docs` runs the pages.

    Fails too where they run too few branches, or lines and branches; given tests
    alone, it does not count.
    """
    install(session)
    if session.posargs:
        session.run("pytest", *session.posargs)
    else:
        count(session)


def count(session: nox.Session) -> None:
    """Run everything, and fail where less than COVERED of the package was run.

    SlipCover judges lines and branches together, then a script judges the branches.
    """
    where = "import mdmameta; print(*mdmameta.__path__, end='')"
    source = str(session.run("python", "-c", where, silent=True, log=False))
    here = Path(session.virtualenv.location)
    counted, judged = str(here / "counted.json"), str(here / "judged.json")
    slipcover = ("python", "-m", "slipcover")
    session.run(
        *(*slipcover, "--source", source, "--json", "--out", counted),
        *("-m", "pytest", "-p", "unrewritten", *EVERYTHING),
        env={"PYTHONPATH": "tests"},
    )
    gate = ("--skip-covered", "--missing-width", "40", "--fail-under", str(COVERED))
    session.run(*slipcover, *gate, "--out", judged, "--merge", counted)
    session.run("python", "tests/branches.py", counted, str(COVERED))


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


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Run the Python of the documentation and build it to docs/_build/html."""
    install(session)
    session.run("pytest", "tests/docs")
    session.run("sphinx-build", "-W", "-b", "html", "docs", "docs/_build/html")


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Count the small faults in kernels that tests notice; writes docs/mutation.md."""
    install(session)
    session.run("python", "benchmarks/mutation.py", *session.posargs)


@nox.session(default=False)
def conformance(session: nox.Session) -> None:
    """Check every built-in model with the kit; writes docs/conformance.md."""
    install(session)
    session.run("python", "benchmarks/conformance.py", *session.posargs)


@nox.session(default=False)
def oldest(session: nox.Session) -> None:
    """Run the tests with the lowest versions allowed; writes docs/versions.md."""
    session.install("uv")
    lowest = Path(session.create_tmp(), "lowest.txt")
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--quiet"),
        *("--resolution", "lowest-direct", "--output-file", str(lowest)),
    )
    session.install("-r", str(lowest))
    session.install("--no-deps", "--no-build-isolation", ".")
    session.run("python", "benchmarks/versions.py", "lowest", *session.posargs)


@nox.session(default=False)
def locked(session: nox.Session) -> None:
    """Run the tests with the lock of this Python; writes docs/versions.md."""
    install(session)
    session.run("python", "benchmarks/versions.py", "lock", *session.posargs)


@nox.session(default=False)
def newest(session: nox.Session) -> None:
    """Run the tests with the newest versions allowed; writes docs/versions.md."""
    session.install("--upgrade", ".[dev]")
    session.run("python", "benchmarks/versions.py", "newest", *session.posargs)


@nox.session(name="audit-power", default=False)
def audit_power(session: nox.Session) -> None:
    """Count how many made faults the audit finds; writes docs/audit-power.md."""
    install(session)
    session.run("python", "benchmarks/audit_power.py")


@nox.session(default=False)
def calibration(session: nox.Session) -> None:
    """Calibrate the sampled models by simulation; writes docs/calibration.md."""
    install(session)
    session.run("python", "benchmarks/calibration.py", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Count how often intervals cover with few studies; writes docs/coverage.md."""
    install(session)
    session.run("python", "benchmarks/interval_coverage.py", *session.posargs)


@nox.session(default=False)
def plugins(session: nox.Session) -> None:
    """Install the example of a package that extends this one, and test it."""
    install(session)
    session.install("--no-deps", "--no-build-isolation", "examples/plugin")
    session.run("mdmameta", "plugins")
    session.run("pytest", "examples/plugin", "--doctest-modules", *session.posargs)


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


@nox.session(name="side-by-side", default=False)
def side_by_side(session: nox.Session) -> None:
    """Time R's metafor and mdmameta on the same data; writes docs/benchmarks.md."""
    install(session)
    session.run("python", "benchmarks/side_by_side.py", *session.posargs)


@nox.session(name="multiverse-speed", default=False)
def multiverse_speed(session: nox.Session) -> None:
    """Time specifications on one process and two; writes docs/multiverse-speed.md."""
    install(session)
    session.run("python", "benchmarks/multiverse_speed.py")


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Remake the locks with uv; ``-- --upgrade`` also takes newer versions."""
    session.install("uv")
    for minor, path in LOCKS.items():
        session.run(
            *("uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--quiet"),
            *("--universal", "--generate-hashes", "--python-version", minor),
            *("--no-emit-index-url", "--no-emit-find-links", "--output-file", path),
            *("--custom-compile-command", "nox -s lock", *session.posargs),
        )
