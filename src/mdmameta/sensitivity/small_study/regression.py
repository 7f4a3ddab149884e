"""Regression tests of small-study effects on effects and their precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.frequentist.intervals import critical_value, two_sided_p
from mdmameta.models.guards import no_spread
from mdmameta.models.inputs import check_level
from mdmameta.options import check_option
from mdmameta.sensitivity.small_study.predictors import VANISHING, Predictor, values
from mdmameta.sensitivity.small_study.result import AsymmetryTest, asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import check_pooling, independent_studies

__all__ = ["egger", "over", "weighted_line"]

Pooled = RandomEffects | CommonEffect | MetaRegression

#: Column that the predictor has in the meta-regression behind a test.
COLUMN = "predictor"


def weighted_line(
    y: FloatArray, x: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Fit y = a + bx by least squares with a dispersion that is estimated.

    Parameters
    ----------
    y, x, weights
        Shape (k,).

    Returns
    -------
    coefficients, standard errors, residual scale
        Shapes (2,), (2,) and a number; the latter two NaN for two points, which
        lie on their line.

    Raises
    ------
    SensitivityError
        With one point, or when x does not vary.

    Examples
    --------
    >>> import numpy as np
    >>> line = weighted_line(np.array([1.0, 2.0, 4.0]), np.arange(3.0), np.ones(3))
    >>> line[0].round(3)
    array([0.833, 1.5  ])
    """
    from statsmodels.regression.linear_model import WLS

    if y.size < 2:
        raise SensitivityError("one study: a line needs at least two.")
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise SensitivityError(
            "the predictor is the same for all studies, so nothing can depend on it."
        )
    if y.size == 2:
        slope = np.diff(y)[0] / np.diff(x)[0]
        return np.array([y[0] - slope * x[0], slope]), np.full(2, np.nan), np.nan
    # In units of its own, lest a small predictor pass for a column of zeros.
    unit = np.array([1.0, float(np.abs(x).max())])
    fit = WLS(y, np.column_stack([np.ones_like(x), x / unit[1]]), weights=weights).fit()
    beta, se = np.asarray(fit.params) / unit, np.asarray(fit.bse) / unit
    return beta, se, float(np.sqrt(fit.scale))


