"""Variances that the rows cannot tell, held at 0 before anything is estimated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mdmameta.models.caution import Caution
from mdmameta.models.frequentist.multilevel.structures import (
    without_correlation,
    without_inner_level,
)
from mdmameta.models.frequentist.multilevel.terms import Term

#: Below this many groups a variance between them is little better than a guess
#: (Gelman and Hill 2007, section 12.9).
FEW_GROUPS = 5


def identified(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], list[Caution]]:
    """Hold at 0 what cannot be estimated, as metafor does, and say so.

    That is a level with one group (of CS and ID only the correlation), a level
    whose groups are those of the next one, the correlation of inner levels that
    never meet, and the variance of an inner level of one group.

    Parameters
    ----------
    terms
        Random terms, outermost level first.
    """
    found, said = [], []
    for place, term in enumerate(terms):
        kept, cautions = _one(term, terms[place + 1 :])
        found.append(kept)
        said += cautions
    return tuple(found), said


def nothing(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Hold everything at 0.

    Parameters
    ----------
    terms
        Random terms.
    """
    return tuple(_held(term) for term in terms)


def _held(term: Term) -> Term:
    return replace(term, Q=np.zeros((len(term.B), 1, 1)))


def _one(term: Term, inside: tuple[Term, ...]) -> tuple[Term, list[Caution]]:
    groups = len(term.labels)
    if groups == 1 and term.outer.size > 1:
        return _alone(term)
    if term.kind != "level":
        return _paired(term)
    for other in inside:
        if other.kind == "level" and len(other.labels) == groups:
            return _held(term), [_inseparable(term, other)]
    return term, _few(term)


def _alone(term: Term) -> tuple[Term, list[Caution]]:
    """Keep what one group tells: the spread of its inner levels, if it is one."""
    if term.kind not in ("CS", "ID") or len(term.inner_labels) < 2:
        return _held(term), [_single(term)]
    if term.kind == "ID":
        return term, _few(term)
    caution = Caution(
        "correlation-not-identified",
        f"All rows are of one group at {term.name!r}, so the correlation of its inner "
        "levels cannot be estimated; it is held at 0. Use structure 'ID'.",
    )
    return without_correlation(term), [caution]


def _paired(term: Term) -> tuple[Term, list[Caution]]:
    said = _few(term)
    if term.kind in ("CS", "HCS", "UN") and not _meetings(term).any():
        term, caution = without_correlation(term), _apart(term)
        said.append(caution)
    if term.kind in ("DIAG", "HCS", "UN"):
        groups = _occurs(term).sum(axis=0)
        for place in np.flatnonzero(groups == 1)[::-1]:
            said.append(_lone(term, int(place)))
            term = without_inner_level(term, int(place))
    if term.kind == "UN" and not _meetings(term)[_pairs_of(term)].all():
        said.append(_some_apart(term))
    return term, said


def _meetings(term: Term) -> np.ndarray:
    """Which two different inner levels occur in one group."""
    there = _occurs(term)
    meet: np.ndarray = there.T @ there > 0
    np.fill_diagonal(meet, False)
    return meet


def _occurs(term: Term) -> np.ndarray:
    """Which inner levels occur in which group, as 0 and 1, (groups, n)."""
    there = np.zeros((len(term.labels), len(term.inner_labels)))
    there[term.outer, term.inner] = 1.0
    return there


def _pairs_of(term: Term) -> tuple[np.ndarray, np.ndarray]:
    return np.tril_indices(len(term.inner_labels), -1)


def _few(term: Term) -> list[Caution]:
    groups = len(term.labels)
    if groups >= FEW_GROUPS or groups == term.outer.size:
        return []
    return [
        Caution(
            "few-groups",
            f"Only {groups} groups at {term.name!r}: the variance between them is "
            "hardly estimated; see its profile interval.",
        )
    ]


def _single(term: Term) -> Caution:
    return Caution(
        "level-not-identified",
        f"All rows are of one group at {term.name!r}, so a variance between groups "
        "cannot be estimated; it is held at 0. Leave the level out.",
    )


def _inseparable(term: Term, other: Term) -> Caution:
    return Caution(
        "level-not-identified",
        f"The groups at {term.name!r} are those at {other.name!r}, so their "
        f"variances cannot be told apart; that at {term.name!r} is held at 0 and "
        f"{other.name!r} has both. Leave one of them out.",
    )


def _apart(term: Term) -> Caution:
    return Caution(
        "correlation-not-identified",
        f"No group of {term.name!r} has two inner levels, so their correlation "
        "cannot be estimated; it is held at 0. Use structure 'ID' or 'DIAG'.",
    )


def _some_apart(term: Term) -> Caution:
    a, b = _pairs_of(term)
    meet = _meetings(term)
    names = ", ".join(
        f"{term.inner_labels[j]} and {term.inner_labels[i]}"
        for i, j in zip(a, b, strict=True)
        if not meet[i, j]
    )
    return Caution(
        "correlation-not-identified",
        f"Inner levels of {term.name!r} that never occur in one group ({names}): "
        "their correlation rests on the others or on nothing.",
    )


def _lone(term: Term, place: int) -> Caution:
    return Caution(
        "level-not-identified",
        f"Inner level {term.inner_labels[place]!r} of {term.name!r} is of one group "
        "alone, so its variance cannot be estimated; it is held at 0.",
    )
