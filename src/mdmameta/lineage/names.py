"""From what a person types to one thing of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mdmameta.errors import OptionError
from mdmameta.lineage.audited import AUDIT
from mdmameta.lineage.graph import Graph
from mdmameta.lineage.node import Kind
from mdmameta.schema import TABLES

__all__ = ["Named", "known_ids", "resolve", "resolve_source", "value_at"]

#: How many ids an error proposes.
_PROPOSED = 4

#: How alike two ids must be for one to be proposed for the other.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Named:
    """What an id stands for.

    Parameters
    ----------
    kind
        What it is.
    key
        Its name within the kind, such as that of a row without its table.
    number
        The number asked for within it, such as ``ci_low``; or empty.
    """

    kind: Kind
    key: str
    number: str = ""


def known_ids(graph: Graph) -> dict[str, Named]:
    """Return every id but those of effects and of single numbers.

    Where one word names several things, the first in this order has it:
    estimates and analyses, the audit, sets, trials, documents, claims, tables,
    rows. The others keep their longer form, such as ``claim:seed-trials``.
    """
    found: dict[str, Named] = {}
    for name, named in _pairs(graph):
        found.setdefault(name, named)
    return found


def _pairs(graph: Graph) -> Iterator[tuple[str, Named]]:
    evidence = graph.evidence
    for name in graph.sets:
        yield from ((one, Named("estimate", one)) for one in graph.estimates(name))
    yield from ((name, Named("analysis", name)) for name in graph.analyses)
    yield AUDIT, Named("audit", AUDIT)
    named: dict[Kind, list[str]] = {
        "set": list(graph.sets),
        "trial": list(evidence.studies["study_id"]),
        "document": list(graph.library.by_id),
        "claim": list(evidence.claims["claim_id"]),
        "table": list(TABLES),
    }
    for kind, names in named.items():
        for name in names:
            yield f"{kind}:{name}", Named(kind, name)
            yield name, Named(kind, name)
    for row_id, row in graph.rows.status.items():
        yield f"{row['table']}:{row_id}", Named("row", row_id)
        yield row_id, Named("row", row_id)


def resolve(graph: Graph, name: str) -> Named:
    """Find what an id stands for.

    Parameters
    ----------
    graph
        The graph of some evidence.
    name
        ``set/model`` as in ``results.json``, the name of an analysis or set,
        ``effect:set/trial``, a claim, a trial, a source id or DOI, a row with
        or without its table, or ``audit``; ``#`` and a name choose one number of it.

    Raises
    ------
    OptionError
        With the ids that are most alike.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> graph = Graph(load_evidence("data/raw"))
    >>> resolve(graph, "ptsd-primary/reml-kh#ci_low")
    Named(kind='estimate', key='ptsd-primary/reml-kh', number='ci_low')
    >>> resolve(graph, "pri-MP2").kind
    'row'
    """
    base, _, number = name.strip().partition("#")
    if base.startswith("effect:"):
        return _effect(graph, base, number)
    known = graph.once("ids", lambda: known_ids(graph))
    if base in known:
        one = known[base]
        return Named(one.kind, one.key, number)
    document = graph.library.find(base)
    if document is not None:
        return Named("document", document.ids[0], number)
    raise OptionError(
        f"nothing has the id {base!r}.{_near(base, known)} Ids are those of "
        "results.json (set/model), effect:set/trial, claim:name, trials, source ids, "
        "DOIs, rows (table:row_id), and audit."
    )


def resolve_source(graph: Graph, name: str) -> Named:
    """Find the document or trial that an id or DOI stands for.

    Raises
    ------
    OptionError
        When it stands for something else, or for nothing.

    Examples
    --------
    >>> from mdmameta.records import load_evidence
    >>> graph = Graph(load_evidence("data/raw"))
    >>> resolve_source(graph, "10.1007/s00213-019-05249-5")
    Named(kind='document', key='POOL2019', number='')
    """
    document = graph.library.find(name.strip().removeprefix("document:"))
    if document is not None:
        return Named("document", document.ids[0])
    trial = name.strip().removeprefix("trial:")
    if trial in set(graph.evidence.studies["study_id"]):
        return Named("trial", trial)
    names = [*graph.library.by_id, *graph.evidence.studies["study_id"]]
    raise OptionError(
        f"no document or trial is called {name!r}.{_near(name, names)} Give a "
        "source_id of sources.csv, a DOI, or a study_id of studies.csv."
    )


def value_at(record: Mapping[str, Any], number: str, base: str) -> Any:
    """Return one number of a record by its path, such as ``rows/3/value``.

    Raises
    ------
    OptionError
        When the record has no such number, with those that are most alike.

    Examples
    --------
    >>> value_at({"rows": [{"b": 1.5}]}, "rows/0/b", "blinding")
    1.5
    """
    here: Any = record
    for part in number.split("/"):
        if isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        elif isinstance(here, Mapping) and part in here:
            here = here[part]
        else:
            there = list(here) if isinstance(here, Mapping) else []
            listed = ", ".join(map(str, there[:30]))
            at = f"; there are: {listed}" if listed else ""
            raise OptionError(
                f"{base!r} has no number {number!r} (stopped at {part!r})."
                f"{_near(part, there)} Give a name in its record in results.json{at}."
            )
    return here


def _effect(graph: Graph, base: str, number: str) -> Named:
    name = base.removeprefix("effect:").split("/")[0]
    if name not in graph.sets:
        raise OptionError(
            f"{base!r} names no contrast set; there are: {', '.join(graph.sets)}. "
            "Write effect:set/trial."
        )
    ids = graph.effect_ids(name)
    if base not in ids:
        raise OptionError(
            f"nothing has the id {base!r}.{_near(base, ids)} The set {name} has: "
            f"{', '.join(ids)}."
        )
    return Named("effect", base, number)


def _near(name: str, names: Any) -> str:
    folded = {str(one).casefold(): str(one) for one in names}
    close = get_close_matches(name.casefold(), folded, n=_PROPOSED, cutoff=_ALIKE)
    if not close:
        return ""
    return f" Did you mean {' or '.join(repr(folded[one]) for one in close)}?"
