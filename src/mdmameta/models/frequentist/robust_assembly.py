"""From a working model of dependent effects to a fit with robust errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.design import (
    Design,
    design_matrix,
    intercept_only,
    rows_without_moderators,
)
from mdmameta.models.fit import Fit, Heterogeneity, Model
from mdmameta.models.frequentist.assembly import assemble
from mdmameta.models.frequentist.cluster_robust import with_robust_errors
from mdmameta.models.frequentist.clusters import Clusters, clusters_of, labels_of
from mdmameta.models.frequentist.computation import Settings
from mdmameta.models.frequentist.working_moments import (
    Sample,
    WorkingVariances,
    sample,
)
from mdmameta.models.inputs import Usable, check_contrasts, usable_rows
from mdmameta.options import RobustDf, RobustKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustSettings:
    """Options that the two working models have in common.

    Parameters
    ----------
    formula, cluster, kind, df, level
        As in `mdmameta.models.frequentist.robust_variance.RobustCorrelated`.
    """

    formula: str | None
    cluster: str
    kind: RobustKind
    df: RobustDf
    level: float


class WorkingModel(Model, Protocol):
    """What tells one working model from another."""

    def variances(self, of: Sample) -> WorkingVariances:
        """Estimate the variances of the working model."""
        ...

    def total(self, of: Sample, found: WorkingVariances) -> FloatArray:
        """Inverse of the weight of each row, in the sample's order."""
        ...


def assemble_working(
    model: WorkingModel, effects: Effects, asked: RobustSettings
) -> Fit:
    """Fit a working model and give it robust errors.

    Raises
    ------
    ModelError
        When no row is usable, a row has no cluster, or there are not more
        clusters than coefficients.
    """
    usable, design = _rows(asked.formula, effects)
    labels = labels_of(asked.cluster, effects)
    clusters = clusters_of(labels[usable.rows], usable.rows)
    _check_clusters(clusters, design)
    of = sample(usable.y, usable.v, design.X, clusters)
    found = model.variances(of)
    total = np.empty(usable.k)
    total[clusters.order] = model.total(of, found)
    settings = Settings(tau2=None, interval="wald", prediction=None, level=asked.level)
    # A common effect whose variances are the inverse weights is the regression.
    weighted = replace(usable, v=total, V=None)
    fit = assemble(model, effects, weighted, design, settings)
    fit = replace(fit, heterogeneity=_heterogeneity(found, clusters, design))
    fit = with_robust_errors(fit, model, labels, asked.kind, asked.df)
    return replace(fit, warnings=(*fit.warnings, *_cautions(effects, found)))


def _rows(formula: str | None, effects: Effects) -> tuple[Usable, Design]:
    if formula is None:
        usable = usable_rows(effects)
        return usable, intercept_only(usable.k)
    check_contrasts(effects)
    usable = usable_rows(effects, rows_without_moderators(formula, effects.frame))
    return usable, design_matrix(formula, effects.frame.iloc[usable.rows])


def _check_clusters(clusters: Clusters, design: Design) -> None:
    p = len(design.terms)
    if clusters.m <= p:
        raise ModelError(
            f"{clusters.m} clusters and {p} coefficients: nothing is left to estimate "
            "the variance between clusters from. Leave out moderators."
        )


def _heterogeneity(
    found: WorkingVariances, clusters: Clusters, design: Design
) -> Heterogeneity:
    p, k, nested = len(design.terms), clusters.order.size, not np.isnan(found.within)
    df = (k if nested else clusters.m) - p
    return Heterogeneity(
        tau2=found.between + (found.within if nested else 0.0),
        i2=found.i2,
        h2=np.nan,
        q=found.q,
        q_df=df,
        q_p=float(chdtrc(df, found.q)) if nested else np.nan,
        components=(("between", found.between), ("within", found.within))
        if nested
        else (),
    )


def _cautions(effects: Effects, found: WorkingVariances) -> tuple[Caution, ...]:
    said: list[Caution] = []
    if effects.covariance is not None:
        said.append(
            Caution(
                "covariance-unused",
                "The covariances in V are not used: the working model has its own, "
                "and robust errors allow for the difference.",
            )
        )
    if not found.separable:
        said.append(
            Caution(
                "omega2-unidentified",
                "No cluster has two rows, so the variance within clusters cannot be "
                "told from that between them; it is taken as 0.",
            )
        )
    return tuple(said)
