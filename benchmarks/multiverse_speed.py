"""How fast specifications are computed, on one process and two; writes a page."""

from __future__ import annotations

import platform
import tempfile
import time
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from page import duration, processor, size, table
from timing import peak_memory, seconds

from mdmameta import Effects, load_evidence
from mdmameta.sensitivity import multiverse
from mdmameta.sensitivity.multiverse.enumeration import chunks, full_codes
from mdmameta.sensitivity.multiverse.evaluation import evaluate
from mdmameta.sensitivity.multiverse.run import CHUNK, universe_of
from mdmameta.sensitivity.multiverse.universe import Universe

PAGE = Path(__file__).parents[1] / "docs/multiverse-speed.md"
SEED, STUDIES = 20261121, 8

#: Sets of effects of the simulated multiverses, the second ten times the first.
MANY = (4, 40)

HEAD = """# Speed of the multiverse

Written by `nox -s multiverse-speed`. Rates are of processor time of one core, the least
of several rounds; whole runs are by the clock, with the start of the processes.

"""


def main() -> None:
    evidence = load_evidence("data/raw")
    universe = universe_of(evidence, None)
    parts = [HEAD, circumstances(), rates(universe), whole(evidence), memory()]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def circumstances() -> str:
    packages = [f"{p} {version(p)}" for p in ("numpy", "distributed", "mdmameta")]
    rows = [
        ["date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"],
        ["machine", processor()],
        ["Python", ", ".join([platform.python_version(), *packages])],
        ["seed", str(SEED)],
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
        took, _ = seconds(lambda chosen=chosen: in_chunks(universe, chosen))
        rate = f"{len(chosen) / took:,.0f}"
        rows.append([name, f"{len(chosen):,}", duration(took), rate, wanted])
    head = ["of the default choices", "specifications", "time", "a second", "wanted"]
    return "## Rates\n\n" + table(head, rows)


def in_chunks(universe: Universe, rows: Any) -> None:
    for start in range(0, len(rows), CHUNK):
        evaluate(universe, rows[start : start + CHUNK])


def whole(evidence: Any) -> str:
    """The default multiverse from start to Parquet, on one process and on two."""
    rows, prints, took = [], [], {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            result = multiverse(evidence, workers=workers, out=Path(folder, "out"))
            took[workers] = time.perf_counter() - start
            prints.append(fingerprint(Path(folder, "out")))
        rows.append(
            [
                str(workers),
                f"{result.specifications:,}",
                duration(took[workers]),
                "60 s",
            ]
        )
    head = ["processes", "specifications", "time", "wanted, at most"]
    same = "the same to the byte" if prints[0] == prints[1] else "NOT THE SAME"
    return (
        "## The default choices\n\n"
        + table(head, rows)
        + f"\nTwo processes are {took[1] / took[2]:.2f} times as fast as one; their "
        f"Parquet parts are {same}.\n"
    )


def fingerprint(folder: Path) -> str:
    parts = sorted(folder.glob("[!_]*.parquet"))
    return sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def memory() -> str:
    """The most that a run to disk holds at once, with ten times as much to do."""
    rows = []
    for many in MANY:
        sets = simulated(many)
        with tempfile.TemporaryDirectory() as folder:
            found: list[int] = []
            peak = peak_memory(
                lambda s=sets, f=folder, n=found: n.append(
                    multiverse(None, s, seed=SEED, out=Path(f, "out")).specifications
                )
            )
        rows.append([f"{found[0]:,}", size(peak)])
    return (
        "## Memory\n\nThe most that is held at once (`tracemalloc`) when parts go to "
        f"disk, of simulated sets of {STUDIES} studies:\n\n"
        + table(["specifications", "memory"], rows)
    )


def simulated(many: int) -> dict[str, Effects]:
    rng = np.random.default_rng(SEED)
    study = [f"s{i}" for i in range(STUDIES)]
    return {
        f"set {i}": Effects.from_arrays(
            y=rng.normal(-0.5, 0.3, STUDIES),
            v=rng.uniform(0.02, 0.2, STUDIES),
            study=study,
        )
        for i in range(many)
    }


if __name__ == "__main__":
    main()
