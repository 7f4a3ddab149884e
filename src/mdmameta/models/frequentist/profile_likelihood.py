"""Profile-likelihood interval and p-value of a coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.common_effect import CommonEffect
from mdmameta.models.frequentist.likelihood import log_likelihood, maximise
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.moments import contrasts
from mdmameta.models.frequentist.own_weights import BEST
from mdmameta.models.frequentist.random_effects import RandomEffects
from mdmameta.models.frequentist.regression import Rows, independent_rows, least_squares
from mdmameta.models.inputs import check_level

#: With fewer studies the χ² of the deviance is a poor approximation, and the
#: interval too short (Guolo 2012, doi:10.1002/sim.4451).
FEW_STUDIES = 10

#: A limit is sought to this part of the classic standard error.
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodInterval:
    """Interval of one coefficient by profile likelihood.

    Parameters
    ----------
    term
        The coefficient.
    value
        Where the likelihood is highest.
    ci_low, ci_high
        Where twice the log-likelihood has fallen by the quantile of χ² with 1.
    level
        Probability of the interval, which is approximate.
    statistic, p_value
        Likelihood ratio test that the coefficient is 0.
    warnings
        What a reader must know before using it.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> found = likelihood_interval(RandomEffects().fit(effects))
    >>> found.term, round(found.statistic, 2), round(found.p_value, 2)
    ('Intercept', 2.75, 0.1)
    """

    term: str
    value: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    p_value: float
    warnings: tuple[Caution, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row with every number and the warnings."""
        names = ("term", "value", "ci_low", "ci_high", "level", "statistic", "p_value")
        row = {name: getattr(self, name) for name in names}
        return pd.DataFrame([{**row, "warnings": "; ".join(self.warnings)}])


def likelihood_interval(
    fit: Fit, term: str | None = None, *, level: float | None = None
) -> LikelihoodInterval:
    """Interval of a mean or coefficient by profile likelihood.

    At each value of the coefficient the likelihood is maximised over τ² and
    the other coefficients, so that the interval allows for τ² being unknown,
    and need not be symmetric. It is that of the full likelihood whatever the
    fit's estimator of τ², as restricted likelihoods of different means cannot
    be compared. Where τ² is fixed it is the Wald interval.

    Parameters
    ----------
    fit
        Of a `CommonEffect`, `RandomEffects` or `MetaRegression`, with weights of
        inverse variances.
    term
        Coefficient; the first when left out, which is the mean of a model
        without moderators.
    level
        Probability of the interval; the fit's when left out.

    Returns
    -------
    LikelihoodInterval

    Raises
    ------
    ModelError
        For another model or an unknown term.

    References
    ----------
    Hardy and Thompson 1996,
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> found = likelihood_interval(RandomEffects().fit(effects))
    >>> round(found.value, 6), round(found.ci_low, 3), round(found.ci_high, 3)
    (0.4, -0.126, 0.926)
    """
    level = fit.estimate.level if level is None else level
    check_level(level)
    name, deviance, value, se = profile(fit, term)
    drop = float(chdtri(1, 1 - level))
    at_zero = deviance(0.0)
    few = fit.k < FEW_STUDIES and getattr(fit.model, "tau2", 0.0) != 0
    return LikelihoodInterval(
        term=name,
        value=value,
        ci_low=_limit(deviance, drop, value, -se),
        ci_high=_limit(deviance, drop, value, se),
        level=level,
        statistic=at_zero,
        p_value=float(chdtrc(1, at_zero)),
        warnings=_few(fit.k) if few else (),
    )


def profile(
    fit: Fit, term: str | None = None
) -> tuple[str, Callable[[float], float], float, float]:
    """Return the term, its deviance function, its maximum and a scale for steps.

    Parameters
    ----------
    fit, term
        As in `likelihood_interval`.

    Raises
    ------
    ModelError
        For another model or an unknown term.
    """
    rows, tau2 = _rows(fit)
    terms = list(fit.coefficients["term"])
    name = terms[0] if term is None else term
    if name not in terms:
        raise ModelError(
            f"{name!r} is not among the coefficients: {', '.join(map(repr, terms))}."
        )
    place = terms.index(name)
    best = _tau2(rows, tau2)
    whole = least_squares(rows.y, rows.v, rows.X, best)
    top = _log_likelihood(rows, best)
    deviance = partial(_deviance, rows, place, tau2, top)
    return (
        name,
        deviance,
        float(whole.beta[place]),
        float(np.sqrt(whole.vcov[place, place])),
    )


def _rows(fit: Fit) -> tuple[Rows, float | None]:
    """Return the rows of a fit, and its τ² where that is fixed."""
    model = fit.model
    if (
        not isinstance(model, CommonEffect | RandomEffects | MetaRegression)
        or model.weights != BEST
        or fit.working is None
    ):
        raise ModelError(
            f"{model!r} has no profile likelihood here; take CommonEffect, "
            "RandomEffects or MetaRegression with weights='inverse-variance'."
        )
    asked = getattr(model, "tau2", 0.0)
    of, V = fit.working(), None
    if of.M.ndim == 2:  # errors are correlated
        V = fit.effects.V[np.ix_(of.rows, of.rows)]
    rows = independent_rows(of.y, fit.effects.v[of.rows], of.X, V)
    free = isinstance(asked, str) and rows.y.size > 1
    return rows, None if free else (0.0 if isinstance(asked, str) else asked)


def _tau2(rows: Rows, fixed: float | None) -> float:
    if fixed is not None:
        return fixed
    return maximise(contrasts(rows.y, rows.v, rows.X), restricted=False).tau2


def _log_likelihood(rows: Rows, tau2: float) -> float:
    data = contrasts(rows.y, rows.v, rows.X)
    return float(log_likelihood(data, np.array([tau2]), restricted=False)[0])


def _deviance(
    rows: Rows, place: int, fixed: float | None, top: float, value: float
) -> float:
    """Twice the fall of the log-likelihood where a coefficient has a value."""
    others = np.delete(rows.X, place, axis=1)
    held = Rows(rows.y - value * rows.X[:, place], rows.v, others)
    return max(0.0, 2 * (top - _log_likelihood(held, _tau2(held, fixed))))


def _limit(
    deviance: Callable[[float], float], drop: float, value: float, step: float
) -> float:
    """Return where the deviance reaches a value, on the side of the step."""
    near, far = value, value + step
    while deviance(far) < drop:
        near, far = far, far + 2 * (far - value)
    root = brentq(
        lambda x: deviance(x) - drop, near, far, xtol=TOLERANCE * abs(step), rtol=1e-12
    )
    return float(root)


def _few(k: int) -> tuple[Caution, ...]:
    return (
        Caution(
            "few-studies",
            f"With {k} studies the interval by profile likelihood is too short: its "
            "probability is approximate, for many studies.",
        ),
    )
