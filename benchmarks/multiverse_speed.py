"""How fast specifications are computed, on one process and two; writes a page."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client, LocalCluster
from page import duration, processor, size, table
from timing import peak_memory, seconds

from mdmameta import Effects, load_evidence
from mdmameta.sensitivity import multiverse
from mdmameta.sensitivity.multiverse import Choice, Graph, Option, assemble, methods
from mdmameta.sensitivity.multiverse.enumeration import chunks, full_codes
from mdmameta.sensitivity.multiverse.evaluation import evaluate
from mdmameta.sensitivity.multiverse.named_sets import (
    ALL,
    trials_choice,
    without_trial,
)
from mdmameta.sensitivity.multiverse.run import CHUNK, universe_of
from mdmameta.sensitivity.multiverse.universe import Universe

PAGE = Path(__file__).parents[1] / "docs/multiverse-speed.md"
SEED, STUDIES = 20261121, 5

#: Instruments, times and scales of the simulated multiverses; the second has ten
#: times as many sets of effects as the first.
MANY = ((9, 5, 5), (15, 15, 10))

HEAD = """# Speed of the multiverse

Written by `nox -s multiverse-speed`. All times are of the processor, for other work
shares the machine: what a clock would show on idle cores. The load is the mean number
of processes that wanted a core in the minute before.

"""


def main() -> None:
    start = time.process_time()
    evidence = load_evidence("data/raw")
    universe = universe_of(evidence, None)
    made = time.process_time() - start
    parts = [HEAD, circumstances(), rates(universe), whole(universe, made), memory()]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def circumstances() -> str:
    packages = [f"{p} {version(p)}" for p in ("numpy", "distributed", "mdmameta")]
    rows = [
        ["date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"],
        ["machine", processor()],
        ["Python", ", ".join([platform.python_version(), *packages])],
        ["seed", str(SEED)],
        ["load", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"],
    ]
    return table(["what", "which"], rows)


def rates(universe: Universe) -> str:
    """Specifications a second of each engine, in the chunks that a run uses."""
    every = np.concatenate(list(chunks(universe, CHUNK)))
    bayesian = full_codes(universe, every)[:, -1] > 0
    rows = []
    for name, chosen, wanted in (
        ("frequentist", every[~bayesian], "50,000"),
        ("exact posteriors", every[bayesian], ""),
    ):
        took, _ = seconds(lambda some=chosen: in_chunks(universe, some))
        rate = f"{len(chosen) / took:,.0f}"
        rows.append([name, f"{len(chosen):,}", duration(took), rate, wanted])
    head = ["of the default choices", "specifications", "time", "a second", "wanted"]
    return "## Rates\n\n" + table(head, rows)


def in_chunks(universe: Universe, rows: Any) -> None:
    for start in range(0, len(rows), CHUNK):
        evaluate(universe, rows[start : start + CHUNK])


def whole(universe: Universe, made: float) -> str:
    """The default multiverse to Parquet by one process, and by two workers."""
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "one"), Path(folder, "two")
        start = time.process_time()
        result = multiverse(None, universe, out=one)
        alone = time.process_time() - start
        began, parent, workers = by_workers(universe, two)
        same = "the same to the byte" if prints(one) == prints(two) else "NOT THE SAME"
    # Three processes on two cores: no sooner than the busiest, or half of all.
    together = max(*workers, (parent + sum(workers)) / 2)
    rows = [
        ["evidence and sets of effects", duration(made), duration(made)],
        ["start of a worker", "", duration(began)],
        ["specifications, in the process called", duration(alone), duration(parent)],
        ["specifications, in each worker", "", " and ".join(map(duration, workers))],
        ["specifications, on two cores", duration(alone), duration(together)],
    ]
    return (
        f"## The default choices, {result.specifications:,} specifications\n\n"
        + table(["processor time", "one process", "two workers"], rows)
        + "\nBy these times two workers on idle cores compute the specifications "
        f"themselves {alone / together:.2f} times as fast as one process; their "
        f"Parquet parts are {same}. But a worker must start first, and the sets of "
        "effects are made by the process that was called: by the clock the default "
        "choices take longer with two workers, and one process is enough. On one it is "
        f"{duration(made + alone)} from the tables to the last part, of 60 s wanted.\n"
    )


def by_workers(universe: Universe, out: Path) -> tuple[float, float, list[float]]:
    """Processor time of a worker's start, of this process, and of both workers."""
    with (
        LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        began = max(client.run(imported).values())
        before, start = client.run(time.process_time), time.process_time()
        multiverse(None, universe, scheduler=cluster.scheduler_address, out=out)
        parent = time.process_time() - start
        after = client.run(time.process_time)
    return began, parent, [after[name] - before[name] for name in before]


def imported() -> float:
    """What a worker has used when it is ready."""
    from mdmameta.sensitivity.multiverse import evaluation

    return time.process_time() if evaluation else 0.0


def prints(folder: Path) -> str:
    parts = sorted(folder.glob("[!_]*.parquet"))
    return sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def memory() -> str:
    """The most that a run to disk holds at once, with ten times as much to do."""
    rows = []
    for shape in MANY:
        universe = simulated(shape)
        with tempfile.TemporaryDirectory() as folder:
            found: list[int] = []
            peak = peak_memory(
                lambda u=universe, f=folder, n=found: n.append(
                    multiverse(None, u, out=Path(f, "out")).specifications
                )
            )
        rows.append([f"{found[0]:,}", size(peak)])
    return (
        "## Memory\n\nThe most that is held at once (`tracemalloc`) when parts go to "
        f"disk, beyond the sets of effects, simulated ones of {STUDIES} studies:\n\n"
        + table(["specifications", "memory"], rows)
    )


def simulated(shape: tuple[int, int, int]) -> Universe:
    """Sets of effects that three choices make, with the methods of the default."""
    rng = np.random.default_rng(SEED)
    names = ("instrument", "time", "scale")
    made = tuple(
        Choice(name, name, tuple(Option(f"{i}", f"Option {i}.") for i in range(many)))
        for name, many in zip(names, shape, strict=True)
    )
    sets = {key: drawn(rng) for key in np.ndindex(shape)}
    trials = trials_choice({"first": sets[0, 0, 0]})
    main = {**dict.fromkeys(names, "0"), "trials": ALL, **methods.MAIN}
    return assemble(
        Graph((*made, trials, *methods.CHOICES), methods.RULES, main),
        lambda picked: sets[tuple(int(picked[name]) for name in names)],
        {"trials": without_trial},
    )


def drawn(rng: np.random.Generator) -> Effects:
    return Effects.from_arrays(
        y=rng.normal(-0.5, 0.3, STUDIES),
        v=rng.uniform(0.02, 0.2, STUDIES),
        study=[f"s{i}" for i in range(STUDIES)],
    )


if __name__ == "__main__":
    main()
