"""Ledger and results computed again, on two processors where there are two."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mdmameta.claims import Ledger
from mdmameta.reporting import results as reported
from mdmameta.reporting.results import Results

__all__ = ["recompute"]

#: What the second process computes: about half of the work.
_ELSEWHERE = "dropout"

#: Processes to use unless told: a third would wait for the longest analysis.
PROCESSES = min(os.cpu_count() or 1, 2)


def recompute(
    data: Path, workers: int | None = None, *, everything: bool = True
) -> tuple[Ledger, dict[str, Any]]:
    """Compute the ledger and the stored results of a directory again.

    Parameters
    ----------
    data
        Directory of the raw tables.
    everything
        Whether sensitivity analyses are computed too, or pooled estimates alone.
    workers
        1 computes everything here; 2 gives the analyses of dropout to a second
        process. By default 2, unless there is one processor alone.

    Returns
    -------
    tuple
        The ledger, and what ``results.json`` holds, without its part
        ``sensitivity`` unless everything is computed: the same numbers whatever
        the number of processes.
    """
    if not everything:
        results = reported.load_results(data)
        return results.ledger, results.estimates()
    if (workers or PROCESSES) < 2:
        results = reported.load_results(data)
        return results.ledger, results.to_dict()
    # A fork of a process with threads may hang, so a fresh one is started.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        waiting = pool.submit(some_analyses, data)
        results = reported.load_results(data)
        ledger, names = results.ledger, _split(results)
        here = {name: results.analysis(name).to_dict() for name in names}
        return ledger, results.to_dict({**here, **waiting.result()})


def some_analyses(data: Path) -> dict[str, dict[str, Any]]:
    """Compute the second half of the sensitivity analyses, ready for JSON.

    Parameters
    ----------
    data
        Directory of the raw tables.
    """
    results = reported.load_results(data)
    kept = set(_split(results))
    away = [name for name in results.analyses if name not in kept]
    return {name: results.analysis(name).to_dict() for name in away}


def _split(results: Results) -> Sequence[str]:
    """Return the analyses that stay with the first process."""
    return [name for name in results.analyses if not name.startswith(_ELSEWHERE)]
