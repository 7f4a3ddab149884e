"""A second process computes the longest analyses, and changes no number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.reporting import ahead, beside, page
from mdmameta.reporting.ahead import ResultsAhead
from mdmameta.reporting.results import Results

#: Starts a worker that would take an hour, says which, and waits.
_PARENT = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from mdmameta.reporting.ahead import _end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_end_with_parent
    )
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 3600).result()
"""


def test_a_second_process_finds_the_numbers_of_the_first(results, monkeypatch) -> None:
    monkeypatch.setattr(ahead, "AHEAD", ("robustness",))
    monkeypatch.delattr(sys.modules["__main__"], "__spec__")  # as in a notebook
    beside_it = ResultsAhead(results.evidence, results.evidence.path)
    there = beside_it.sensitivity["robustness"]
    assert beside_it.waiting["robustness"].done()
    here = results.sensitivity["robustness"]
    pd.testing.assert_frame_equal(there.frame, here.frame, rtol=1e-9)
    assert there.verdict.text == here.verdict.text


def _given(results: Results, error: Exception) -> ResultsAhead:
    future: Future[object] = Future()
    future.set_exception(error)
    given = ResultsAhead(results.evidence, results.evidence.path)
    given.__dict__["waiting"] = {"robustness": future}
    return given


def test_what_a_lost_process_owed_is_computed_here(results) -> None:
    given = _given(results, BrokenProcessPool("killed"))
    found = given.sensitivity["robustness"]
    pd.testing.assert_frame_equal(
        found.frame, results.sensitivity["robustness"].frame, rtol=1e-9
    )


def test_an_error_of_the_second_process_is_raised_in_the_cell(results) -> None:
    given = _given(results, SensitivityError("no trial has arms"))
    with pytest.raises(SensitivityError, match="no trial has arms"):
        given.sensitivity["robustness"]


@pytest.mark.parametrize(("processors", "told"), [(1, {}), (2, {beside.VARIABLE: "1"})])
def test_pages_are_told_of_a_second_process_where_one_is_idle(
    monkeypatch, processors: int, told: dict[str, str]
) -> None:
    monkeypatch.setattr(beside, "_processors", lambda: processors)
    pages = [f"page-{at}.qmd" for at in range(beside.MANY)]
    assert beside.beside(pages) == told
    assert beside.beside(pages[1:]) == {}


def test_cells_of_a_site_get_results_that_are_computed_ahead(
    results, monkeypatch
) -> None:
    monkeypatch.setenv(beside.VARIABLE, "1")
    opened = page._results.__wrapped__(str(results.evidence.path))
    assert isinstance(opened, ResultsAhead)
    assert "waiting" not in opened.__dict__
    monkeypatch.delenv(beside.VARIABLE)
    assert type(page._results.__wrapped__(str(results.evidence.path))) is Results


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal of POSIX")
def test_the_second_process_ends_when_the_first_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    last = time.monotonic() + 60
    while _runs(worker) and time.monotonic() < last:
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    """Tell whether a process still runs; one that nobody waits for has ended."""
    status = Path(f"/proc/{process}/stat")
    if status.parent.parent.is_dir() and Path("/proc/self").exists():
        return (
            status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
        )
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_was_not_given_away_is_computed_here(results, monkeypatch) -> None:
    given = _given(results, BrokenProcessPool("killed"))
    given.__dict__["_here"] = results
    assert given.sensitivity["dropout"] is results.sensitivity["dropout"]
    monkeypatch.setattr(ahead, "_loaded", lambda data: results)
    path = results.evidence.path
    assert ahead.computed(path, "robustness") is results.sensitivity["robustness"]
    assert ahead.computed(path, "beliefs") is results.beliefs
    assert given.beliefs is results.beliefs


def test_processors_are_counted_also_where_a_process_has_no_say(monkeypatch) -> None:
    if hasattr(os, "sched_getaffinity"):
        assert beside._processors() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert beside._processors() == 1
