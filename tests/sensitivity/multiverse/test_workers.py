import os
import signal
from functools import partial

import dask
import pytest
from distributed import Client, LocalCluster

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse import multiverse, run, workers


def parts(directory):
    return {p.name: p.read_bytes() for p in sorted(directory.glob("*.parquet"))}


@pytest.fixture(scope="module", autouse=True)
def small():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "CHUNK", 16)
        yield


@pytest.fixture(scope="module")
def alone(sets, small, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "alone"
    multiverse(None, sets, out=out)
    return parts(out)


@pytest.fixture(scope="module")
def two(sets, small, tmp_path_factory):
    """Give the parts of a run on workers, and the environment before and after it."""
    before, out = dict(os.environ), tmp_path_factory.mktemp("runs") / "two"
    multiverse(None, sets, workers=2, out=out)
    return parts(out), before, dict(os.environ)


def test_two_workers_give_the_same_bytes_as_one_process(two, alone):
    assert two[0] == alone


def test_the_environment_is_as_it_was_after_a_run_on_workers(two):
    _, before, after = two
    assert after == before


def test_workers_killed_in_the_middle_lose_nothing(sets, alone, tmp_path):
    killed = []
    with LocalCluster(2, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        with Client(address) as client:
            pids = client.run(os.getpid)
        assert len(set(pids.values())) == 2

        left = list(pids.values())

        def kill(name, done, total):
            if left and done < total:
                killed.append(left.pop())
                os.kill(killed[-1], signal.SIGKILL)

        multiverse(None, sets, scheduler=address, out=tmp_path / "two", progress=kill)
    assert len(killed) == 2
    assert parts(tmp_path / "two") == alone


def test_workers_that_died_and_do_not_come_back_are_told(sets, tmp_path):
    impatient = {"distributed.scheduler.no-workers-timeout": "1s"}
    with dask.config.set(impatient), LocalCluster(1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        run = partial(multiverse, None, sets, scheduler=address, out=tmp_path / "one")
        with pytest.raises(SensitivityError, match=r"died .* again with the same out"):
            run(progress=lambda *_: cluster.scale(0))
    assert parts(tmp_path / "one")


def test_an_address_without_a_scheduler_is_told(sets, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 1)
    with pytest.raises(SensitivityError, match="no scheduler with workers answers"):
        multiverse(None, sets, scheduler="tcp://127.0.0.1:1")


def test_less_than_one_worker_is_refused(sets):
    with pytest.raises(SensitivityError, match="give at least 1"):
        multiverse(None, sets, workers=0)


def test_a_finished_run_needs_no_workers(sets, alone, tmp_path, monkeypatch):
    out = tmp_path / "again"
    kept = multiverse(None, sets, out=out)
    monkeypatch.setattr(workers, "PATIENCE", 1)
    again = multiverse(None, sets, out=out, scheduler="tcp://127.0.0.1:1")
    assert again.to_dict() == kept.to_dict()


def test_what_was_set_for_workers_is_undone(monkeypatch):
    monkeypatch.setenv("MDMAMETA_OLD", "before")
    with workers._environment_kept():
        os.environ["MDMAMETA_OLD"] = "changed"
        os.environ["MDMAMETA_NEW"] = "1"
    assert os.environ["MDMAMETA_OLD"] == "before"
    assert "MDMAMETA_NEW" not in os.environ
