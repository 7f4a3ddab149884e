"""How long a reviewer waits for the tables to be checked and computed again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mdmameta import load_evidence
from mdmameta.lineage import Graph, trace
from mdmameta.lineage.traced import graph_of

DATA = Path(__file__).parents[1] / "data/raw"

#: Seconds that the three commands may take together, on two processors.
ALLOWED = 10.0

#: Seconds that a walk may take once the tables are read.
TRACED = 0.5


def run(*commands):
    program = shutil.which("mdmameta", path=str(Path(sys.executable).parent))
    for command in commands:
        words = (program, command, "--data", DATA)
        subprocess.run(words, check=True, capture_output=True)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="promised for two processors")
def test_tables_are_validated_audited_and_verified_in_less_than_ten_seconds(benchmark):
    commands = ("validate", "audit", "verify")
    benchmark.pedantic(run, args=commands, rounds=3, warmup_rounds=1)
    assert benchmark.stats["min"] < ALLOWED


@pytest.mark.parametrize(
    ("identity", "up"),
    [
        ("ptsd-sypres/bayes", False),
        ("blinding", False),
        ("claim:p3c18", False),
        ("SYPRES_REL", True),
        ("MP8", True),
    ],
)
def test_a_number_or_a_document_is_traced(benchmark, identity, up):
    known = graph_of(load_evidence(DATA))

    def traced():
        return str(trace(Graph(known.evidence, known.stored), identity, up=up))

    assert identity in benchmark(traced)
    assert benchmark.stats["min"] < TRACED
