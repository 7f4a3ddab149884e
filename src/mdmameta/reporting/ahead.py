"""The longest analyses of a site, computed by a second process meanwhile."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from mdmameta.records import load_evidence
from mdmameta.reporting.on_demand import OnDemand
from mdmameta.reporting.results import Results, load_results

if TYPE_CHECKING:
    from mdmameta.analyses.prior_beliefs import PriorBeliefs
    from mdmameta.sensitivity import Multiverse, SensitivityTable

__all__ = ["ResultsAhead", "load_ahead"]

T = TypeVar("T")

#: What the second process computes, in the order in which pages ask for it:
#: together about as long as everything else of the site.
AHEAD = ("dropout", "multiverse", "beliefs")


@dataclass(frozen=True, eq=False)
class ResultsAhead(Results):
    """Results of which a second process computes the longest.

    It begins with the first of them, or the first sensitivity analysis, that is
    asked for. Where it ends without an answer, the analysis is computed here.

    Parameters
    ----------
    data
        Directory of the raw tables, which the second process reads again.
    """

    data: Path

    @cached_property
    def waiting(self) -> Mapping[str, Future[Any]]:
        """What the second process was given, by name."""
        # A fork of a process with threads may hang, so a fresh one is started; it
        # asks how the main module was found, which that of a notebook does not say.
        if not hasattr(main := sys.modules["__main__"], "__spec__"):
            main.__spec__ = None
        pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_end_with_parent
        )
        given = {name: pool.submit(computed, self.data, name) for name in AHEAD}
        pool.shutdown(wait=False)
        return given

    @cached_property
    def sensitivity(self) -> Mapping[str, SensitivityTable]:
        """The sensitivity analyses of the primary set, by name."""
        here = self._here.sensitivity
        return OnDemand(tuple(here), lambda name: self._taken(name, lambda: here[name]))

    @cached_property
    def multiverse(self) -> Multiverse:
        """Every defensible specification of the contrast in severity."""
        return self._taken("multiverse", lambda: self._here.multiverse)

    @cached_property
    def beliefs(self) -> PriorBeliefs:
        """The primary contrasts under other beliefs than the default ones."""
        return self._taken("beliefs", lambda: self._here.beliefs)

    @cached_property
    def _here(self) -> Results:
        """The same without a second process."""
        return Results(self.evidence)

    def _taken(self, name: str, here: Callable[[], T]) -> T:
        future = self.waiting.get(name)
        if future is None:
            return here()
        try:
            found: T = future.result()
        except BrokenProcessPool:
            return here()
        return found


def load_ahead(data: str | Path) -> Results:
    """Check the raw tables, and have the longest analyses computed beside.

    Parameters
    ----------
    data
        Directory of the raw tables.
    """
    return ResultsAhead(load_evidence(data), Path(data))


def computed(data: Path, name: str) -> Multiverse | PriorBeliefs | SensitivityTable:
    """Compute one of the analyses of `AHEAD`.

    Parameters
    ----------
    data
        Directory of the raw tables.
    name
        Of the analysis.
    """
    results = _loaded(data)
    if name == "multiverse":
        return results.multiverse
    return results.beliefs if name == "beliefs" else results.sensitivity[name]


@cache
def _loaded(data: Path) -> Results:
    return load_results(data)


def _end_with_parent() -> None:
    """Leave interrupts to the first process, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
