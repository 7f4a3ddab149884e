"""How much of the variance of the estimates goes with each choice."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.sensitivity.multiverse.graph import Graph
from mdmameta.sensitivity.multiverse.tally import Tally, columns_of

#: Choices up to which every order of entry is averaged over: 2¹⁴ regressions
#: take a second or so. With more, they enter in the order of the graph.
MOST_CHOICES = 14

#: A contrast of options with less than this part of their sum of squares left is
#: determined by the choices before it.
DETERMINED = 1e-9


def decomposition(found: Tally, graph: Graph) -> pd.DataFrame:
    """Analysis of variance of the estimates by main effects of the choices.

    Rules make the design unbalanced, so that the sum of squares of a choice
    depends on which others entered before it. It is averaged over every order
    of entry (Lindeman, Merenda and Gold's, which are Shapley's values): these
    add up, and are the ordinary sums of squares where the design is balanced.

    Parameters
    ----------
    found
        Sums over all specifications.
    graph
        Their choices.

    Returns
    -------
    pandas.DataFrame
        choice, title, options (used), df, sum_of_squares, share (of the total),
        share_alone (entered first) and share_last (entered last); a row for
        every choice that varies, then "interactions": what main effects leave.

    References
    ----------
    Grömping 2007, doi:10.1198/000313007X188252.
    """
    matrix, groups = _centred(found, graph)
    names = list(groups)
    explained = _explained(matrix, [groups[name] for name in names])
    total = float(matrix[-1, -1])
    rows = []
    for i, name in enumerate(names):
        average, alone, last = _gains(explained, i, len(names))
        used = len(groups[name])
        rows.append(
            (
                *(name, graph[name].title, used, used - 1, average),
                *(x / total if total > 0 else np.nan for x in (average, alone, last)),
            )
        )
    rest = total - explained[2 ** len(names) - 1]
    share = rest / total if total > 0 else np.nan
    rows.append(
        ("interactions", "Interactions", 0, np.nan, rest, share, np.nan, np.nan)
    )
    columns = ["choice", "title", "options", "df", "sum_of_squares"]
    return pd.DataFrame(rows, columns=[*columns, "share", "share_alone", "share_last"])


def _centred(found: Tally, graph: Graph) -> tuple[FloatArray, dict[str, list[int]]]:
    """Cross-products about the mean, and the columns of each choice that varies."""
    times = np.diag(found.gram)
    size = times.size
    matrix = np.empty((size + 1, size + 1))
    matrix[:size, :size] = found.gram - np.outer(times, times) / found.n
    matrix[:size, size] = found.sums - times * found.total / found.n
    matrix[size, :size] = matrix[:size, size]
    matrix[size, size] = max(0.0, found.squares - found.total**2 / found.n)
    groups = {}
    for choice, place in zip(graph.choices, columns_of(graph), strict=True):
        used = [c for c in range(place.start, place.stop) if times[c] > 0]
        if len(used) > 1:
            groups[choice.name] = used
    return matrix, groups


def _explained(matrix: FloatArray, groups: list[list[int]]) -> dict[int, float]:
    """Sum of squares explained by each subset of the groups, by bit mask."""
    floor = DETERMINED * np.diag(matrix)
    total = matrix[-1, -1]
    if len(groups) <= MOST_CHOICES:
        return dict(_subsets(matrix, groups, floor, total))
    found, mask = {0: 0.0}, 0
    for i, group in enumerate(groups):
        matrix, mask = _swept(matrix, group, floor), mask | 1 << i
        found[mask] = float(total - matrix[-1, -1])
    return found


def _subsets(
    matrix: FloatArray,
    groups: list[list[int]],
    floor: FloatArray,
    total: float,
    level: int = 0,
    mask: int = 0,
) -> Iterator[tuple[int, float]]:
    if level == len(groups):
        yield mask, float(total - matrix[-1, -1])
        return
    yield from _subsets(matrix, groups, floor, total, level + 1, mask)
    matrix = _swept(matrix, groups[level], floor)
    yield from _subsets(matrix, groups, floor, total, level + 1, mask | 1 << level)


def _swept(matrix: FloatArray, group: list[int], floor: FloatArray) -> FloatArray:
    """Take the columns of a group out of all the others."""
    lam, U = np.linalg.eigh(matrix[np.ix_(group, group)])
    free = lam > floor[group].max()
    if not free.any():
        return matrix
    half = matrix[:, group] @ (U[:, free] / np.sqrt(lam[free]))
    swept: FloatArray = matrix - half @ half.T
    return swept


def _gains(explained: dict[int, float], i: int, n: int) -> tuple[float, float, float]:
    """Gain by choice i: averaged over orders, entered first, entered last."""
    bit, everything = 1 << i, 2**n - 1
    if len(explained) < 2**n:
        before = bit - 1
        return explained[before | bit] - explained[before], np.nan, np.nan
    average = 0.0
    for mask in range(2**n):
        if not mask & bit:
            s = mask.bit_count()
            weight = factorial(s) * factorial(n - s - 1) / factorial(n)
            average += weight * (explained[mask | bit] - explained[mask])
    last = explained[everything] - explained[everything ^ bit]
    return average, explained[bit], last
