"""Covariance of the sampling errors of effects of one study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.effects.correlation import Layout, Rho, correlation_of
from mdmameta.effects.positive_definite import (
    LEAST_EIGENVALUE,
    nearest_correlation,
    smallest_eigenvalue,
)
from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc_arguments import (
    labels,
    layout_of,
    listed_correlations,
    numbers,
)
from mdmameta.errors import EffectsError

#: Arguments of `sampling_covariance` that may name a moderator.
COLUMNS = ("subgroup", "obs", "type", "time1", "time2", "grp1", "grp2", "w1", "w2")
NAMES = (*COLUMNS, "rho", "phi", "rvars")


def sampling_covariance(
    v: ArrayLike,
    cluster: Sequence[Any],
    *,
    subgroup: Sequence[Any] | None = None,
    obs: Sequence[Any] | None = None,
    type: Sequence[Any] | None = None,
    time1: ArrayLike | None = None,
    time2: ArrayLike | None = None,
    grp1: Sequence[Any] | None = None,
    grp2: Sequence[Any] | None = None,
    w1: ArrayLike | None = None,
    w2: ArrayLike | None = None,
    rho: Rho | tuple[Rho, Rho] | None = None,
    phi: float | None = None,
    rvars: ArrayLike | None = None,
    nearest: bool = False,
) -> FloatArray:
    """Construct the covariance matrix V of effects that share people.

    Rows of different clusters are independent. Within one, the covariance is
    the product of the standard errors and a correlation that follows from
    what the two rows share.

    Parameters
    ----------
    v
        Sampling variances, shape (k,).
    cluster
        Label of the study, or whatever shares people, of each row.
    subgroup
        Groups of other people within a cluster: independent of each other.
    obs
        Instruments, or other observations, of one construct: ``rho`` between
        different ones. With ``rho`` and none of the other columns, every row
        is an observation of its own.
    type
        Constructs: ``rho`` between different ones.
    time1, time2
        Time at which the first and the second group were measured, in any
        unit; ``phi`` to the power of the time between two rows. ``time2`` is
        ``time1`` by default.
    grp1, grp2
        Labels of the two groups compared. Rows with a group in common
        correlate by its share of their variances (shared arms); rows
        without do not.
    w1, w2
        Sizes of the groups, or other inverse variances; equal by default.
    rho
        Correlation, a number or a frame with the labels as index and columns;
        with both ``obs`` and ``type`` a pair: between observations of one
        construct, and between constructs.
    phi
        Correlation of times one unit apart, 0 to 1.
    rvars
        Instead of all these: covariances, or correlations when v is those of
        rows themselves, one row an effect; its first n columns belong to the
        n rows of its cluster, shape (k, largest n). Of symmetric pairs the
        lower entry counts.
    nearest
        Replace correlations that cannot be together by the nearest that can
        (Higham), instead of an error.

    Returns
    -------
    numpy.ndarray
        V, shape (k, k), with v on its diagonal.

    Raises
    ------
    EffectsError
        For arguments that do not fit together, and for a matrix that is not
        positive definite: with the cluster and the smallest eigenvalue of
        its correlations.

    Notes
    -----
    Arguments are those of metafor's ``vcalc``, whose ``vi``, ``nearpd`` and
    warning are ``v``, ``nearest`` and an error here.

    References
    ----------
    Gleser and Olkin 2009, chapter 19 of the Handbook of Research Synthesis and
    Meta-Analysis, second edition; Higham 2002, doi:10.1093/imanum/22.3.329.

    Examples
    --------
    >>> sampling_covariance([1.0, 4.0, 1.0], ["a", "a", "b"], rho=0.5)
    array([[1., 1., 0.],
           [1., 4., 0.],
           [0., 0., 1.]])
    """
    v_ = numbers("v", v, np.size(v), positive=True)
    clusters = labels("cluster", cluster, v_.size)
    people = clusters if subgroup is None else labels("subgroup", subgroup, v_.size)
    given = {"obs": obs, "type": type, "time1": time1, "time2": time2, "grp1": grp1}
    given |= {"grp2": grp2, "w1": w1, "w2": w2, "rho": rho, "phi": phi}
    if rvars is not None and any(value is not None for value in given.values()):
        twice = ", ".join(name for name, value in given.items() if value is not None)
        raise EffectsError(
            f"rvars is given with {twice}, of which it takes the place; give either."
        )
    listed = None if rvars is None else np.asarray(rvars, dtype=float)
    layout = Layout() if rvars is not None else layout_of(v_.size, given)
    V, sd = np.diag(v_), np.sqrt(v_)
    for name in pd.unique(clusters):
        rows = np.flatnonzero(clusters == name)
        if listed is None:
            R = correlation_of(layout, rows)
        else:
            R = listed_correlations(v_, rows, listed)
        R = np.where(people[rows][:, None] == people[rows][None, :], R, 0.0)
        R = _possible(R, name, nearest)
        V[np.ix_(rows, rows)] = R * np.outer(sd[rows], sd[rows])
    np.fill_diagonal(V, v_)
    return V


def _possible(R: FloatArray, cluster: object, nearest: bool) -> FloatArray:
    least = smallest_eigenvalue(R)
    if least > LEAST_EIGENVALUE:
        return R
    if nearest:
        return nearest_correlation(R)
    raise EffectsError(
        f"V is not positive definite in cluster {cluster!r}: the smallest eigenvalue "
        f"of its {len(R)} correlations is {least:.3g}. Rows that nothing tells apart "
        "correlate by 1: give obs, type or time1; or correlations that can be "
        "together; or nearest=True."
    )


def with_covariance(
    effects: Effects,
    cluster: str | Sequence[Any] = "study",
    *,
    nearest: bool = False,
    **given: Any,
) -> Effects:
    """Return effects with a covariance matrix V constructed from what rows share.

    Parameters
    ----------
    effects
        Effects without missing values.
    cluster
        "study" by default, for the effects' studies; the name of a moderator;
        or k labels.
    nearest
        As in `sampling_covariance`.
    **given
        Other arguments of `sampling_covariance`; a column may be the name of a
        moderator, ``rvars`` a list of such names.

    Returns
    -------
    Effects
        The same rows with V, and a caveat when a correlation was assumed.

    Raises
    ------
    EffectsError
        As `sampling_covariance` does, or when a moderator is absent or a row
        has no variance.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5], v=[1.0, 4.0, 1.0], study=["a", "a", "b"])
    >>> with_covariance(effects, rho=0.5).V[0]
    array([1., 1., 0.])
    """
    names = set(given) - set(NAMES)
    if names:
        raise EffectsError(
            f"with_covariance() has no argument {', '.join(map(repr, sorted(names)))}; "
            f"it has {', '.join(NAMES)}."
        )
    columns = {
        name: value if name in ("rho", "phi") else _column(effects, name, value)
        for name, value in given.items()
    }
    by = _column(effects, "cluster", cluster)
    V = sampling_covariance(effects.v, by, nearest=nearest, **columns)
    assumed = {name: given[name] for name in given if name in ("rho", "phi")}
    caveats = (_caveat(assumed),) if assumed else ()
    return replace(
        effects,
        covariance=freeze(V),
        caveats=(*effects.caveats, *caveats),
    )


def _column(effects: Effects, name: str, value: Any) -> Any:
    if name == "rvars" and all(isinstance(each, str) for each in value):
        return np.column_stack([_column(effects, "a column", each) for each in value])
    if not isinstance(value, str):
        return value
    if value in effects.frame.columns:
        return effects.frame[value].to_numpy()
    if value == "study":
        return effects.study.astype(object)
    there = ", ".join(map(repr, ("study", *effects.frame.columns)))
    raise EffectsError(
        f"{name}={value!r} is not among {there}. Name one, or give a value a row."
    )


def _caveat(assumed: dict[str, Any]) -> str:
    said = ", ".join(
        f"{name} = {'a table' if isinstance(value, pd.DataFrame) else value}"
        for name, value in assumed.items()
    )
    return f"Correlations of sampling errors are assumed: {said}."
