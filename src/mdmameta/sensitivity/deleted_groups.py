"""A multilevel fit without each of its rows, or without each cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import ClusterRobust, Multilevel, Multivariate
from mdmameta.models.frequentist.clusters import clusters_of, labels_of
from mdmameta.models.frequentist.multilevel import MultilevelFit
from mdmameta.models.frequentist.multilevel.deletion import at_components, without
from mdmameta.models.frequentist.multilevel.estimation import Estimation

#: Which rows belong together: the name of a column, or a label a row.
Cluster = str | Sequence[Any] | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Without:
    """What is estimated without some rows.

    Parameters
    ----------
    rows
        Left out, as positions among the rows used.
    part
        The model estimated without them.
    whole
        All rows at its variances and correlations.
    """

    rows: NDArray[np.intp]
    part: Estimation
    whole: Estimation

    @property
    def note(self) -> str:
        """What must be known; empty by default."""
        if self.part.maximum.converged:
            return ""
        return "The likelihood still rises where its climb without these rows ended."


@dataclass(frozen=True, slots=True)
class Nothing:
    """That nothing can be estimated without some rows, and why.

    Parameters
    ----------
    rows
        Left out, as positions among the rows used.
    note
        The reason.
    """

    rows: NDArray[np.intp]
    note: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Grouped:
    """A multilevel fit and the rows that are left out of it together.

    Parameters
    ----------
    fit
        To all rows.
    groups
        Positions among the rows used, one array a group.
    labels
        Of the groups: studies of the rows, or clusters.
    by_cluster
        Whether the groups are clusters.
    reestimate
        Whether variances are estimated anew without a group.
    """

    fit: MultilevelFit
    groups: tuple[NDArray[np.intp], ...]
    labels: NDArray[Any]
    by_cluster: bool
    reestimate: bool

    @property
    def of(self) -> Estimation:
        """The arrays of the fit; its errors are those of the model."""
        return self.fit.estimation

    @property
    def study(self) -> NDArray[Any]:
        """Study of each row used, shape (k,)."""
        return np.asarray(self.fit.effects.study[self.fit.used])

    def without_each(self) -> Iterator[Without | Nothing]:
        """Give what is estimated without each group of rows."""
        for rows in self.groups:
            try:
                part = without(self.of, rows, reestimate=self.reestimate)
                whole = at_components(self.of, part)
            except ModelError as error:
                yield Nothing(rows, str(error))
            else:
                yield Without(rows=rows, part=part, whole=whole)

    def resid(self, beta: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        """Outcomes of rows less what coefficients predict."""
        rest: FloatArray = self.of.usable.y[rows] - self.of.design.X[rows] @ beta
        return rest


def is_multilevel(model: Model) -> bool:
    """Tell whether a model has random effects of several levels, or outcomes.

    Examples
    --------
    >>> is_multilevel(ClusterRobust(Multilevel())), is_multilevel(Multivariate())
    (True, True)
    """
    while isinstance(model, ClusterRobust):
        model = model.model
    return isinstance(model, Multilevel | Multivariate)


def check_for_multilevel(model: Model, cluster: Cluster, reestimate: bool) -> None:
    """Refuse options that other models do not have.

    Raises
    ------
    SensitivityError
        With the option and what to do.

    Examples
    --------
    >>> check_for_multilevel(Multilevel(), None, True)
    """
    if cluster is None and reestimate:
        return
    option = "reestimate=False" if cluster is None else f"cluster={cluster!r}"
    raise SensitivityError(
        f"{option} is for Multilevel and Multivariate models, which {model!r} is not. "
        "A random-effects model is Multilevel(['effect']), and with a formula a "
        "meta-regression."
    )


def grouped(
    effects: Effects, model: Model, cluster: Cluster = None, *, reestimate: bool = True
) -> Grouped:
    """Fit a multilevel model, and group its rows.

    Parameters
    ----------
    effects, model
        What is fitted.
    cluster
        Rows that are left out together; each by itself when left out.
    reestimate
        Whether variances are estimated anew without a group.

    Raises
    ------
    SensitivityError
        When there is only one row.
    ModelError
        When a cluster is unknown or missing, there is only one, or the model
        cannot be fitted.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.0, 1.0, 2.0], v=[1.0] * 3, study=list("AAB"))
    >>> [rows.tolist() for rows in grouped(effects, Multilevel(), "study").groups]
    [[0, 1], [2]]
    """
    fit = model.fit(effects)
    assert isinstance(fit, MultilevelFit)
    if fit.k < 2:
        raise SensitivityError(
            f"only one row is used ({fit.effects.study[fit.used][0]}): there is "
            "nothing that it could influence."
        )
    rows = tuple(np.arange(fit.k)[:, None])
    labels: NDArray[Any] = fit.effects.study[fit.used]
    if cluster is not None:
        found = clusters_of(labels_of(cluster, effects)[fit.used], fit.used)
        rows = tuple(np.split(found.order, found.starts[1:]))
        labels = found.labels
    return Grouped(
        fit=fit,
        groups=rows,
        labels=labels,
        by_cluster=cluster is not None,
        reestimate=reestimate,
    )


def together(resid: FloatArray, covariance: FloatArray, scale: FloatArray) -> float:
    """Squared length of residuals in units of their covariance; NaN if it is singular.

    Parameters
    ----------
    resid, covariance
        Shapes (n,) and (n, n).
    scale
        A covariance of full rank, (n, n), against which it counts as singular.

    Examples
    --------
    >>> together(np.array([3.0, 4.0]), np.eye(2), np.eye(2))
    25.0
    """
    try:
        half = np.linalg.inv(np.linalg.cholesky(scale))
    except np.linalg.LinAlgError:
        return np.nan
    values, axes = np.linalg.eigh(half @ covariance @ half.T)
    if values[0] <= 1e-12:
        return np.nan
    return float((((half @ resid) @ axes) ** 2 / values).sum())
