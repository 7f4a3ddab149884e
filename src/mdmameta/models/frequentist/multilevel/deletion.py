"""A multilevel model estimated without some of its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.design import Design
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.identified import identified
from mdmameta.models.frequentist.multilevel.maximum import Maximum, climb, highest
from mdmameta.models.frequentist.multilevel.problem import Problem, maximise
from mdmameta.models.frequentist.multilevel.structures import has_searched, paired_term
from mdmameta.models.frequentist.multilevel.terms import Term
from mdmameta.models.inputs import Usable

#: What a model says of a variance or correlation that it had to hold at 0.
LOST = ("level-not-identified", "correlation-not-identified")

#: Structures that know the variance of an inner level from the others.
ALIKE = ("CS", "ID")

#: Structures whose likelihood mostly has one peak. The others have been seen to have
#: more, and are climbed from every start.
SIMPLE = ("level", "CS", "ID", "DIAG")

#: Parameters below this, in standard deviations of the residuals, are begun with
#: at this: from 0 itself no slope leads away.
AWAY = 0.05

#: Log-likelihoods that differ by less, relative to 1 and themselves, are of one peak.
SAME = 1e-9


def without(
    whole: Estimation, rows: NDArray[np.intp], *, reestimate: bool
) -> Estimation:
    """Estimate a model without some of its rows, as after deleting them by hand.

    Parameters
    ----------
    whole
        The model estimated from all rows.
    rows
        Which of them are left out, as positions among those used.
    reestimate
        Whether variances and correlations are estimated anew; else they are
        those of all rows, and the coefficients alone are new.

    Raises
    ------
    ModelError
        When a coefficient, variance or correlation cannot be estimated without
        the rows; with its name.
    """
    kept = np.delete(np.arange(whole.usable.k), rows)
    design = Design(whole.design.X[kept], whole.design.terms)
    _check_coefficients(design)
    terms = tuple(_of_rows(each, kept) for each in whole.problem.terms)
    if reestimate:
        _check_residual_df(design)
        terms = _checked(whole.problem.terms, terms, kept)
    usable = _taken(whole.usable, kept)
    problem = Problem(
        y=usable.y,
        X=design.X,
        v=usable.v,
        V=usable.V,
        terms=terms,
        restricted=whole.problem.restricted,
    )
    found = _maximise_near(problem, whole) if reestimate else _held(problem, whole)
    return Estimation(usable=usable, design=design, problem=problem, maximum=found)


def at_components(whole: Estimation, part: Estimation) -> Estimation:
    """All rows at the variances and correlations that a part of them gave.

    Parameters
    ----------
    whole
        The model estimated from all rows.
    part
        The same model without some of them.

    Raises
    ------
    ModelError
        When the correlation of the part cannot hold between all inner levels.
    """
    found = [
        _as_patterns(term, G)
        for term, (_, G) in zip(whole.problem.terms, part.covariances(), strict=True)
    ]
    c = np.concatenate(found) / whole.problem.unit**2 if found else np.zeros(0)
    return replace(whole, maximum=replace(whole.maximum, c=c))


def _taken(usable: Usable, kept: NDArray[np.intp]) -> Usable:
    return Usable(
        y=usable.y[kept],
        v=usable.v[kept],
        V=None if usable.V is None else usable.V[np.ix_(kept, kept)],
        rows=usable.rows[kept],
        cautions=(),
    )


def _check_coefficients(design: Design) -> None:
    """Refuse columns that the rows left cannot tell apart, and name them."""
    X, (k, p) = design.X, design.X.shape
    scale = np.abs(X).max(axis=0, initial=0.0)
    scaled = X / np.where(scale == 0, 1.0, scale)
    _, values, axes = np.linalg.svd(scaled, full_matrices=k < p)
    least = values.max(initial=0.0) * max(k, p) * np.finfo(float).eps
    rank = int((values > least).sum())
    if rank == p:
        return
    open_ = (np.abs(axes[rank:]) > 1e-8).any(axis=0)
    names = ", ".join(
        name for name, free in zip(design.terms, open_, strict=True) if free
    )
    raise ModelError(f"Without these rows no estimate of coefficients: {names}.")


def _check_residual_df(design: Design) -> None:
    k, p = design.X.shape
    if k <= p:
        raise ModelError(
            f"Without these rows {k} are left for {p} coefficients, and none for "
            "variances."
        )


def _of_rows(term: Term, kept: NDArray[np.intp]) -> Term:
    """Keep the rows, and number the groups that they leave."""
    there, outer = np.unique(term.outer[kept], return_inverse=True)
    labels = tuple(term.labels[code] for code in there)
    return replace(term, outer=outer, labels=labels, inner=term.inner[kept])


def _checked(
    whole: tuple[Term, ...], terms: tuple[Term, ...], kept: NDArray[np.intp]
) -> tuple[Term, ...]:
    """Refuse rows that leave less of the random part to estimate than before."""
    fewer = tuple(_inner_levels_of(each) for each in terms)
    known = {str(caution) for caution in identified(whole)[1]}
    found, cautions = identified(fewer)
    lost = [c for c in cautions if c.code in LOST and str(c) not in known]
    if lost:
        reasons = "; ".join(str(c).partition(";")[0].rstrip(".") for c in lost)
        raise ModelError(f"Without these rows: {reasons}.")
    return found


def _inner_levels_of(term: Term) -> Term:
    """Drop inner levels that no row has any more, where the others tell of them."""
    gone = np.setdiff1d(np.arange(len(term.inner_labels)), term.inner)
    if not gone.size or term.q == 0:
        return term
    if term.kind in ALIKE:
        inner = np.array(term.inner_labels, dtype=object)[term.inner]
        outer = np.array(term.labels, dtype=object)[term.outer]
        return paired_term(term.name, term.kind, inner, outer)
    place = gone if term.kind == "DIAG" else gone * (gone + 3) // 2
    unknown = [term.inner_labels[i] for i in gone[term.Q[place].any(axis=(1, 2))]]
    if unknown:
        raise ModelError(
            f"Without these rows: no variance of {', '.join(unknown)} in {term.name!r}."
        )
    return term


def _held(problem: Problem, whole: Estimation) -> Maximum:
    """Keep the components of all rows."""
    c = whole.maximum.c * (whole.problem.unit / problem.unit) ** 2
    return Maximum(theta=np.zeros(0), c=c, value=np.nan, converged=True, steps=0)


def _maximise_near(problem: Problem, whole: Estimation) -> Maximum:
    """Maximise, knowing where the likelihood of all rows peaks.

    Where the climb from there and those from afar end at one height, that is the
    peak; else the likelihood is climbed from every start too.
    """
    terms = problem.terms
    before = [term.q for term in whole.problem.terms]
    if any(map(has_searched, terms)) or [term.q for term in terms] != before:
        return maximise(problem)
    theta = whole.maximum.theta * (whole.problem.unit / problem.unit)
    near = np.where(np.abs(theta) < AWAY, AWAY, theta)
    surface, starts = problem.surface(terms), problem.starts(terms)
    afar = [1, 0][: _enough(problem)]
    ends = [climb(surface, start) for start in (near, *starts[afar])]
    best = max(ends, key=lambda end: end.value)
    apart = best.value - min(end.value for end in ends)
    if afar and apart <= SAME * (1 + abs(best.value)):
        return best
    rest = highest(surface, np.delete(starts, afar, axis=0))
    return max(best, rest, key=lambda end: end.value)


def _enough(problem: Problem) -> int:
    """Count the starts from afar that tell whether there is one peak; 0 if none do.

    Chosen on thousands of deletions from simulated data: one for the restricted
    likelihood of nested levels, two for other simple structures.
    """
    kinds = {term.kind for term in problem.terms}
    if kinds <= {"level"} and problem.restricted:
        return 1
    return 2 if kinds <= set(SIMPLE) else 0


def _as_patterns(term: Term, G: FloatArray) -> FloatArray:
    """Coefficients by which a term of all rows has the covariance of a part."""
    n = len(term.inner_labels)
    if term.q == 0:
        return np.zeros(len(term.B))
    if term.kind == "CS":
        between = G[0, 1]
        c = np.array([G[0, 0] + (n - 1) * between, G[0, 0] - between])
        if c.min() < 0:
            raise ModelError(
                f"The correlation of {term.name!r} estimated without these rows is too "
                f"low for all {n} inner levels."
            )
        return c
    if term.kind == "ID" or len(term.B) == 1:
        return G[:1, 0]
    lower = np.tril_indices(n)
    return np.diag(G).copy() if term.kind == "DIAG" else G[lower]
