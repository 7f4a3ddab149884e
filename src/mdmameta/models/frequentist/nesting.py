"""Whether the random effects of one model are a special case of another's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.location_scale import LocationScaleFit
from mdmameta.models.frequentist.multilevel import MultilevelFit
from mdmameta.models.frequentist.multilevel.structures import level_term
from mdmameta.models.frequentist.multilevel.terms import Term


def check_random_effects(full: Fit, reduced: Fit) -> None:
    """Reject models whose random effects are not nested.

    Every covariance of true effects that the second model can have must be
    one that the first can have too. Each is a sum of patterns over pairs of
    rows (same study, same outcome in the same study, …), so the patterns of
    the second must be combinations of those of the first.

    Parameters
    ----------
    full, reduced
        Fits of the same rows.

    Raises
    ------
    ModelError
        When sampling variances differ, or with the random effects of the
        second model that the first does not have.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import CommonEffect, RandomEffects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> mean, random = CommonEffect().fit(effects), RandomEffects("ML").fit(effects)
    >>> check_random_effects(random, mean)
    >>> check_random_effects(mean, random)
    Traceback (most recent call last):
        ...
    mdmameta.errors.ModelError: the models are not nested: the second has random effects of each row, of which those of the first (none) are no general case.
    """  # noqa: E501
    _check_sampling(full, reduced)
    if any(isinstance(fit, LocationScaleFit) for fit in (full, reduced)):
        _check_scales(full, reduced)
        return
    many, few = _terms(full), _terms(reduced)
    offset = _fixed(reduced) - _fixed(full)
    whole = [] if offset == 0 else [_each_row(reduced.k)]
    if not whole and all(any(term is other for other in many) for term in few):
        return  # what one has, or none, is a special case
    tables = _patterns([*many, *few, *whole])
    span = np.column_stack([np.zeros((len(tables[0]), 1)), *tables[: len(many)]])
    rank = np.linalg.matrix_rank(span)
    foreign = [
        term.name
        for term, table in zip([*few, *whole], tables[len(many) :], strict=True)
        if np.linalg.matrix_rank(np.column_stack([span, table])) > rank
    ]
    if foreign:
        there = ", ".join(term.name for term in many) or "none"
        raise ModelError(
            f"the models are not nested: the second has random effects of "
            f"{', '.join(foreign)}, of which those of the first ({there}) are no "
            "general case."
        )


def _check_scales(full: Fit, reduced: Fit) -> None:
    """Refuse a model whose log τ² is not a special case of the other's."""
    many, few = _scale_of(full), _scale_of(reduced)
    if many is None or few is None:
        raise ModelError(
            "a model of location and scale is not nested with a multilevel or "
            "multivariate model, nor with one whose tau2 is fixed in advance."
        )
    rank = np.linalg.matrix_rank(np.column_stack([many, few]))
    if rank > many.shape[1]:
        raise ModelError(
            "the models are not nested: the moderators of log tau2 of the second are "
            "not all among those of the first, or combinations of them."
        )


def _scale_of(fit: Fit) -> FloatArray | None:
    """Columns of log τ², shape (k, q), none where τ² is 0; None where it has none."""
    if isinstance(fit, LocationScaleFit):
        return fit.problem.Z
    if isinstance(fit, MultilevelFit) or _fixed(fit):
        return None
    return np.ones((fit.k, len(_terms(fit))))


def _check_sampling(full: Fit, reduced: Fit) -> None:
    if not np.array_equal(_sampling(full), _sampling(reduced)):
        raise ModelError(
            "the models were fitted to effects whose sampling variances or covariances "
            "are not the same; fit both to the same effects."
        )


def _sampling(fit: Fit) -> FloatArray:
    """Variances of the rows used, shape (k,), or their covariance, (k, k)."""
    V, used = fit.effects.covariance, fit.used
    variances: FloatArray = fit.effects.v[used] if V is None else V[np.ix_(used, used)]
    return variances


def _terms(fit: Fit) -> list[Term]:
    if isinstance(fit, MultilevelFit):
        return list(fit.estimation.problem.terms)
    free = isinstance(getattr(fit.model, "tau2", 0.0), str)
    return [_each_row(fit.k)] if free else []


@lru_cache(maxsize=16)
def _each_row(k: int) -> Term:
    return level_term("each row", [np.arange(k)])


def _fixed(fit: Fit) -> float:
    """Variance of each row that is fixed in advance."""
    tau2: Any = getattr(fit.model, "tau2", 0.0)
    return 0.0 if isinstance(tau2, str) else float(tau2)


def _patterns(terms: list[Term]) -> list[FloatArray]:
    """Values of each term's patterns at the distinct kinds of pairs of rows."""
    i, j = np.tril_indices(terms[0].outer.size)
    kinds = np.column_stack([_kinds(term, i, j) for term in terms])
    distinct = np.unique(kinds, axis=0)
    tables = []
    for term, kind in zip(terms, distinct.T, strict=True):
        flat = term.B.reshape(len(term.B), -1).T
        tables.append(np.where(kind[:, None] < 0, 0.0, flat[np.maximum(kind, 0)]))
    return tables


def _kinds(term: Term, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Place in a term's patterns of each pair of rows, −1 in different groups."""
    place = term.inner[i] * term.B.shape[1] + term.inner[j]
    return np.where(term.outer[i] == term.outer[j], place, -1)
