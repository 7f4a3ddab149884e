"""Variances and correlations by name, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.frequentist.multilevel.terms import Term

#: Structures with one variance for all inner levels.
COMMON_VARIANCE = ("CS", "ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One variance or correlation of a model.

    Parameters
    ----------
    name
        As "sigma2[study]", "tau2[AL]" or "rho[AL, PD]".
    term
        Place of its random term.
    places
        Of the inner levels concerned; empty when all are.
    value
        Estimate.
    groups
        Number of groups, or of rows of the inner level.
    """

    name: str
    term: int
    places: tuple[int, ...]
    value: float
    groups: int

    @property
    def correlation(self) -> bool:
        """Whether it is a correlation."""
        return self.name.startswith("rho")


def components_of(of: Estimation) -> list[Component]:
    """Name every variance and correlation, outermost term first.

    Parameters
    ----------
    of
        A model estimated.
    """
    found: list[Component] = []
    paired = sum(term.kind != "level" for term in of.problem.terms) > 1
    for place, (term, G) in enumerate(of.covariances()):
        if term.kind == "level":
            name, groups = f"sigma2[{term.name}]", len(term.labels)
            found.append(_component(name, place, (), G[0, 0], groups))
        else:
            found += _paired(place, term, G, f" of {term.name}" if paired else "")
    return found


def _component(
    name: str, term: int, places: tuple[int, ...], value: float, groups: int
) -> Component:
    return Component(
        name=name, term=term, places=places, value=float(value), groups=groups
    )


def _paired(place: int, term: Term, G: FloatArray, suffix: str) -> list[Component]:
    labels, groups, n = term.inner_labels, len(term.labels), len(term.inner_labels)
    counts = np.bincount(term.inner, minlength=n)
    if term.kind in COMMON_VARIANCE:
        found = [_component(f"tau2{suffix}", place, (), G[0, 0], groups)]
    else:
        found = [
            _component(f"tau2[{labels[a]}]{suffix}", place, (a,), G[a, a], counts[a])
            for a in range(n)
        ]
    if n == 1 or term.kind in ("ID", "DIAG"):
        return found
    if term.kind in ("CS", "HCS"):
        rho = _common_correlation(G)
        return [*found, _component(f"rho{suffix}", place, (), rho, groups)]
    for a in range(n):
        for b in range(a + 1, n):
            name = f"rho[{labels[a]}, {labels[b]}]{suffix}"
            rho = _correlation(G, a, b)
            found.append(_component(name, place, (a, b), rho, groups))
    return found


def _correlation(G: FloatArray, a: int, b: int) -> float:
    scale = float(np.sqrt(G[a, a] * G[b, b]))
    return float(G[a, b]) / scale if scale > 0 else np.nan


def _common_correlation(G: FloatArray) -> float:
    positive = np.flatnonzero(np.diag(G) > 0)
    return _correlation(G, *positive[:2]) if positive.size > 1 else np.nan


def component_table(of: Estimation) -> pd.DataFrame:
    """One row a variance or correlation.

    Parameters
    ----------
    of
        A model estimated.

    Returns
    -------
    pandas.DataFrame
        component, groups, value, and i2, the percent of the total variance of
        a row of typical sampling variance (Cheung 2014; NaN for correlations).

    References
    ----------
    Higgins and Thompson 2002, doi:10.1002/sim.1186; Cheung 2014,
    doi:10.1037/a0032968.
    """
    total = float(of.row_variance.mean())
    rows = []
    for each in components_of(of):
        typical = _total_with(of, each, total) + of.typical_v
        share = np.nan if each.correlation else 100 * each.value / typical
        rows.append((each.name, each.groups, each.value, share))
    return pd.DataFrame(rows, columns=["component", "groups", "value", "i2"])


def _total_with(of: Estimation, component: Component, total: float) -> float:
    """Variance of the true effects of the rows that have the component."""
    if not component.places:
        return total
    inner = of.problem.terms[component.term].inner
    return float(of.row_variance[inner == component.places[0]].mean())
