"""How long a person waits before anything happens; interpreter start included."""

import shutil
import subprocess
import sys
from pathlib import Path


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def test_the_package_is_imported_in_less_than_a_tenth_of_a_second(benchmark):
    command = (sys.executable, "-c", "import mdmameta")
    benchmark.pedantic(run, args=command, rounds=20, warmup_rounds=2)
    assert benchmark.stats["median"] < 0.1


def test_the_command_line_shows_its_help_in_less_than_half_a_second(benchmark):
    program = shutil.which("mdmameta", path=str(Path(sys.executable).parent))
    benchmark.pedantic(run, args=(program, "--help"), rounds=10, warmup_rounds=2)
    assert benchmark.stats["median"] < 0.5
