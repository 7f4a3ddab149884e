"""All specifications of a graph of choices, here or on many workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.records import Evidence
from mdmameta.sensitivity.multiverse.enumeration import chunks, count
from mdmameta.sensitivity.multiverse.flips import Flips, flips_of
from mdmameta.sensitivity.multiverse.named_sets import of_sets
from mdmameta.sensitivity.multiverse.of_evidence import of_evidence
from mdmameta.sensitivity.multiverse.parts import opened
from mdmameta.sensitivity.multiverse.result import Multiverse
from mdmameta.sensitivity.multiverse.store import Memory, Store
from mdmameta.sensitivity.multiverse.summaries import main_spec, summarised
from mdmameta.sensitivity.multiverse.universe import Universe
from mdmameta.sensitivity.multiverse.workers import (
    Done,
    Task,
    distributed,
    in_process,
)
from mdmameta.sensitivity.verdicts import Sids, check_sids

Progress = Callable[[str, int, int], None]

#: Specifications of a chunk: some tenths of a second, so that the two
#: milliseconds that a task costs do not count.
CHUNK = 2048

#: Of the manifest and the parts.
SCHEMA = "mdmameta-multiverse/1"


def multiverse(
    evidence: Evidence | None,
    choices: Mapping[str, Effects] | Universe | None = None,
    *,
    seed: int | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    sids: Sids | None = None,
) -> Multiverse:
    """Compute every defensible specification, and what they say together.

    Parameters
    ----------
    evidence
        Checked evidence, for the default choices; not used with ``choices``.
    choices
        Named sets of effects, the first being the main one, crossed with
        leaving out each study and with methods; or a universe made by
        `of_sets` or `assemble`. By default the graph of choices on PTSD.
    seed
        Of random flips of signs, which are needed beyond eight trials; recorded.
    workers
        Processes. 1 runs here; more need dask.distributed (the extra
        ``scale``). Results are the same to the bit.
    scheduler
        Address of a dask scheduler, such as ``tcp://host:8786``, instead of
        local processes.
    out
        Directory for Parquet parts (needs the extra ``scale``). A run that was
        killed goes on where it stopped; without it rows are kept in memory.
    progress
        Called with a name, the specifications done and their number.
    sids
        Smallest important differences: name -> (size, citation).

    Returns
    -------
    Multiverse

    Raises
    ------
    SensitivityError
        For choices that make no multiverse, a seed that is needed and absent,
        or a directory that holds something else.
    MissingExtraError
        When dask.distributed or pyarrow is needed and not installed.

    References
    ----------
    Steegen et al. 2016, doi:10.1177/1745691616658637; Simonsohn, Simmons and
    Nelson 2020, doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> sets = {"endpoint": Effects.from_arrays(
    ...     y=[-0.9, -0.5, -0.6, -0.8], v=[0.05, 0.06, 0.2, 0.1])}
    >>> result = multiverse(None, sets)
    >>> result.specifications, round(result.main["value"], 3)
    (90, -0.723)
    """
    universe = universe_of(evidence, choices)
    if workers < 1:
        raise SensitivityError(f"workers is {workers}; give at least 1.")
    thresholds = check_sids(sids)
    flips = flips_of(universe, seed)
    digest = universe.digest(schema=SCHEMA, seed=seed, chunk=CHUNK)
    total = count(universe)
    store = _store(universe, out, digest, total, seed)
    done = store.done()
    tasks = (t for t in enumerate(chunks(universe, CHUNK)) if t[0] not in done)
    ready = min(total, CHUNK * len(done))
    for finished in _evaluated(universe, flips, tasks, workers, scheduler):
        store.add(*finished)
        ready += len(finished[1])
        if progress is not None:
            progress("specifications", ready, total)
    return summarised(universe, store, flips, thresholds, seed=seed, digest=digest)


def universe_of(
    evidence: Evidence | None, choices: Mapping[str, Effects] | Universe | None
) -> Universe:
    """Return the universe that was given, or make the one that was meant.

    Raises
    ------
    SensitivityError
        When there is neither evidence nor choices.
    """
    if isinstance(choices, Universe):
        return choices
    if choices is not None:
        return of_sets(choices)
    if not isinstance(evidence, Evidence):
        raise SensitivityError(
            f"evidence is a {type(evidence).__name__} and choices are not given; give "
            "Evidence, or named sets of effects as choices."
        )
    return of_evidence(evidence)


def _store(
    universe: Universe,
    out: str | Path | None,
    digest: str,
    total: int,
    seed: int | None,
) -> Store:
    if out is None:
        return Memory()
    manifest = {
        "schema": SCHEMA,
        "digest": digest,
        "label": universe.label,
        "specifications": total,
        "chunk": CHUNK,
        "seed": seed,
        "main_spec_id": main_spec(universe.graph),
        "studies": list(universe.studies),
        **universe.graph.to_dict(),
    }
    return opened(Path(out), universe.graph, main_spec(universe.graph), manifest)


def _evaluated(
    universe: Universe,
    flips: Flips,
    tasks: Iterator[Task],
    workers: int,
    scheduler: str | None,
) -> Iterator[Done]:
    if workers == 1 and scheduler is None:
        return in_process(universe, flips, tasks)
    first = list(islice(tasks, 1))
    if not first:
        return iter(())

    def rest() -> Iterator[Task]:
        yield from first
        yield from tasks

    return distributed(universe, flips, rest(), workers=workers, scheduler=scheduler)
