"""Likelihood ratio test of two nested models."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.likelihoods import likelihoods
from mdmameta.models.frequentist.location_scale import LocationScaleFit
from mdmameta.models.frequentist.multilevel import MultilevelFit
from mdmameta.models.frequentist.nesting import check_random_effects
from mdmameta.models.frequentist.own_weights import has_own_weights
from mdmameta.models.frequentist.working import Working

#: What a fit maximised when its variances were fixed in advance.
EITHER = "either"

#: Options that no likelihood depends on, and some of which are for REML alone.
INTERVALS = ("interval", "prediction")


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """Whether the larger of two nested models fits better than chance allows.

    Parameters
    ----------
    statistic, df, p_value
        Twice the difference of the log-likelihoods, referred to χ² with as
        many degrees of freedom as parameters differ.
    by
        Likelihood that both models maximised, "ML" or "REML".
    tau2_full, tau2_reduced
        Variance between studies by each model.
    r2
        Percent by which the larger model's variance is lower, at least 0; NaN
        when the smaller has none.
    warnings
        What a reader must know before using the p-value.

    Examples
    --------
    >>> import mdmameta as mm
    >>> from mdmameta.models.frequentist import likelihood_ratio_test
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.5, 0.2, 0.9, 0.7], v=[0.02] * 5,
    ...     moderators={"dose": [0, 1, 2, 3, 4]})
    >>> full = mm.MetaRegression("~ dose", tau2="ML").fit(effects)
    >>> test = likelihood_ratio_test(full, mm.RandomEffects("ML").fit(effects))
    >>> round(test.statistic, 2), test.df
    (4.24, 1)
    """

    statistic: float
    df: int
    p_value: float
    by: str
    tau2_full: float
    tau2_reduced: float
    r2: float
    warnings: tuple[Caution, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row with every number."""
        names = ("statistic", "df", "p_value", "by", "tau2_full", "tau2_reduced", "r2")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


def likelihood_ratio_test(
    full: Fit, reduced: Fit, *, refit: bool = False
) -> LikelihoodRatio:
    """Compare two nested models of the same rows by their likelihoods.

    Parameters
    ----------
    full, reduced
        Fits of `CommonEffect`, `RandomEffects`, `MetaRegression`,
        `LocationScale`, `Multilevel` or `Multivariate`, both by "ML"; or both
        by "REML" with designs that are the same, which compares their
        variances. A model whose variances are fixed in advance goes with
        either.
    refit
        Whether to fit both by "ML" first; False by default, so that nothing
        is compared but what was given.

    Returns
    -------
    LikelihoodRatio
        With a caution when a variance is tested, whose null value lies on the
        boundary: the p-value is then conservative (for one variance, and
        nothing else, twice too large).

    Raises
    ------
    ModelError
        When the models differ in rows, sampling variances or method, are not
        nested in their coefficients or their random effects, have different
        designs under REML, or weights of the user's.

    References
    ----------
    Huizenga, Visser and Dolan 2011, doi:10.1348/000711010X522687; Self and
    Liang 1987, doi:10.1080/01621459.1987.10478472 (the boundary).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> from mdmameta.models.frequentist import MetaRegression, RandomEffects
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.5, 0.2, 0.9, 0.7], v=[0.02, 0.02, 0.02, 0.02, 0.02],
    ...     moderators={"dose": [0, 1, 2, 3, 4]})
    >>> full = MetaRegression("~ dose", tau2="ML").fit(effects)
    >>> test = likelihood_ratio_test(full, RandomEffects("ML").fit(effects))
    >>> round(test.statistic, 3), test.df, round(test.p_value, 3), round(test.r2, 1)
    (4.236, 1, 0.04, 73.6)
    """
    if refit:
        full, reduced = _by_ml(full), _by_ml(reduced)
    by = _common_method(full, reduced)
    # They say what is wrong with a model that has none.
    a, b = (getattr(likelihoods(fit), by.lower()) for fit in (full, reduced))
    _check_nested(_working(full), _working(reduced), restricted=by == "REML")
    check_random_effects(full, reduced)
    df = a.parameters - b.parameters
    if df < 1:
        raise ModelError(
            f"{full.model!r} has {a.parameters} parameters and {reduced.model!r} "
            f"{b.parameters}; give the model with more of them first."
        )
    statistic = max(2 * (a.value - b.value), 0.0)
    before, after = reduced.heterogeneity.tau2, full.heterogeneity.tau2
    return LikelihoodRatio(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        by=by,
        tau2_full=after,
        tau2_reduced=before,
        r2=100 * max(0.0, 1 - after / before) if before > 0 else np.nan,
        warnings=_cautions(_at_the_end(full, reduced, df), df),
    )


