import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse import multiverse, run
from mdmameta.sensitivity.multiverse.parts import Parts

#: A run in a process of its own, slow enough to be killed in the middle.
SCRIPT = """
import sys
import time
sys.path.insert(0, {here!r})
from conftest import made_sets
from mdmameta.sensitivity.multiverse import multiverse, run
run.CHUNK = 16
multiverse(None, made_sets(), out={out!r}, progress=lambda *_: time.sleep(0.2))
"""


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 16)


def parts(directory):
    return {p.name: p.read_bytes() for p in sorted(directory.glob("*.parquet"))}


def test_parts_hold_what_memory_holds(sets, tmp_path):
    kept = multiverse(None, sets)
    written = multiverse(None, sets, out=tmp_path / "new" / "out")
    pd.testing.assert_frame_equal(written.to_frame(), kept.to_frame())
    assert written.to_dict() == kept.to_dict()


def test_a_directory_holds_parts_of_scalar_columns_and_nothing_else(sets, tmp_path):
    result = multiverse(None, sets, out=tmp_path)
    names = [path.name for path in tmp_path.iterdir() if path.name[0] != "_"]
    assert names
    assert all(name.endswith(".parquet") for name in names)
    table = pd.read_parquet(tmp_path)
    assert len(table) == result.specifications
    assert table["spec_id"].is_monotonic_increasing
    assert table["spec_id"].is_unique
    scalar = table.map(lambda cell: isinstance(cell, str | int | float | bool))
    assert scalar.all(axis=None)
    choices = [choice.name for choice in result.graph.choices]
    results = ["k", "value", "se", "ci_low", "ci_high", "tau2"]
    assert list(table) == [
        *("spec_id", *choices, *results, "excludes_zero", "converged", "main")
    ]


def test_a_run_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(sets, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    multiverse(None, sets, out=whole)
    here = os.fspath(__file__).rpartition("/")[0]
    script = SCRIPT.format(here=here, out=str(broken))
    child = subprocess.Popen([sys.executable, "-c", script])
    for _ in range(600):
        if (broken / "part-000002.parquet").exists():
            break
        time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = len(parts(broken))
    assert 0 < before < len(parts(whole))
    steps = []
    multiverse(None, sets, out=broken, progress=lambda *step: steps.append(step))
    assert len(steps) == len(parts(whole)) - before
    assert parts(broken) == parts(whole)


def test_a_finished_directory_is_read_and_not_computed_again(sets, tmp_path):
    first = multiverse(None, sets, out=tmp_path)
    steps = []
    again = multiverse(None, sets, out=tmp_path, progress=lambda *s: steps.append(s))
    assert steps == []
    assert again.to_dict() == first.to_dict()


def test_the_parts_of_other_data_or_another_seed_are_refused(sets, tmp_path):
    multiverse(None, sets, out=tmp_path)
    other = {**sets, "end": sets["end"].with_y(sets["end"].y + 1e-9)}
    with pytest.raises(SensitivityError, match="other data, choices, methods or seed"):
        multiverse(None, other, out=tmp_path)
    with pytest.raises(SensitivityError, match="Give another directory"):
        multiverse(None, sets, seed=1, out=tmp_path)


def test_a_directory_of_something_else_is_refused(sets, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SensitivityError, match=r"holds 'thesis.txt' and no _manifest"):
        multiverse(None, sets, out=tmp_path)
    (tmp_path / "_manifest.json").write_text("{}")
    with pytest.raises(SensitivityError, match="no manifest of a multiverse"):
        multiverse(None, sets, out=tmp_path)


@pytest.mark.parametrize("name", ["notes.txt", "part-final.parquet"])
def test_a_file_put_beside_the_parts_is_refused(sets, tmp_path, name):
    multiverse(None, sets, out=tmp_path)
    (tmp_path / ".hidden").write_text("a file manager's")
    multiverse(None, sets, out=tmp_path)
    (tmp_path / name).write_text("mine")
    with pytest.raises(SensitivityError, match=f"holds '{name}' beside its parts"):
        multiverse(None, sets, out=tmp_path)


def test_a_part_that_was_torn_or_lost_its_counts_is_made_again(sets, tmp_path):
    first = multiverse(None, sets, out=tmp_path)
    before = parts(tmp_path)
    torn = tmp_path / "part-000001.parquet"
    torn.write_bytes(torn.read_bytes()[:99])
    (tmp_path / "_flips-000002.npz").unlink()
    (tmp_path / "_flips-000003.npz").write_bytes(b"PK")
    steps = []
    again = multiverse(None, sets, out=tmp_path, progress=lambda *s: steps.append(s))
    assert len(steps) == 3
    assert parts(tmp_path) == before
    assert again.to_dict() == first.to_dict()


def test_a_full_disk_is_told_and_what_was_finished_is_kept(sets, tmp_path, monkeypatch):
    whole, full = tmp_path / "whole", tmp_path / "full"
    multiverse(None, sets, out=whole)
    room = [3]

    def limited(self, *finished):
        room[0] -= 1
        if room[0] < 0:
            raise OSError(28, "No space left on device")
        return written(self, *finished)

    written = Parts._write
    with monkeypatch.context() as patched:
        patched.setattr(Parts, "_write", limited)
        with pytest.raises(
            SensitivityError, match=r"No space left.*same command again"
        ):
            multiverse(None, sets, out=full)
    assert len(parts(full)) == 3
    multiverse(None, sets, out=full)
    assert parts(full) == parts(whole)


def test_the_manifest_tells_choices_defences_and_no_time(sets, tmp_path):
    result = multiverse(None, sets, out=tmp_path, seed=3)
    told = json.loads((tmp_path / "_manifest.json").read_text("utf-8"))
    assert told["specifications"] == result.specifications
    assert told["digest"] == result.digest
    assert told["seed"] == 3
    assert all(o["defence"] for c in told["choices"] for o in c["options"])


def test_what_a_killed_run_was_writing_is_taken_away(sets, tmp_path):
    first = multiverse(None, sets, out=tmp_path)
    left = tmp_path / "_writing-part-7.parquet"
    left.write_bytes(b"half a part")
    assert multiverse(None, sets, out=tmp_path).to_dict() == first.to_dict()
    assert not left.exists()
