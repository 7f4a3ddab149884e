"""What many tests look at and none may change: the analyses of the curated tables."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from mdmameta.cli import main
from mdmameta.reporting.results import Results, load_results

ROOT = Path(__file__).parents[1]

#: What test_reference_checks records of each of its tests.
COUNTED = ("reference_checks", "reference_numbers")


#: Files and folders whose tests share what takes minutes to make, the first that
#: fits: each group on one processor, begun before all others.
TOGETHER = {
    "tests/test_reference_checks.py": "reference",
    "tests/reporting/embedded/": None,  # small projects of its own
    "tests/reporting/": "results",
    "tests/browser/": "results",
    "tests/cli/": "results",
    "tests/lineage/": "results",
    "tests/analyses/": "results",
    "tests/claims/": "results",
    "tests/test_derive.py": "results",
    "tests/test_transcripts.py": "results",
}


def group(file: str) -> str | None:
    """Name the group of a file, if it has one."""
    return next((TOGETHER[one] for one in TOGETHER if file.startswith(one)), None)


class InGroups(LoadFileScheduling):
    """Keep a file on one processor, and a group of files too."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return group(file) or file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> InGroups | None:
    """Divide tests by group where they are to be divided by file."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # the order below
    return InGroups(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; the rest stays in its order."""
    items.sort(key=lambda item: group(item.nodeid) is None)


@pytest.fixture(scope="session")
def results() -> Results:
    """Give every analysis of the curated tables, each computed when first asked for."""
    return load_results(ROOT / "data/raw")


def _renderers() -> list[str]:
    """Renderers that are at hand, or the one whose site an earlier run left."""
    if kept := os.environ.get("MDMAMETA_RENDERED"):
        said = Path(kept, "said.txt")
        return [said.read_text("utf-8").split()[2]] if said.exists() else ["embedded"]
    return ["embedded", *(["quarto"] if shutil.which("quarto") else [])]


@pytest.fixture(scope="session", params=_renderers())
def project(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Render a copy of the report with each renderer, once for all tests.

    Quarto takes part where it is on the PATH. ``MDMAMETA_RENDERED`` names a folder
    where an earlier run left a report, for work on looks alone: what a page computes
    may then be of older code.
    """
    if kept := os.environ.get("MDMAMETA_RENDERED"):
        return Path(kept)
    root = tmp_path_factory.mktemp("project")
    leave = shutil.ignore_patterns("_site*", ".quarto")
    shutil.copytree(ROOT / "reports", root / "reports", ignore=leave)
    shutil.copytree(ROOT / "data", root / "data")
    words = ["report", "--renderer", request.param, "--project", str(root / "reports")]
    done = CliRunner().invoke(main, [*words, "--data", str(root / "data/raw")])
    assert done.exit_code == 0, done.output
    (root / "said.txt").write_text(done.stdout, "utf-8")
    return root


@pytest.fixture
def install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """Install a package with a module and entry points, for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(module: str, code: str, entries: str, package: str = "extra") -> None:
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code))
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(textwrap.dedent(entries))

    yield make
    for name, module in list(sys.modules.items()):
        if str(tmp_path) in str(getattr(module, "__file__", "")):
            del sys.modules[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many of R's results were checked."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        counts.update(
            {key: n for key, n in report.user_properties if "reference" in key}
        )
    if counts:
        terminalreporter.write_line(
            f"{counts['reference_checks']:,} checks of reference values from R agree, "
            f"{counts['reference_numbers']:,} numbers compared."
        )


@pytest.fixture(autouse=True, scope="session")
def no_cache() -> Iterator[None]:
    """Keep sampled posteriors of tests out of the user's cache, and the reverse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MDMAMETA_CACHE", "off")
        yield
