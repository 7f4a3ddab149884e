"""Covariance structures of random effects, free or with one parameter held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.levels import codes_of, nested_codes
from mdmameta.models.frequentist.multilevel.terms import (
    Term,
    pair_patterns,
    pairs,
    products,
    squares,
)

#: Structures of the covariance between the inner levels, metafor's codes.
CovarianceStructure = Literal["CS", "HCS", "UN", "ID", "DIAG"]

#: A correlation is kept this far from ±1 while it is searched for.
EDGE = 1e-10


def level_term(name: str, columns: list[NDArray[Any]]) -> Term:
    """Random effect of each group of a nested level.

    Parameters
    ----------
    name
        Of the level, as "study/effect".
    columns
        Labels on this level and those around it, outermost first, (k,) each.
    """
    codes, labels = nested_codes(columns)
    return Term(
        name=name,
        kind="level",
        outer=codes,
        inner=np.zeros_like(codes),
        labels=labels,
        inner_labels=(),
        B=np.ones((1, 1, 1)),
        Q=squares(np.ones((1, 1))),
    )


def paired_term(name: str, kind: str, inner: NDArray[Any], outer: NDArray[Any]) -> Term:
    """Correlated random effects of the inner levels within each outer group.

    Parameters
    ----------
    name
        As "outcome | study".
    kind
        One of `CovarianceStructure`.
    inner, outer
        Labels, shape (k,) each.
    """
    codes, labels = codes_of(outer)
    places, inner_labels = codes_of(inner)
    B, Q = _forms(kind, len(inner_labels))
    return Term(
        name=name,
        kind=kind,
        outer=codes,
        inner=places,
        labels=labels,
        inner_labels=inner_labels,
        B=B,
        Q=Q,
    )


def _forms(kind: str, n: int) -> tuple[FloatArray, FloatArray]:
    if kind == "ID":
        return np.eye(n)[None], squares(np.ones((1, 1)))
    if kind == "DIAG":
        return np.array([np.diag(row) for row in np.eye(n)]), squares(np.eye(n))
    if kind == "CS":
        mean = np.full((n, n), 1 / n)
        return np.array([mean, np.eye(n) - mean]), squares(np.eye(2))
    # Two levels have one correlation anyway, so HCS is UN.
    rows = _scaled_rows(np.eye(n)) if searched(kind, n) else _cholesky_rows(n)
    return pair_patterns(n), products(rows)


def searched(kind: str, n: int) -> bool:
    """Tell whether the correlation is searched for, being no quadratic form.

    Parameters
    ----------
    kind, n
        Structure and number of inner levels.

    Examples
    --------
    >>> searched("HCS", 2), searched("HCS", 3)
    (False, True)
    """
    return kind == "HCS" and n > 2


def has_searched(term: Term) -> bool:
    """Tell whether a term has a correlation that is searched for.

    HCS has none where fewer than two of its variances may differ from 0.

    Parameters
    ----------
    term
        Of any kind.

    Examples
    --------
    >>> rows = np.array(["a", "b", "c"], dtype=object)
    >>> term = paired_term("x", "HCS", rows, rows)
    >>> has_searched(term), has_searched(without_inner_level(term, 0))
    (True, True)
    """
    if not searched(term.kind, len(term.inner_labels)):
        return False
    return int(_free(term).sum()) > 1


def _cholesky_rows(n: int) -> FloatArray:
    rows = np.zeros((n, n, 1 + n * (n + 1) // 2))
    for place, (a, b) in enumerate(pairs(n)):
        rows[a, b, 1 + place] = 1.0
    return rows


def _scaled_rows(factor: FloatArray) -> FloatArray:
    """L = diag(θ) · factor."""
    n = len(factor)
    rows = np.zeros((n, n, 1 + n))
    for a in range(n):
        rows[a, :, 1 + a] = factor[a]
    return rows


def correlation_bounds(term: Term) -> tuple[float, float]:
    """Range of the one correlation of CS and HCS between n inner levels.

    Inner levels of HCS whose variance is held at 0 do not count.

    Examples
    --------
    >>> one = np.array(["a", "b", "c"], dtype=object)
    >>> correlation_bounds(paired_term("x", "CS", one, one))
    (-0.5, 1.0)
    """
    n = len(term.inner_labels) if term.kind == "CS" else int(_free(term).sum())
    return -1 / max(n - 1, 1), 1.0


def with_correlation(term: Term, rho: float) -> Term:
    """Hold the correlation of CS or HCS, or that of UN's two levels, at a value.

    Parameters
    ----------
    term
        With a correlation.
    rho
        Its value.
    """
    n = len(term.inner_labels)
    if term.kind == "CS":
        scales = np.array([[1 + (n - 1) * rho], [1 - rho]])
        return replace(term, Q=squares(scales))
    free = _free(term)
    m = int(free.sum())
    values, axes = np.linalg.eigh(np.full((m, m), rho) + (1 - rho) * np.eye(m))
    half = np.zeros((n, n))
    half[np.ix_(free, free)] = axes * np.sqrt(np.maximum(values, 0.0))
    rows = np.delete(_scaled_rows(half), 1 + np.flatnonzero(~free), 2)
    return replace(term, Q=products(rows), positive=tuple(range(m)))


def _free(term: Term) -> NDArray[np.bool_]:
    """Which inner levels of HCS or UN may have a variance."""
    variances = np.array([a == b for a, b in pairs(len(term.inner_labels))])
    return np.asarray(term.Q[variances].any(axis=(1, 2)), dtype=bool)


def without_correlation(term: Term) -> Term:
    """Hold every correlation of the term at 0.

    Parameters
    ----------
    term
        A structure that has correlations.
    """
    kind = "ID" if term.kind == "CS" else "DIAG"
    B, Q = _forms(kind, len(term.inner_labels))
    return replace(term, kind=kind, B=B, Q=Q)


def without_inner_level(term: Term, place: int) -> Term:
    """Hold the variance of one inner level of DIAG, HCS or UN at 0.

    Parameters
    ----------
    term
        Of which every other variance stays free.
    place
        Of the inner level.
    """
    n = len(term.inner_labels)
    if term.kind == "DIAG":
        touched = np.arange(n) == place
    else:
        touched = np.array([place in pair for pair in pairs(n)])
    Q = np.where(touched[:, None, None], 0.0, term.Q)
    used = np.asarray(Q.any(axis=(0, 1)), dtype=bool).reshape(-1)
    used[0] = True
    return replace(term, Q=Q[:, used][:, :, used])


def pair_first(term: Term, a: int, b: int) -> Term:
    """Order the inner levels of UN so that two of them come first.

    Parameters
    ----------
    term
        Of the structure UN.
    a, b
        Places of the two.
    """
    n = len(term.inner_labels)
    order = [a, b, *(i for i in range(n) if i not in (a, b))]
    order = list(dict.fromkeys(order))
    place = np.empty(n, dtype=np.intp)
    place[order] = np.arange(n)
    labels = tuple(term.inner_labels[i] for i in order)
    return replace(term, inner=place[term.inner], inner_labels=labels)


def with_first_correlation(term: Term, rho: float) -> Term:
    """Hold the correlation of the first two inner levels of UN.

    Parameters
    ----------
    term
        Of the structure UN.
    rho
        The correlation.
    """
    n = len(term.inner_labels)
    rows = _cholesky_rows(n)
    rows[1, 0], rows[1, 1, 2] = 0.0, 0.0
    rows[1, 0, 2], rows[1, 1, 2] = rho, np.sqrt(max(1 - rho**2, 0.0))
    return replace(term, Q=products(np.delete(rows, 3, axis=2)), positive=(0, 1))


def with_variance(term: Term, place: int, value: float) -> Term:
    """Hold one variance of a term at a value.

    Parameters
    ----------
    term
        A level, ID or DIAG; UN with that level first, or HCS with its
        correlation held.
    place
        Of the parameter whose square is the variance.
    value
        At least 0.
    """
    Q, root = term.Q, np.sqrt(value)
    at = 1 + place
    held = np.delete(np.delete(Q, at, axis=1), at, axis=2)
    held[:, 0, 0] += Q[:, at, at] * value
    held[:, 0, 1:] += np.delete(Q[:, at, 1:], place, axis=1) * root
    held[:, 1:, 0] += np.delete(Q[:, 1:, at], place, axis=1) * root
    held[:, 0, 0] += 2 * Q[:, 0, at] * root
    signs = tuple(i - (i > place) for i in term.positive if i != place)
    return replace(term, Q=held, positive=signs)
