"""What is shipped, what is locked, and whether the pages agree about it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

import mdmameta

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

LOCKS = {"3.11": "py311.txt", "3.12": "py312.txt", "3.13": "py313.txt"}
PIN = re.compile(r"^(\S+)==(\S+?)(?: ; (.+?))? \\\n((?: {4}--hash=.+\n)+)", re.M)
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")

TEST_COMMAND = "python -m pip install nox && python -m nox -s tests"
REPORT_COMMAND = "python -m pip install nox && python -m nox -s report"


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def pins(minor: str, platform: str = "linux") -> dict[str, Version]:
    """What one Python on one platform installs from its lock."""
    chosen = {}
    surroundings = {"python_full_version": f"{minor}.5", "sys_platform": platform}
    for name, version, marker, _ in PIN.findall(read(f"requirements/{LOCKS[minor]}")):
        if not marker or Marker(marker).evaluate(surroundings):
            assert name not in chosen, f"{name} twice"
            chosen[name] = Version(version)
    return chosen


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_holds_exact_versions_with_hashes_and_nothing_else(lock):
    text = read(f"requirements/{lock}")
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    hashes = [line for line in text.splitlines() if HASH.fullmatch(line)]
    everything = len(PIN.findall(text)) + len(comments) + len(hashes)
    assert everything == len(text.splitlines())


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_names_no_address_no_path_and_no_option_but_hashes(lock):
    text = read(f"requirements/{lock}")
    assert "nox -s lock" in text.splitlines()[1]
    assert re.findall(r"://|@ |^/|\s/|^\s*--(?!hash)|^-e", text, re.M) == []


@pytest.mark.parametrize("minor", LOCKS)
def test_a_lock_holds_no_prerelease_and_no_quarto(minor):
    locked = pins(minor)
    assert [name for name, version in locked.items() if version.is_prerelease] == []
    assert "quarto-cli" not in locked


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("minor", LOCKS)
def test_a_lock_holds_all_that_the_tests_need_on_every_platform(minor, platform):
    extras = [line for name in ("bayes", "report", "scale") for line in EXTRAS[name]]
    asked = [*PROJECT["dependencies"], *extras]
    asked += [line for line in EXTRAS["dev"] if not line.startswith("mdmameta")]
    names = {re.split(r"[<>=\[; ]", line)[0].lower() for line in asked}
    assert names <= set(pins(minor, platform))


def test_each_python_gets_the_pymc_and_arviz_of_its_generation():
    found = {m: (pins(m)["pymc"].major, pins(m)["arviz"].major) for m in LOCKS}
    assert found == {"3.11": (5, 0), "3.12": (6, 1), "3.13": (6, 1)}


def lower_bounds(minor: str) -> dict[str, Version]:
    """The lowest version of each package that one Python may install."""
    extras = [line for name in EXTRAS if name != "quarto" for line in EXTRAS[name]]
    asked = map(Requirement, [*PROJECT["dependencies"], *extras])
    here = {"python_version": minor}
    return {
        one.name: Version(bound.version)
        for one in asked
        for bound in one.specifier
        if bound.operator == ">=" and (not one.marker or one.marker.evaluate(here))
    }


def test_lower_bounds_are_the_versions_that_the_tests_last_ran_with():
    ran = json.loads(read("benchmarks/versions.json"))["3.11 lowest"]["versions"]
    bounds = lower_bounds("3.11")
    assert {"numpy", "pymc", "matplotlib", "sphinx", "pytest"} <= set(bounds)
    untried = {
        name: f"{bound} allowed, {ran.get(name)} tried"
        for name, bound in bounds.items()
        if Version(ran.get(name, "0")).release[: len(bound.release)] != bound.release
    }
    assert untried == {}, "nox -s oldest -- 'examples of docstrings' and look"


def test_the_extra_of_the_tests_holds_all_extras_but_quarto():
    assert set(EXTRAS) == {"bayes", "docs", "report", "dev", "quarto", "scale"}
    assert "mdmameta[bayes,docs,report,scale]" in EXTRAS["dev"]
    holders = [name for name, lines in EXTRAS.items() if "quarto-cli" in str(lines)]
    assert holders == ["quarto"]


def test_every_page_that_names_the_version_names_the_same_one():
    citation = yaml.safe_load(read("CITATION.cff"))
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.M).group(1)
    named = {mdmameta.__version__, PROJECT["version"], citation["version"], newest}
    assert len(named) == 1


def test_the_citation_file_has_what_its_format_demands():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["authors"] == [{"name": "The mdmameta team"}]
    assert citation["license"] == PROJECT["license"] == "MIT"


def test_every_version_of_the_changelog_begins_with_results_that_change():
    versions = re.split(r"^## ", read("CHANGELOG.md"), flags=re.M)[1:]
    for version in versions:
        first = re.search(r"^### (.+)", version, re.M).group(1)
        assert first == "Results that change", version.splitlines()[0]


def test_the_readme_has_both_commands_each_on_a_line_of_its_own():
    lines = read("README.md").splitlines()
    assert REPORT_COMMAND in lines
    assert TEST_COMMAND in lines


def test_ci_runs_the_readmes_test_command():
    assert f"({TEST_COMMAND})" in read(".ci/run")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_ci_can_be_executed():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_wheel_holds_the_package_its_types_and_licences_and_no_tests(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run([*build, "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "mdmameta/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mdmameta"}
    licences = {name.split("/licenses/")[1] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "data/LICENSE"}
    source = {p.relative_to(ROOT / "src") for p in (ROOT / "src/mdmameta").rglob("*")}
    wanted = {p.as_posix() for p in source if p.suffix in {".py", ".lua", ".css"}}
    assert wanted <= names


def test_no_committed_file_names_a_package_index():
    listed = ["git", "grep", "-l", "-I", "-E", r"pypi\.(org|python)|python[h]osted"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 128:
        pytest.skip("not a git work tree")
    assert done.stdout == ""
