"""Rows of a study combined into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.provenance import Provenance
from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc_arguments import labels
from mdmameta.errors import EffectsError
from mdmameta.records.status import weakest
from mdmameta.schema.column import STATUS


def aggregate(
    effects: Effects, cluster: str | Sequence[Any] = "study", *, weighted: bool = True
) -> Effects:
    """Combine the rows of each cluster into one, with its variance by V.

    Parameters
    ----------
    effects
        With their covariances, as `with_covariance` gives them; without, the
        rows of a cluster count as independent. Rows with a missing value are
        left out.
    cluster
        "study" by default, for the effects' studies; the name of a moderator;
        or k labels.
    weighted
        By default the mean of least variance, 1ᵀV⁻¹y / 1ᵀV⁻¹1, with variance
        1 / 1ᵀV⁻¹1; a weight may be negative where rows correlate strongly and
        their variances differ. False for the plain mean, with its variance.

    Returns
    -------
    Effects
        One row a cluster, in order of first appearance, named by it. A
        numeric moderator is averaged; another keeps the value that its rows
        agree on, and is missing where they differ. V remains where clusters
        are correlated.

    Raises
    ------
    EffectsError
        When the cluster is unknown or missing, or no row is left.

    Notes
    -----
    metafor's ``aggregate`` with a V, or with ``struct="CS"`` after
    ``with_covariance(effects, cluster, rho=...)``, "CAR" after ``time1=...,
    phi=...`` and "ID" without.

    References
    ----------
    Gleser and Olkin 2009, chapter 19 of the Handbook of Research Synthesis and
    Meta-Analysis, second edition.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.0, 0.4, 1.0], V=[[1, 0.5, 0], [0.5, 1, 0], [0, 0, 2]],
    ...     study=["a", "a", "b"])
    >>> combined = aggregate(effects)
    >>> combined.study.tolist(), combined.y.round(9), combined.v.round(9)
    (['a', 'b'], array([0.2, 1. ]), array([0.75, 2.  ]))
    """
    complete = np.isfinite(effects.y) & np.isfinite(effects.v)
    if not complete.any():
        raise EffectsError(
            f"none of {effects.k} rows has both an effect and a finite variance, so "
            "nothing is left to combine. Look at to_frame() of the effects."
        )
    kept, by = effects.take(complete), _labels(effects, cluster)[complete]
    codes, names = pd.factorize(by)
    A = np.zeros((len(names), kept.k))
    for i in range(len(names)):
        rows = np.flatnonzero(codes == i)
        A[i, rows] = _weights(kept.V[np.ix_(rows, rows)], weighted)
    V = A @ kept.V @ A.T
    apart = np.abs(V - np.diag(np.diag(V))).max() > 0
    errors = {"V": V} if apart else {"v": np.diag(V)}
    return Effects.from_arrays(
        A @ kept.y,
        **errors,
        study=[str(name) for name in names],
        moderators=_moderators(kept.frame, codes),
        label=effects.label,
        measure=effects.measure,
        direction=effects.direction,
        provenance=[
            _origin([kept.provenance[j] for j in np.flatnonzero(codes == i)])
            for i in range(len(names) if kept.provenance else 0)
        ],
        shared_controls=_shared(kept.shared_controls, codes),
        caveats=effects.caveats,
    )


def _labels(effects: Effects, cluster: str | Sequence[Any]) -> NDArray[np.object_]:
    values: Any = cluster
    if isinstance(cluster, str):
        if cluster not in (*effects.frame.columns, "study"):
            there = ", ".join(map(repr, ("study", *effects.frame.columns)))
            raise EffectsError(f"cluster={cluster!r} is not among {there}.")
        found = cluster in effects.frame.columns
        values = effects.frame[cluster] if found else effects.study
    return labels("cluster", values, effects.k)


def _weights(V: FloatArray, weighted: bool) -> FloatArray:
    one = np.ones(len(V))
    raw = np.linalg.solve(V, one) if weighted else one
    share: FloatArray = raw / raw.sum()
    return share


def _moderators(frame: pd.DataFrame, codes: NDArray[np.intp]) -> pd.DataFrame | None:
    if not frame.shape[1]:
        return None
    columns = {}
    for name in frame:
        column = frame[name]
        groups = column.groupby(codes)
        if pd.api.types.is_numeric_dtype(column):
            columns[name] = groups.mean()
        else:
            columns[name] = groups.agg(_agreed)
    return pd.DataFrame(columns).reset_index(drop=True)


def _agreed(values: pd.Series[Any]) -> Any:
    unique = values.dropna().unique()
    return unique[0] if len(unique) == 1 else None


def _shared(
    groups: tuple[tuple[int, ...], ...], codes: NDArray[np.intp]
) -> list[tuple[int, ...]]:
    kept = [tuple(sorted({int(codes[row]) for row in group})) for group in groups]
    return [group for group in kept if len(group) > 1]


def _origin(parts: list[Provenance]) -> Provenance:
    if len(parts) == 1:
        return parts[0]
    return Provenance(
        rows=_distinct(row for part in parts for row in part.rows),
        sources=_distinct(source for part in parts for source in part.sources),
        verification=weakest(part.verification for part in parts),
        notes=(
            *_distinct(note for part in parts for note in part.notes),
            f"{len(parts)} rows of one cluster combined",
        ),
        source_status=_worst([part.source_status for part in parts]),
    )


def _distinct(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _worst(found: list[str]) -> str:
    return max((each for each in found if each in STATUS), key=STATUS.index, default="")