def over(beta: FloatArray, se: FloatArray) -> FloatArray:
    """Divide coefficients by their errors, NaN where both are 0.

    Examples
    --------
    >>> import numpy as np
    >>> over(np.array([0.0, 1.0]), np.array([0.0, 0.5]))
    array([nan,  2.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return beta / se


def egger(
    effects: Effects,
    model: Pooled | None = None,
    *,
    predictor: Predictor = "sei",
    n: str | Sequence[float] | None = None,
    level: float | None = None,
) -> AsymmetryTest:
    """Test whether effects depend on the precision of their studies.

    Parameters
    ----------
    effects
        Studies; rows without an effect, or of infinite variance, are left out.
    model
        None is Egger's test: least squares with weights 1 / v and a dispersion
        that is estimated, t with k − 2, and no test for two studies. A model
        makes it a meta-regression with that model's τ² and interval (with
        ``RandomEffects(interval="t")`` the test of Thompson and Sharp);
        moderators of a `MetaRegression` are kept.
    predictor
        "sei" (standard error) by default; "vi"; or "ni", "ninv", "sqrtni",
        "sqrtninv" of the sizes. For standardised mean differences "sqrtninv"
        avoids that effect and standard error are related by construction
        (Pustejovsky and Rodgers 2019).
    n
        Sizes, as a column of the moderators or numbers; see `sizes`.
    level
        Probability of the interval of the limit; that of the model, or 0.95.

    Returns
    -------
    AsymmetryTest
        Its limit is the effect at a predictor of 0, where that is an infinitely
        large study.

    Raises
    ------
    SensitivityError
        With too few studies, or a predictor that is the same for all.

    References
    ----------
    Egger et al. 1997, doi:10.1136/bmj.315.7109.629; Thompson and Sharp 1999,
    doi:10.1002/(SICI)1097-0258(19991030)18:20<2693::AID-SIM235>3.0.CO;2-V;
    Pustejovsky and Rodgers 2019, doi:10.1002/jrsm.1332.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.4, 0.9], v=[0.01, 0.02, 0.05, 0.2])
    >>> egger(effects)
    <Egger: t(2) = 52.72, p = 0.00036>
    """
    check_option("predictor", predictor, Predictor)
    check_pooling(model, "Egger's test", get_args(Pooled))
    level = (model.level if model else 0.95) if level is None else level
    check_level(level)
    x = values(predictor, effects, n)
    usable = independent_studies(effects, "a line", least=2, missing=np.isnan(x))
    by_size = predictor not in ("sei", "vi")
    cautions = asymmetry_cautions(usable.k, effects.measure, by_size=by_size)
    if model is not None:
        cautions += _of_common_effect(model)
        return _of_fit(*_regression(effects, model, x, level), predictor, cautions)
    beta, se, scale = weighted_line(usable.y, x[usable.rows], 1 / usable.v)
    statistic = float(over(beta, se)[1])
    cautions += no_spread(scale, 1.0, "least squares")
    df = usable.k - 2.0
    half = critical_value(level, df) * se[0]
    limit = beta[0] if predictor in VANISHING else np.nan
    return AsymmetryTest(
        name="Egger" if predictor == "sei" else f"Egger, {predictor}",
        statistic=statistic,
        df=df,
        p_value=_two_sided(statistic, df),
        bias=float(beta[1]),
        bias_se=float(se[1]),
        limit=float(limit),
        limit_low=float(limit - half),
        limit_high=float(limit + half),
        k=usable.k,
        warnings=(*usable.cautions, *cautions),
    )


def _two_sided(statistic: float, df: float) -> float:
    return float(two_sided_p(np.array([statistic]), df)[0])


def _of_common_effect(model: Pooled) -> tuple[Caution, ...]:
    if not isinstance(model, CommonEffect):
        return ()
    return (
        Caution(
            "common-effect",
            "A common effect takes heterogeneity for chance: where there is any, this "
            "test rejects far too often.",
        ),
    )


def _regression(
    effects: Effects, model: Pooled, x: FloatArray, level: float
) -> tuple[Fit, str]:
    column = COLUMN
    while column in effects.frame:
        column += "_"
    frame = effects.frame.assign(**{column: x})
    with_column = replace(effects, frame=frame)
    formula = f"~ {column}"
    tau2: object = 0.0
    if isinstance(model, MetaRegression):
        formula = f"{model.formula} + {column}"
    if not isinstance(model, CommonEffect):
        tau2 = model.tau2
    regression = MetaRegression(
        formula,
        tau2=tau2,  # type: ignore[arg-type]
        interval=model.interval,
        level=level,
        weights=model.weights,
    )
    return regression.fit(with_column), column


def _of_fit(
    fit: Fit, column: str, predictor: Predictor, cautions: tuple[Caution, ...]
) -> AsymmetryTest:
    rows = {row["term"]: row for row in fit.coefficients.to_dict("records")}
    bias = rows[column]
    limit = {"value": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    if predictor in VANISHING and list(rows) == ["Intercept", column]:
        limit = {key: float(rows["Intercept"][key]) for key in limit}
    return AsymmetryTest(
        name=f"Meta-regression on {predictor}",
        statistic=float(bias["statistic"]),
        df=float(bias["df"]),
        p_value=float(bias["p_value"]),
        bias=float(bias["value"]),
        bias_se=float(bias["se"]),
        limit=limit["value"],
        limit_low=limit["ci_low"],
        limit_high=limit["ci_high"],
        k=fit.k,
        warnings=(*fit.warnings, *cautions),
        fit=fit,
    )