def _by_ml(fit: Fit) -> Fit:
    model: Any = fit.model
    if isinstance(fit, MultilevelFit | LocationScaleFit):
        model = replace(model, method="ML")
    elif isinstance(getattr(model, "tau2", 0.0), str):
        usual = {f.name: f.default for f in fields(model) if f.name in INTERVALS}
        model = replace(model, tau2="ML", **usual)
    again: Fit = model.fit(fit.effects)
    return again


def _method(fit: Fit) -> str:
    if isinstance(fit, MultilevelFit):
        return "REML" if fit.estimation.problem.restricted else "ML"
    if isinstance(fit, LocationScaleFit):
        return "REML" if fit.problem.restricted else "ML"
    tau2 = getattr(fit.model, "tau2", 0.0)
    return tau2 if isinstance(tau2, str) else EITHER


def _common_method(full: Fit, reduced: Fit) -> str:
    found = {_method(full), _method(reduced)} - {EITHER} or {"ML"}
    if len(found) == 1 and found <= {"ML", "REML"}:
        return found.pop()
    raise ModelError(
        f"the variances were estimated by {' and '.join(sorted(found))}; a ratio of "
        "likelihoods needs both by 'ML', or both by 'REML' with the same design. "
        "Give refit=True to fit both by 'ML'."
    )


def _working(fit: Fit) -> Working:
    if has_own_weights(fit.model):
        raise ModelError(
            f"{fit.model!r} has weights of one's own, so its coefficients do not "
            "maximise a likelihood; leave the weights out."
        )
    assert fit.working is not None
    working: Working = fit.working()
    return working


def _check_nested(a: Working, b: Working, *, restricted: bool) -> None:
    if not (np.array_equal(a.rows, b.rows) and np.array_equal(a.y, b.y)):
        raise ModelError(
            f"the models were fitted to {a.y.size} and {b.y.size} rows that are not "
            "the same; fit both to the rows that have every moderator."
        )
    rank = int(np.linalg.matrix_rank(np.column_stack([a.X, b.X])))
    if rank > a.X.shape[1]:
        raise ModelError(
            "the models are not nested: the coefficients of the second are not all "
            "among those of the first, or combinations of them."
        )
    if restricted and a.X.shape[1] != b.X.shape[1]:
        raise ModelError(
            "restricted likelihoods of different designs cannot be compared; fit both "
            "by 'ML', or give refit=True."
        )


def _at_the_end(full: Fit, reduced: Fit, df: int) -> int:
    """Variances that the smaller model holds at the end of their range.

    Coefficients of log τ² have no end, but where the smaller model has no τ² at all.
    """
    more = df - len(full.coefficients) + len(reduced.coefficients)
    scaled = isinstance(full, LocationScaleFit)
    return 0 if scaled and _method(reduced) != EITHER else more


def _cautions(variances: int, df: int) -> tuple[Caution, ...]:
    if variances < 1:
        return ()
    alone = " It is then twice too large." if variances == df == 1 else ""
    return (
        Caution(
            "variance-on-boundary",
            "The smaller model holds a variance at the end of its range, where χ² is "
            f"too wide: the p-value is conservative.{alone}",
        ),
    )
