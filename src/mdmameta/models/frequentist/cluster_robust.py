"""Any weighted regression with cluster-robust errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.deferred import later
from mdmameta.models.duties import OF_CLUSTERS, waived
from mdmameta.models.fit import Estimate, Fit, Model, Omnibus
from mdmameta.models.frequentist.clusters import labels_of
from mdmameta.models.frequentist.intervals import WaldTest, critical_value
from mdmameta.models.frequentist.robust import Sandwich, robust_covariance
from mdmameta.models.frequentist.robust_cautions import robust_cautions
from mdmameta.models.frequentist.robust_tests import (
    robust_coefficients,
    robust_joint_test,
)
from mdmameta.models.frequentist.working import Working
from mdmameta.options import RobustDf, RobustKind, check_option


@dataclass(frozen=True, repr=False)
class ClusterRobust:
    """A model's coefficients, with errors that need not trust its covariances.

    The coefficients, weights and variances between studies are those of the
    model. Standard errors, intervals and tests come from how its residuals
    vary between clusters, and hold whatever the covariances within clusters.

    Parameters
    ----------
    model
        Any that weights rows: `CommonEffect`, `RandomEffects`,
        `MetaRegression`, a multilevel model.
    cluster
        "study" by default, for the effects' studies; the name of a moderator;
        or the label of each row. Independent of each other: the outermost
        level.
    kind
        "CR2" by default, unbiased if the model is true and close to it
        otherwise; "CR0", "CR1", "CR1p", "CR1S", "CR3" as in
        `mdmameta.models.frequentist.robust.robust_covariance`.
    df
        "satterthwaite" by default, of each coefficient, and Hotelling's test
        of several; "clusters" for clusters minus coefficients; "normal".

    Raises
    ------
    OptionError
        For an option that is not allowed.

    Notes
    -----
    clubSandwich's ``coef_test`` and ``Wald_test`` (HTZ) are the defaults, as is
    metafor's ``robust(..., clubSandwich=TRUE)``. metafor's ``robust`` without
    it is ``kind="CR1p", df="clusters"``.
    A prediction interval has the robust error and its degrees of freedom.
    Fewer than 4 degrees of freedom are flagged: there the t reference fails.

    References
    ----------
    Hedges, Tipton and Johnson 2010, doi:10.1002/jrsm.5; Tipton 2015,
    doi:10.1037/met0000011; Pustejovsky and Tipton 2018,
    doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    >>> from mdmameta.models.frequentist import RandomEffects
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.3, 0.7, 0.8], v=[0.02] * 6, study=list("aabcdd"))
    >>> fit = ClusterRobust(RandomEffects(interval="wald")).fit(effects)
    >>> round(fit.estimate.value, 3), round(fit.estimate.se, 3)
    (0.433, 0.176)
    >>> round(fit.estimate.df, 2)
    2.63
    """

    model: Model
    cluster: str | Sequence[Any] = "study"
    kind: RobustKind = "CR2"
    df: RobustDf = "satterthwaite"

    @property
    def waives(self) -> Mapping[str, str]:
        """Duties that do not hold; see `mdmameta.models.duties`."""
        return {**waived(self.model), **OF_CLUSTERS}

    @property
    def world(self) -> str:
        """Simulated world that suits; see `mdmameta.testing.WORLDS`."""
        return str(getattr(self.model, "world", "clustered"))

    def __post_init__(self) -> None:
        check_option("kind", self.kind, RobustKind)
        check_option("df", self.df, RobustDf)
        if not isinstance(self.cluster, str):
            object.__setattr__(self, "cluster", tuple(self.cluster))

    def __repr__(self) -> str:
        by = self.cluster
        named = repr(by) if isinstance(by, str) else f"<{len(set(by))} labels>"
        inside = f"{self.model!r}, cluster={named}, kind={self.kind!r}"
        if self.df != "satterthwaite":
            inside += f", df={self.df!r}"
        return f"ClusterRobust({inside})"

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects, then make its errors robust; see `Model`.

        Raises
        ------
        ModelError
            When the model cannot be fitted or weights no rows, a row has no
            cluster, or there are fewer than two clusters.
        """
        return self.applied_to(self.model.fit(effects))

    def applied_to(self, fit: Fit) -> Fit:
        """Return the fit of the model with robust errors.

        Raises
        ------
        ModelError
            As `fit` does.
        """
        labels = labels_of(self.cluster, fit.effects)
        return with_robust_errors(fit, self, labels, self.kind, self.df)

    def sandwich(self, fit: Fit) -> Sandwich:
        """Robust covariance of a fit's coefficients, with what it came from."""
        labels = labels_of(self.cluster, fit.effects)
        working = working_of(fit)
        return robust_covariance(working, labels[working.rows], self.kind)


