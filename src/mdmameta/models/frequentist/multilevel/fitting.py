"""From effects and random terms to a MultilevelFit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.effects.table import Effects
from mdmameta.models.deferred import later
from mdmameta.models.design import (
    INTERCEPT,
    Design,
    design_matrix,
    intercept_only,
    rows_without_moderators,
)
from mdmameta.models.fit import Diagnostics, Estimate, Heterogeneity, Model
from mdmameta.models.frequentist.coefficients import moderator_test, tested
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.multilevel.cautions import fit_cautions
from mdmameta.models.frequentist.multilevel.components import (
    component_table,
    components_of,
)
from mdmameta.models.frequentist.multilevel.estimation import Estimation, estimate
from mdmameta.models.frequentist.multilevel.identified import identified, nothing
from mdmameta.models.frequentist.multilevel.inference import coefficient_df
from mdmameta.models.frequentist.multilevel.levels import rows_without_level
from mdmameta.models.frequentist.multilevel.predicted import true_effects
from mdmameta.models.frequentist.multilevel.profile import profile_interval
from mdmameta.models.frequentist.multilevel.result import MultilevelFit
from mdmameta.models.frequentist.multilevel.structures import has_searched
from mdmameta.models.frequentist.multilevel.terms import Term
from mdmameta.models.frequentist.prediction import prediction_interval
from mdmameta.models.frequentist.working import Working
from mdmameta.models.inputs import Usable, check_contrasts, usable_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a model asks of its fit.

    Parameters
    ----------
    formula, method, interval, level
        Options of the model.
    names
        Columns that its random terms read.
    """

    formula: str | None
    method: str
    interval: str
    level: float
    names: tuple[str, ...]


def usable_design(effects: Effects, asked: Asked) -> tuple[Usable, Design]:
    """Rows that are complete in outcome, moderators and levels, and the design.

    Raises
    ------
    ModelError
        When there are none, or the coefficients cannot be told apart.
    """
    check_contrasts(effects)
    missing = rows_without_level(asked.names, effects)
    if asked.formula is None:
        usable = usable_rows(effects, missing)
        return usable, intercept_only(usable.k)
    missing |= rows_without_moderators(asked.formula, effects.frame)
    usable = usable_rows(effects, missing)
    return usable, design_matrix(asked.formula, effects.frame.iloc[usable.rows])


def fit_terms(
    model: Model,
    effects: Effects,
    asked: Asked,
    rows: tuple[Usable, Design],
    terms: tuple[Term, ...],
) -> MultilevelFit:
    """Estimate and put every number in its place.

    Parameters
    ----------
    model, effects
        Kept in the fit.
    asked, rows, terms
        Options, rows and design, and random terms.
    """
    usable, design = rows
    saturated = design.X.shape[0] <= design.X.shape[1]
    kept, said = (nothing(terms), []) if saturated else identified(terms)
    of = estimate(usable, design, kept, restricted=asked.method == "REML")
    df = coefficient_df(asked.interval, design, terms)
    table = tested(tuple(design.terms), of.beta, of.vcov, df, asked.level)
    weights = np.zeros(effects.k)
    weights[usable.rows] = of.weight_percent()
    return MultilevelFit(
        model=model,
        effects=effects,
        used=usable.rows,
        estimate=_estimate(of, table.first, asked.level),
        heterogeneity=_heterogeneity(of, asked.level),
        coefficients=later(table.to_frame),
        vcov=of.vcov,
        weights=weights,
        warnings=(*fit_cautions(of, effects, df), *said),
        diagnostics=Diagnostics(
            converged=of.maximum.converged, iterations=of.maximum.steps
        ),
        omnibus=moderator_test(design.terms, of.beta, of.vcov, df),
        shrink=_shrink(of, effects, float(df[0]), asked.level),
        working=partial(_working, of),
        components=component_table(of) if not saturated else _unknown(of),
        ml=_log_likelihood(of, restricted=False),
        reml=_log_likelihood(of, restricted=True),
        estimation=of,
    )


def _estimate(of: Estimation, row: dict[str, float], level: float) -> Estimate:
    low, high = np.nan, np.nan
    tau2 = of.row_variance
    one_variance = np.ptp(tau2) <= 1e-12 * float(tau2.max(initial=0.0))
    if of.residual_df > 0 and of.design.terms[0] == INTERCEPT and one_variance:
        low, high = prediction_interval(
            row["value"], row["se"], float(tau2.mean()), df=row["df"], level=level
        )
    return Estimate(pi_low=float(low), pi_high=float(high), level=level, **row)


def _heterogeneity(of: Estimation, level: float) -> Heterogeneity:
    df, q = of.residual_df, of.at_zero.q
    if df < 1:
        nan = np.nan
        return Heterogeneity(tau2=nan, i2=nan, h2=nan, q=0.0, q_df=0, q_p=1.0)
    total, typical = float(of.row_variance.mean()), of.typical_v
    found = components_of(of)
    variances = [each for each in found if not each.correlation]
    summed = not any(each.places for each in variances)
    alone = len(found) == 1
    return Heterogeneity(
        tau2=total,
        i2=100 * total / (total + typical),
        h2=(total + typical) / typical,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)),
        typical_v=typical,
        tau2_interval=partial(profile_interval, of, found[0], level) if alone else None,
        components=tuple((c.name, c.value) for c in variances) if summed else (),
    )


def _unknown(of: Estimation) -> pd.DataFrame:
    names = [(c.name, c.groups, np.nan, np.nan) for c in components_of(of)]
    return pd.DataFrame(names, columns=["component", "groups", "value", "i2"])


def _shrink(
    of: Estimation, effects: Effects, df: float, level: float
) -> Callable[[], pd.DataFrame] | None:
    if of.residual_df < 1:
        return None
    study = effects.study[of.usable.rows]
    return partial(true_effects, of, study, df, level)


def _working(of: Estimation) -> Working:
    return Working(
        y=of.usable.y,
        X=of.design.X,
        W=of.weights(),
        M=of.marginal(),
        rows=of.usable.rows,
    )


def _log_likelihood(of: Estimation, *, restricted: bool) -> LogLikelihood:
    k, p = of.design.X.shape
    free = sum(term.q + has_searched(term) for term in of.problem.terms)
    return LogLikelihood(
        value=of.log_likelihood(restricted=restricted),
        parameters=p + free,
        n=k - p if restricted else k,
    )
