"""What the README shows a stranger works as it stands."""

import re
import shlex
from pathlib import Path

import pytest

from mdmameta.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

PYTHON = re.findall(r"^```python\n(.+?)^```", README, re.M | re.S)
COMMANDS = re.findall(r"^mdmameta (.+?)(?:  +#.*)?$", README, re.M)


@pytest.fixture(autouse=True)
def in_the_clone(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_there_are_examples_to_test():
    assert len(PYTHON) == 2
    assert len(COMMANDS) == 13


@pytest.mark.parametrize("block", PYTHON, ids=["evidence", "own effects"])
def test_the_python_example_runs_in_five_lines(block, capsys):
    assert len([line for line in block.splitlines() if line]) == 5
    exec(compile(block, "README.md", "exec"), {})
    assert len(capsys.readouterr().out.split()) > 2


@pytest.mark.parametrize("line", COMMANDS)
def test_the_command_line_understands_the_example(line, monkeypatch, tmp_path):
    words = shlex.split(line)
    (tmp_path / "mine.csv").write_text("y,v\n")
    words = [str(tmp_path / word) if word == "mine.csv" else word for word in words]
    with main.make_context("mdmameta", words.copy()) as context:
        name, command, rest = main.resolve_command(context, words)
        assert command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_a_link_into_the_repository_leads_somewhere(link):
    assert (ROOT / link).exists()


def test_the_numbers_of_trials_are_left_to_the_report():
    prose = re.sub(r"```.*?```|`[^`]*`|\(http[^)]*\)", "", README, flags=re.S)
    allowed = {"3.11", "3.12", "1.0", "10.5281", "3.13"}
    assert set(re.findall(r"\d+\.\d+", prose)) <= allowed
