"""The front door: help, version, and how errors leave it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import pytest

from mdmameta import __version__
from mdmameta.cli.main import _COMMANDS, main


def test_the_commands_stand_in_the_order_of_work(run) -> None:
    listed = run("--help").output.split("Commands:")[1].split("Examples:")[0]
    names = [line.split()[0] for line in listed.splitlines() if line.strip()]
    assert names == list(_COMMANDS)
    assert names[:4] == ["validate", "audit", "derive", "verify"]
    assert {"trace", "fit", "sensitivity", "report", "new", "plugins"} <= set(names)


def test_the_help_says_what_each_exit_code_means(run) -> None:
    text = " ".join(run("--help").output.split())
    assert "0 it ran, whatever the verdict; 1 a check failed; 2 wrong usage" in text


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_the_help_of_a_command_shows_an_example_that_it_would_take(
    run, command: str
) -> None:
    text = run(*command.split(), "--help").output
    examples = text.split("Example")[-1].replace("·", "\n").splitlines()
    shown = [line.split("mdmameta ", 1)[1] for line in examples if "mdmameta " in line]
    assert shown
    for example in shown:
        words = example.split("   ")[0].split()
        assert words[0] == command or not command
        with main.make_context("mdmameta", words.copy()) as context:
            name, found, rest = main.resolve_command(context, words)
            flags = {flag for p in found.params for flag in p.opts}
        assert flags.issuperset(w for w in rest if w.startswith("--")), name


def test_the_version_is_that_of_the_package(run) -> None:
    assert run("--version").stdout == f"mdmameta, version {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audti"], "No such command 'audti'"),
        (["fit", "--nope"], "No such option:? '?--nope"),
        (["fit", "--tau2", "reml"], "is not one of 'DL', 'PM', 'REML', 'ML'"),
        (["sensitivity"], "Choose from"),
        (["sensitivity", "moonlight"], "'blinding', 'prior-use', 'dropout'"),
        (["report", "--to", "odt"], "is not one of 'html', 'pdf', 'docx'"),
        (["report", "--project", "nowhere"], "'nowhere' does not exist"),
    ],
)
def test_wrong_usage_is_said_on_standard_error(run, words: list[str], said) -> None:
    result = run(*words, code=2)
    assert re.search(said, result.stderr)
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words", [["derive"], ["verify"], ["fit"], ["sensitivity", "dropout"], ["report"]]
)
def test_tables_that_are_not_there_are_bad_data(run, tmp_path, words) -> None:
    where = tmp_path / "nowhere"
    options = ["--project", tmp_path] if words == ["report"] else []
    if words == ["verify"]:
        (tmp_path / "results.json").write_text('{"results": []}')
        (tmp_path / "ledger.json").write_text('{"claims": []}')
        options = ["--out", tmp_path]
    result = run(*words, "--data", where, *options, code=2)
    assert f"{where}: found no such directory" in result.stderr
    assert result.stdout == ""


def test_a_file_that_the_system_refuses_ends_in_a_sentence(run, monkeypatch) -> None:
    def refused(path: object) -> None:
        raise PermissionError(13, "Permission denied", "arms.csv")

    monkeypatch.setattr("mdmameta.records.load_evidence", refused)
    assert "Permission denied: 'arms.csv'" in run("validate", code=2).stderr


def test_the_help_loads_no_numerics() -> None:
    code = """
import sys
from click.testing import CliRunner
from mdmameta.cli import main
for words in (["--help"], ["fit", "--help"], ["derive", "--help"]):
    assert CliRunner().invoke(main, words).exit_code == 0
print(sorted({"numpy", "pandas", "scipy", "matplotlib"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


@pytest.fixture
def narrow(tmp_path):
    """Return a function that fits in a process whose output has few letters."""
    path = tmp_path / "mine.csv"
    path.write_text("yi,vi\n-0.5,0.1\n-0.5,0.1\n", "utf-8")
    code = "from mdmameta.cli import main; main()"
    words = [sys.executable, "-c", code, "fit", "--from-csv", str(path)]
    letters = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    keep = {"capture_output": True, "check": True, "env": letters}
    return lambda *options: subprocess.run([*words, *options], **keep).stdout


def test_a_minus_sign_survives_an_output_that_has_no_letter_for_it(narrow) -> None:
    assert rb"estimate    \u22120.5000 [" in narrow()


def test_json_on_standard_output_needs_no_encoding(narrow) -> None:
    text = narrow("--json", "-")
    assert text.isascii()
    assert json.loads(text)["fits"][0]["value"] == pytest.approx(-0.5)


def test_an_output_that_cannot_be_told_of_letters_is_written_to_all_the_same(
    monkeypatch,
) -> None:
    out = io.StringIO()
    assert not hasattr(out, "reconfigure")
    monkeypatch.setattr(sys, "stdout", out)
    main(["--version"], standalone_mode=False)
    assert out.getvalue() == f"mdmameta, version {__version__}\n"
