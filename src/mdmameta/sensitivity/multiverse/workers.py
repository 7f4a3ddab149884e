"""Chunks handed to this process, or to the workers of dask.distributed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

from mdmameta.errors import MissingExtraError, SensitivityError
from mdmameta.sensitivity.multiverse.block import Block
from mdmameta.sensitivity.multiverse.enumeration import Rows
from mdmameta.sensitivity.multiverse.evaluation import evaluate
from mdmameta.sensitivity.multiverse.flips import Counts, Flips, count_flips
from mdmameta.sensitivity.multiverse.universe import Universe

#: Number of a chunk and its rows, or its results.
Task = tuple[int, Rows]
Done = tuple[int, Block, Counts]

#: Chunks that wait for each worker, so that none is idle and memory stays flat.
AHEAD = 3

#: Seconds to wait for a scheduler that was named.
PATIENCE = 30

#: Dask's settings for the run. A chunk is given up when ten workers have died under
#: it, or two minutes after the last worker when none comes back. Dask's own profiler,
#: which nobody looks at, takes a quarter of a worker's time.
SETTINGS = {
    "distributed.scheduler.allowed-failures": 10,
    "distributed.scheduler.no-workers-timeout": "120s",
    "distributed.worker.profile.enabled": False,
}


def compute(universe: Universe, flips: Flips, number: int, rows: Rows) -> Done:
    """Evaluate one chunk and count its flips."""
    return number, evaluate(universe, rows), count_flips(universe, rows, flips)


def in_process(
    universe: Universe, flips: Flips, tasks: Iterable[Task]
) -> Iterator[Done]:
    """Evaluate chunks one after the other, here."""
    for number, rows in tasks:
        yield compute(universe, flips, number, rows)


def distributed(
    universe: Universe,
    flips: Flips,
    tasks: Iterable[Task],
    *,
    workers: int,
    scheduler: str | None,
) -> Iterator[Done]:
    """Evaluate chunks on workers, and yield them as they finish.

    A chunk whose worker dies is given to another one.

    Parameters
    ----------
    universe, flips
        Sent to the scheduler once, and from it to the workers.
    tasks
        Taken a few at a time.
    workers
        Processes of a local cluster, when no scheduler is named.
    scheduler
        Address such as ``tcp://host:8786``.

    Raises
    ------
    MissingExtraError
        When dask.distributed is not installed.
    SensitivityError
        When no scheduler answers at the address, it has no workers, or all of them
        died.
    """
    with _client(workers, scheduler) as (client, completed):
        # A task, not scattered data: what a dead worker held can be made again.
        shared = client.submit(_together, universe, flips, pure=False)
        waiting = iter(tasks)

        def submit(task: Task) -> Any:
            return client.submit(_compute_shared, shared, *task, pure=False)

        width = max(1, sum(client.nthreads().values()))
        running = completed(map(submit, islice(waiting, AHEAD * width)))
        for future in running:
            yield _result(future)
            for task in islice(waiting, 1):
                running.add(submit(task))


def _result(future: Any) -> Done:
    from distributed.scheduler import KilledWorker, NoWorkerError

    try:
        return cast(Done, future.result())
    except (KilledWorker, NoWorkerError) as lost:
        raise SensitivityError(
            f"the workers of the multiverse died ({lost}). Parts that were written are "
            "kept: see to the workers' memory, and run it again with the same out."
        ) from lost


def _together(universe: Universe, flips: Flips) -> tuple[Universe, Flips]:
    return universe, flips


def _compute_shared(shared: tuple[Universe, Flips], number: int, rows: Rows) -> Done:
    return compute(*shared, number, rows)


@contextmanager
def _client(
    workers: int, scheduler: str | None
) -> Iterator[tuple[Any, Callable[..., Any]]]:
    try:
        import dask
        from distributed import Client, LocalCluster, as_completed
    except ImportError as absent:
        raise MissingExtraError("dask.distributed", "scale") from absent
    with dask.config.set(SETTINGS):
        if scheduler is None:
            with (
                _environment_kept(),
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=":0",
                ) as cluster,
                Client(cluster) as client,  # type: ignore[no-untyped-call]
            ):
                yield client, as_completed
            return
        with _reached(Client, scheduler) as client:
            yield client, as_completed


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Undo what Dask sets for its workers, such as OMP_NUM_THREADS, in our process."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _reached(client: Callable[..., Any], scheduler: str) -> Any:
    try:
        found = client(scheduler, timeout=PATIENCE)
        found.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError) as failed:
        raise SensitivityError(
            f"no scheduler with workers answers at {scheduler!r} ({failed}). Start one "
            "with 'dask scheduler' and 'dask worker', or leave scheduler out."
        ) from failed
    return found
