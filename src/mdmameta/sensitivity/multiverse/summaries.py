"""Tables and quantiles of all specifications, from their store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add

import numpy as np
import pandas as pd

from mdmameta.sensitivity.multiverse.decomposition import decomposition
from mdmameta.sensitivity.multiverse.distribution import quantiles
from mdmameta.sensitivity.multiverse.flips import Counts, Flips
from mdmameta.sensitivity.multiverse.graph import Graph
from mdmameta.sensitivity.multiverse.joint import joint_test
from mdmameta.sensitivity.multiverse.result import Multiverse
from mdmameta.sensitivity.multiverse.store import Store
from mdmameta.sensitivity.multiverse.tally import Tally, columns_of, tally
from mdmameta.sensitivity.multiverse.universe import Universe
from mdmameta.sensitivity.verdicts import Sids

#: Name -> probability of the quantiles that are told.
QUANTILES = {
    "minimum": 0.0,
    "q2.5": 0.025,
    "q25": 0.25,
    "median": 0.5,
    "q75": 0.75,
    "q97.5": 0.975,
    "maximum": 1.0,
}

SHARES_ARE_NO_PROBABILITIES = (
    "Shares of specifications are not probabilities: the specifications were chosen, "
    "not sampled, they use the same trials, and they are not equally credible."
)


def summarised(
    universe: Universe,
    store: Store,
    flips: Flips,
    sids: Sids,
    *,
    seed: int | None,
    digest: str,
) -> Multiverse:
    """Read a finished store and sum it up.

    Parameters
    ----------
    universe, store, flips
        Of a finished run.
    sids
        Smallest important differences, see `check_sids`.
    seed, digest
        Of the run.
    """
    graph, main_id = universe.graph, main_spec(universe.graph)
    centre = float(next(store.blocks()).value[0])
    sign = _side(universe, store, main_id)
    edges = [0.0, *(sign * abs(size) for size, _ in sids.values())]
    found = tally(store.blocks(), graph, main_id, centre, np.array(edges))
    counts = reduce(add, store.counts(), Counts.none(flips))
    return Multiverse(
        label=universe.label,
        graph=graph,
        specifications=found.n,
        main={"spec_id": main_id, **found.main, "options": dict(graph.main)},
        quantiles=_quantiles(store, found.n),
        parts={
            "beyond": _beyond(found, edges, sids, sign),
            "decomposition": decomposition(found, graph),
            "options": _options(found, graph),
            "rules": _rules(graph),
        },
        joint=joint_test(counts, flips, seed),
        measure=universe.measure,
        direction=universe.direction,
        seed=seed,
        digest=digest,
        notes=(SHARES_ARE_NO_PROBABILITIES, *universe.notes),
        store=store,
    )


def main_spec(graph: Graph) -> int:
    """spec_id of the main analysis."""
    codes = [
        graph.code(choice.name, graph.main[choice.name]) for choice in graph.choices
    ]
    return int(graph.spec_ids(np.array([codes], dtype=np.int16))[0])


def _side(universe: Universe, store: Store, main_id: int) -> float:
    """Side of benefit: that of the direction, else of the main estimate."""
    if universe.direction is not None:
        return 1.0 if universe.direction == "higher" else -1.0
    for block in store.blocks():
        at = np.flatnonzero(block.spec_id == main_id)
        if at.size:
            return float(np.copysign(1.0, block.value[at[0]]))
    return 1.0


def _quantiles(store: Store, n: int) -> dict[str, float]:
    """Quantiles of the n estimates of a store, by their names."""
    told = quantiles(
        lambda: (block.value for block in store.blocks()), n, list(QUANTILES.values())
    )
    return dict(zip(QUANTILES, told, strict=True))


def _beyond(
    found: Tally, edges: list[float], sids: Mapping[str, tuple[float, str]], sign: float
) -> pd.DataFrame:
    """Count intervals wholly on the side of benefit, or of harm, of thresholds."""
    benefit = found.above if sign > 0 else found.below
    harm = found.below if sign > 0 else found.above
    rows = [
        ("zero, either side", 0.0, "", int(benefit[0] + harm[0])),
        ("zero, towards benefit", 0.0, "", int(benefit[0])),
        ("zero, towards harm", 0.0, "", int(harm[0])),
    ]
    for i, (name, (_, source)) in enumerate(sids.items(), start=1):
        rows.append((name, edges[i], source, int(benefit[i])))
    table = pd.DataFrame(rows, columns=["threshold", "value", "source", "count"])
    return table.assign(share=table["count"] / found.n)


def _options(found: Tally, graph: Graph) -> pd.DataFrame:
    times = np.diag(found.gram)
    rows = []
    for choice, place in zip(graph.choices, columns_of(graph), strict=True):
        for option, c in zip(
            choice.options, range(place.start, place.stop), strict=True
        ):
            n = times[c]
            mean = found.centre + found.sums[c] / n if n else np.nan
            share = found.excluding[c] / n if n else np.nan
            main = graph.main[choice.name] == option.name
            words = (choice.name, choice.title, option.name, option.defence)
            rows.append((*words, main, int(n), mean, share))
    columns = ["choice", "title", "option", "defence", "main", "specifications"]
    return pd.DataFrame(rows, columns=[*columns, "mean", "share_excludes_zero"])


def _rules(graph: Graph) -> pd.DataFrame:
    rows = [
        (
            rule.name,
            rule.reason,
            "; ".join(f"{c}: {' or '.join(o)}" for c, o in rule.when.items()),
        )
        for rule in graph.rules
    ]
    return pd.DataFrame(rows, columns=["rule", "reason", "rules_out"])