def robust(
    fit: Fit,
    cluster: str | Sequence[Any] = "study",
    kind: RobustKind = "CR2",
    df: RobustDf = "satterthwaite",
) -> Fit:
    """Return a fit with cluster-robust errors, intervals and tests.

    Parameters
    ----------
    fit
        Of a model that weights rows.
    cluster, kind, df
        As in `ClusterRobust`.

    Returns
    -------
    Fit
        Its model is ``ClusterRobust(fit.model, ...)``.

    Raises
    ------
    ModelError
        As `ClusterRobust.fit` does.

    Examples
    --------
    >>> from mdmameta.models.frequentist import CommonEffect
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.3], v=[0.02] * 4, study=["a", "a", "b", "c"])
    >>> round(robust(CommonEffect().fit(effects), kind="CR1").estimate.se, 3)
    0.103
    """
    return ClusterRobust(fit.model, cluster, kind, df).applied_to(fit)


def working_of(fit: Fit) -> Working:
    """Return the weighted regression behind a fit.

    Raises
    ------
    ModelError
        When there is none.
    """
    if fit.working is None:
        raise ModelError(
            f"{fit.model!r} is no weighted regression of rows, so its residuals give "
            "no robust errors. Use CommonEffect, RandomEffects or MetaRegression."
        )
    working: Working = fit.working()
    return working


def with_robust_errors(
    fit: Fit,
    model: Model,
    labels: NDArray[np.object_],
    kind: RobustKind,
    df: RobustDf,
) -> Fit:
    """Replace a fit's errors, intervals, tests and the cautions that they answer.

    Parameters
    ----------
    fit
        Of a weighted regression.
    model
        Of the new fit.
    labels
        Cluster of each row of the effects.
    kind, df
        As in `ClusterRobust`.
    """
    working = working_of(fit)
    sandwich = robust_covariance(working, labels[working.rows], kind)
    terms, level = tuple(fit.coefficients["term"]), fit.estimate.level
    found = robust_coefficients(terms, _values(fit), sandwich, df, level)
    return replace(
        fit,
        model=model,
        estimate=_estimate(fit, found.first),
        coefficients=later(found.to_frame),
        vcov=sandwich.vcov,
        omnibus=_omnibus(fit, sandwich, df),
        warnings=robust_cautions(fit, working, sandwich, df, found),
        joint=partial(_joint, fit, labels, kind, df),
    )


def _values(fit: Fit) -> FloatArray:
    return fit.coefficients["value"].to_numpy(dtype=float)


def _joint(
    fit: Fit,
    labels: NDArray[np.object_],
    kind: RobustKind,
    df: RobustDf,
    contrasts: FloatArray,
    values: FloatArray,
) -> WaldTest:
    sandwich = robust_covariance(working_of(fit), labels[fit.used], kind)
    # Coefficients measured from a point where the combinations have the values.
    beta = _values(fit) - np.linalg.pinv(contrasts) @ values
    return robust_joint_test(beta, sandwich, df, contrasts)


def _omnibus(fit: Fit, sandwich: Sandwich, df: RobustDf) -> Omnibus | None:
    if fit.omnibus is None:
        return None
    beta = _values(fit)
    tested = np.isin(fit.coefficients["term"], fit.omnibus.terms)
    test = robust_joint_test(beta, sandwich, df, np.eye(beta.size)[tested])
    return replace(
        fit.omnibus,
        statistic=test.statistic,
        df=test.df,
        df_residual=test.df_residual,
        p_value=test.p_value,
    )


def _estimate(fit: Fit, row: dict[str, float]) -> Estimate:
    e = fit.estimate
    half = np.nan
    if np.isfinite(e.pi_low):
        spread = np.sqrt(row["se"] ** 2 + fit.heterogeneity.tau2)
        half = critical_value(e.level, row["df"]) * spread
    return replace(e, **row, pi_low=e.value - half, pi_high=e.value + half)
