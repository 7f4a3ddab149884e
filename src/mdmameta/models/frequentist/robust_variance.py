"""Robust variance estimation with robumeta's two working models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.design import parse
from mdmameta.models.duties import OF_CLUSTERS
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.robust_assembly import RobustSettings, assemble_working
from mdmameta.models.frequentist.working_moments import (
    Sample,
    WorkingVariances,
    correlated_effects,
    hierarchical_effects,
    mean_variances,
)
from mdmameta.models.inputs import check_level
from mdmameta.models.labels import row_label
from mdmameta.options import RobustDf, RobustKind, check_option


@dataclass(frozen=True, repr=False)
class RobustCorrelated:
    """Mean of effects that share people, such as several outcomes of a trial.

    The working model has one correlation ρ between the errors of a study and
    a variance τ² between studies. It sets the weights 1 / (k_j (v̄_j + τ²)), the
    same for the k_j rows of a study; errors are cluster-robust, so that they
    hold if the working model does not.

    Parameters
    ----------
    rho
        Assumed correlation of the sampling errors within a study, 0 to 1;
        0.8 by default, as in robumeta. It matters to τ² only; see
        `rho_sensitivity`.
    formula
        Moderators, as in `MetaRegression`; the mean alone when left out.
    cluster
        "study" by default, or the name of a moderator.
    kind, df
        Errors, as in `ClusterRobust`. robumeta's ``small = FALSE`` is
        ``kind="CR1p", df="clusters"``.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    ``heterogeneity.q`` is the residual sum of squares with weights
    1 / (k_j v̄_j), and I² the percent of it beyond its expectation under ρ
    without heterogeneity, as in robumeta. There is no prediction interval.
    Weights know the mean variance of a study only: one very imprecise row
    takes weight from its whole study.

    References
    ----------
    Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5; Tipton 2015,
    doi:10.1037/met0000011.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.3, 0.7, 0.8], v=[0.02] * 6, study=list("aabcdd"))
    >>> fit = RobustCorrelated().fit(effects)
    >>> round(fit.estimate.value, 3), round(fit.estimate.df, 6)
    (0.425, 3.0)
    """

    rho: float = 0.8
    formula: str | None = None
    cluster: str = "study"
    kind: RobustKind = "CR2"
    df: RobustDf = "satterthwaite"
    level: float = 0.95

    waives: ClassVar[Mapping[str, str]] = OF_CLUSTERS
    world: ClassVar[str] = "clustered"

    def __post_init__(self) -> None:
        if not (isinstance(self.rho, (int, float)) and 0 <= self.rho <= 1):
            raise OptionError(
                f"rho={self.rho!r} is not a correlation from 0 to 1. Moderators go "
                "into formula=..."
            )
        _check(self)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            When no row is usable, a row has no cluster, or there are not more
            clusters than coefficients.
        """
        return assemble_working(self, effects, _settings(self))

    def variances(self, of: Sample) -> WorkingVariances:
        """Estimate τ² by the method of moments."""
        return correlated_effects(of, self.rho)

    def total(self, of: Sample, found: WorkingVariances) -> FloatArray:
        """Inverse of the weight of each row."""
        n, mean = mean_variances(of)
        return n * (mean + found.between)


@dataclass(frozen=True, repr=False)
class RobustHierarchical:
    """Mean of effects that are nested, such as several trials of one laboratory.

    The working model has independent errors, a variance τ² between clusters
    and ω² of effects within them. It sets the weights 1 / (v + τ² + ω²);
    errors are cluster-robust, so that they hold if the working model does not.

    Parameters
    ----------
    formula
        Moderators, as in `MetaRegression`; the mean alone when left out.
    cluster
        "study" by default, or the name of a moderator.
    kind, df
        Errors, as in `ClusterRobust`.
    level
        Probability of the intervals.

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    ``heterogeneity.tau2`` is τ² + ω², the variance of a true effect;
    ``heterogeneity.components`` has both. Q ignores the clusters. I² is not
    defined here, as in robumeta, and there is no prediction interval.

    References
    ----------
    Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5; Tipton 2015,
    doi:10.1037/met0000011.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.3, 0.7, 0.8], v=[0.02] * 6, study=list("aabcdd"))
    >>> fit = RobustHierarchical().fit(effects)
    >>> [(name, round(value, 3)) for name, value in fit.heterogeneity.components]
    [('between', 0.068), ('within', 0.0)]
    """

    formula: str | None = None
    cluster: str = "study"
    kind: RobustKind = "CR2"
    df: RobustDf = "satterthwaite"
    level: float = 0.95

    waives: ClassVar[Mapping[str, str]] = {
        **OF_CLUSTERS,
        "weightless": "A variance of 1e12 also moves its moment estimators of the "
        "variances between effects, which level the weights; v = inf has none.",
    }
    world: ClassVar[str] = "clustered"

    def __post_init__(self) -> None:
        _check(self)

    def __repr__(self) -> str:
        return row_label(self)

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects; see `Model`.

        Raises
        ------
        ModelError
            As `RobustCorrelated.fit` does.
        """
        return assemble_working(self, effects, _settings(self))

    def variances(self, of: Sample) -> WorkingVariances:
        """Estimate τ² and ω² by the method of moments."""
        return hierarchical_effects(of)

    def total(self, of: Sample, found: WorkingVariances) -> FloatArray:
        """Inverse of the weight of each row."""
        return of.v + found.between + found.within


def rho_sensitivity(
    effects: Effects,
    model: RobustCorrelated | None = None,
    rho: Sequence[float] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
) -> pd.DataFrame:
    """Refit a correlated-effects model over assumed correlations.

    Parameters
    ----------
    effects
        What the model is fitted to.
    model
        Its other options; ``RobustCorrelated()`` by default.
    rho
        Correlations from 0 to 1; robumeta's by default.

    Returns
    -------
    pandas.DataFrame
        rho, term, value, se, df, ci_low, ci_high, p_value, tau2, i2; one row
        a correlation and term.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.3, 0.7, 0.8], v=[0.02] * 6, study=list("aabcdd"))
    >>> rho_sensitivity(effects, rho=[0, 1])[["rho", "tau2"]].round(4)
       rho    tau2
    0  0.0  0.0475
    1  1.0  0.0492
    """
    asked = RobustCorrelated() if model is None else model
    kept = ["term", "value", "se", "df", "ci_low", "ci_high", "p_value"]
    tables = []
    for each in rho:
        fit = replace(asked, rho=float(each)).fit(effects)
        table = fit.coefficients[kept].assign(
            tau2=fit.heterogeneity.tau2, i2=fit.heterogeneity.i2
        )
        table.insert(0, "rho", float(each))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _settings(model: RobustCorrelated | RobustHierarchical) -> RobustSettings:
    return RobustSettings(
        formula=model.formula,
        cluster=model.cluster,
        kind=model.kind,
        df=model.df,
        level=model.level,
    )


def _check(model: RobustCorrelated | RobustHierarchical) -> None:
    if model.formula is not None:
        parse(model.formula)
    check_option("kind", model.kind, RobustKind)
    check_option("df", model.df, RobustDf)
    check_level(model.level)
