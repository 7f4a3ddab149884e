"""Which interval decides: never Knapp–Hartung's by itself."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Literal

import numpy as np

from mdmameta.effects.table import Effects, SingleArmEffects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.bayesian.prior_words import prior_words
from mdmameta.models.fit import Fit, Model
from mdmameta.sensitivity.bounds import Judged
from mdmameta.sensitivity.units import UNIT_SCALE_MEASURES, foreign_row

Companion = Model | Literal["default"] | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Decision:
    """The fit whose interval decides, and those it was chosen from.

    Parameters
    ----------
    fit
        The candidate with the widest interval.
    asked
        Fit of the model as asked for.
    candidates
        The fits compared; the model's own alone unless it is Knapp–Hartung's.
    notes
        How the choice was made.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> from mdmameta.sensitivity.deciding import decide
    >>> decision = decide(effects, mm.RandomEffects(interval="knapp-hartung"))
    >>> len(decision.candidates), decision.fit is decision.asked
    (2, False)
    """

    fit: Fit
    asked: Fit
    candidates: tuple[Fit, ...]
    notes: tuple[str, ...] = ()


def decide(
    effects: Effects, model: Model, companion: Companion = "default"
) -> Decision:
    """Fit a model and name the interval that decides.

    A Knapp–Hartung interval can be narrower than Wald's when there are few
    studies; so the wider of its ad hoc variant (never narrower than Wald's)
    and of a Bayesian fit decides in its place (Röver et al. 2015,
    doi:10.1186/s12874-015-0091-1). Any other model's own interval decides.

    Parameters
    ----------
    effects, model
        What is fitted to what.
    companion
        The Bayesian model to compare with. By default `BayesianRandomEffects`
        with its default priors, on standardised and log-ratio scales only:
        they would be informative for mean differences in raw units. None: no
        companion.

    Returns
    -------
    Decision

    Raises
    ------
    SensitivityError
        When the effects are of single arms, or the model is none.

    Examples
    --------
    >>> from mdmameta.models.frequentist import RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6, -0.9], v=[0.05, 0.05, 0.2])
    >>> model = RandomEffects(tau2="REML", interval="knapp-hartung")
    >>> decision = decide(effects, model)
    >>> [round(fit.estimate.ci_high, 2) for fit in decision.candidates]
    [-0.08, -0.22]
    """
    refuse_single_arms(effects)
    _check_model(model)
    asked = model.fit(effects)
    if not is_knapp_hartung(model):
        return Decision(fit=asked, asked=asked, candidates=(asked,))
    models, note = rival_models(effects, model, companion)
    candidates = tuple(rival.fit(effects) for rival in models)
    widest = max(candidates, key=width)
    return Decision(fit=widest, asked=asked, candidates=candidates, notes=(note,))


def deciding_fit(
    effects: Effects, model: Model, companion: Companion = "default"
) -> Fit:
    """Return the fit whose interval decides; see `decide`.

    Parameters
    ----------
    effects, model
        What is fitted to what.
    companion
        The Bayesian model whose interval may decide too; see `decide`.

    Returns
    -------
    Fit
        That of the wider interval.

    Raises
    ------
    SensitivityError
        When the effects are of single arms, or the model is none.

    Examples
    --------
    >>> from mdmameta.models.frequentist import RandomEffects
    >>> effects = Effects.from_arrays(y=[-0.8, -0.4, -0.9], v=[0.04, 0.05, 0.1])
    >>> asked = RandomEffects(interval="knapp-hartung")
    >>> deciding_fit(effects, asked).model.interval
    'knapp-hartung-adhoc'
    """
    return decide(effects, model, companion).fit


def is_knapp_hartung(model: Model) -> bool:
    """Tell whether a model's interval is the unmodified Knapp–Hartung one."""
    return getattr(model, "interval", None) == "knapp-hartung"


def width(fit: Judged) -> float:
    """Width of the interval of a fit."""
    return float(fit.estimate.ci_high - fit.estimate.ci_low)


def rival_models(
    effects: Effects, model: Model, companion: Companion = "default"
) -> tuple[tuple[Model, ...], str]:
    """Return the models that stand for a Knapp–Hartung one, and why."""
    if not is_dataclass(model):
        raise SensitivityError(
            f"{model!r} has a Knapp–Hartung interval but is no dataclass, so its ad "
            "hoc variant cannot be made; give a model with another interval."
        )
    adhoc: Any = replace(model, interval="knapp-hartung-adhoc")
    if companion == "default":
        if why := _no_default(effects, model):
            alone = "The ad hoc variant of the Knapp–Hartung interval decides alone"
            return (adhoc,), f"{alone}: {why}"
        companion = BayesianRandomEffects()
    if companion is None:
        return (adhoc,), (
            "The ad hoc variant of the Knapp–Hartung interval decides; no Bayesian "
            "companion was given."
        )
    return (adhoc, companion), (
        "Knapp–Hartung never decides: the wider of its ad hoc variant and of "
        f"{_companion_words(companion)} does."
    )


def _companion_words(model: Model) -> str:
    if not isinstance(model, BayesianRandomEffects):
        return repr(model)
    return (
        f"the Bayesian model (prior of the mean: {prior_words(model.mu)}; of τ: "
        f"{prior_words(model.tau)})"
    )


def _no_default(effects: Effects, model: Model) -> str:
    """Say why the default companion is none for these effects or model; else ""."""
    if hasattr(model, "formula"):
        return "the default Bayesian companion has no moderators."
    if effects.measure not in UNIT_SCALE_MEASURES:
        return (
            f"the measure is {effects.measure!r}, and the default priors of the "
            "Bayesian companion are not weak in its units. Give companion= with "
            "priors in those units."
        )
    if (foreign := foreign_row(effects)) is None:
        return ""
    return (
        f"no measure was given, and y = {effects.y[foreign]:g} of "
        f"{effects.study[foreign]!s} is too large for the default priors of the "
        "Bayesian companion, which are for standardised mean differences and log "
        "ratios. Give the measure, or companion= with priors in these units."
    )


def refuse_single_arms(effects: object) -> None:
    """Reject changes within single arms, which are not contrasts.

    Raises
    ------
    SensitivityError
        When the effects are of single arms, or are no effects at all.
    """
    if isinstance(effects, SingleArmEffects):
        raise SensitivityError(
            f"{effects.label!r} holds changes within single arms: without a control "
            "there is no contrast whose bias could be bounded. Give contrasts."
        )
    if not isinstance(effects, Effects):
        raise SensitivityError(
            f"effects is a {type(effects).__name__}; give Effects, for example by "
            "Effects.from_arrays(y=..., v=..., study=...)."
        )


def _check_model(model: object) -> None:
    if isinstance(model, type) or not isinstance(model, Model):
        given = model.__name__ if isinstance(model, type) else repr(model)
        raise SensitivityError(
            f"model is {given}; give a model made with its settings, such as "
            "RandomEffects(tau2='REML')."
        )


def margin(fit: Judged, side: float) -> float:
    """Distance of the interval from zero on one side; negative once it holds zero.

    Parameters
    ----------
    fit
        Whose interval.
    side
        Sign of the estimate before any departure: +1 or −1.
    """
    e = fit.estimate
    return float(e.ci_low if side > 0 else -e.ci_high)


def side_of(fit: Judged) -> float:
    """Sign of an estimate, +1 for zero."""
    return float(np.copysign(1.0, fit.estimate.value))
