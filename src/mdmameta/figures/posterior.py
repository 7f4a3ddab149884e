"""Prior and posterior densities of an exact Bayesian fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mdmameta.errors import ModelError
from mdmameta.figures.described import describe
from mdmameta.figures.scales import label_ticks
from mdmameta.figures.style import (
    BLUE,
    MID,
    SKY,
    VERMILION,
    axes_for,
    check_drawable,
    styled,
)
from mdmameta.models.bayesian.prior_base import is_proper
from mdmameta.models.fit import Fit
from mdmameta.options import check_option
from mdmameta.tables.labels import is_ratio, measure_label
from mdmameta.tables.numbers import effect, interval, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Parameter = Literal["mu", "tau"]

#: Points of a curve: more than a printer resolves in 16 cm at this height.
POINTS = 401

#: Tail probability beyond which the axis ends.
TAIL = 0.002


def posterior(
    fit: Fit,
    *,
    of: Parameter = "mu",
    ax: Axes | None = None,
    xlabel: str | None = None,
) -> Figure:
    """Draw what the data made of a prior.

    Parameters
    ----------
    fit
        Of `BayesianRandomEffects` with engine ``exact``.
    of
        ``mu``, the mean effect, with the predictive density of a new study's
        true effect; or ``tau``, the heterogeneity.
    ax
        Axes to draw in; a new figure by default.
    xlabel
        Name of the axis; the measure's, or τ, by default.

    Returns
    -------
    Figure
        The posterior with its central interval shaded, the prior dashed.

    Raises
    ------
    ModelError
        When the fit has no exact posterior, or no one mean to draw it of.
    OptionError
        For another parameter.

    Examples
    --------
    >>> from mdmameta import BayesianRandomEffects, Effects
    >>> effects = Effects.from_arrays(y=[-0.5, -0.9], v=[0.04, 0.09])
    >>> figure = posterior(BayesianRandomEffects().fit(effects))
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['posterior of μ', '95% interval of μ', 'true effect in a new study', 'prior of μ']
    """
    check_option("of", of, Parameter)
    check_drawable([fit], ax)
    if fit.exact is None:
        raise ModelError(
            f"{fit.model!r} has no exact posterior to draw; fit "
            "BayesianRandomEffects(engine='exact')."
        )
    exact, level = fit.exact, fit.estimate.level
    marginal: Any = getattr(exact, of, None)
    if marginal is None:
        raise ModelError(
            f"{fit.model!r} has no one mean whose posterior could be drawn; of='tau' "
            "draws that of its heterogeneity."
        )
    with styled():
        figure, ax = axes_for(ax, height_cm=7.5)
        x = _grid(exact, of)
        _posterior(ax, x, marginal, of, level)
        if of == "mu":
            new = exact.predictive.density(x)
            ax.plot(x, new, color=VERMILION, lw=1.4, ls=(0, (5, 1.5)), label=_NEW)
            ax.axvline(0, color=MID, lw=0.8, zorder=0)
        _prior(ax, x, exact, of)
        ax.set_xlim(x[0], x[-1])
        _axis(ax, fit, of, xlabel)
        describe(ax, _alt(exact, marginal, of, level))
    return figure


_NEW = "true effect in a new study"
_LETTER = {"mu": "μ", "tau": "τ"}


def _grid(exact: Any, of: Parameter) -> np.ndarray:
    if of == "tau":
        return np.linspace(0, float(exact.tau.quantile(1 - TAIL)), POINTS)
    low, high = exact.predictive.quantile([4 * TAIL, 1 - 4 * TAIL])
    return np.linspace(min(low, 0.0), max(high, 0.0), POINTS)


def _posterior(
    ax: Axes, x: np.ndarray, marginal: Any, of: Parameter, level: float
) -> None:
    density = marginal.density(x)
    low, high = marginal.interval(level)
    ax.plot(x, density, color=BLUE, lw=1.8, label=f"posterior of {_LETTER[of]}")
    inside = (x >= low) & (x <= high)
    ax.fill_between(
        x,
        density,
        where=inside,
        color=SKY,
        alpha=0.45,
        lw=0,
        label=f"{level:.0%} interval of {_LETTER[of]}",
    )


def _prior(ax: Axes, x: np.ndarray, exact: Any, of: Parameter) -> None:
    prior = exact.tau_prior if of == "tau" else exact.mu_prior
    if not is_proper(prior):  # its height would be arbitrary
        return
    density = np.exp(prior.log_density(x))
    ax.plot(x, density, color=MID, lw=1.2, ls=":", label=f"prior of {_LETTER[of]}")


def _axis(ax: Axes, fit: Fit, of: Parameter, xlabel: str | None) -> None:
    measure = fit.effects.measure
    words = measure_label(measure, on_log_axis=is_ratio(measure))
    default = words if of == "mu" else "Heterogeneity τ (SD of true effects)"
    label_ticks(ax, measure if of == "mu" else "", room=400)
    ax.set_xlabel(default if xlabel is None else xlabel)
    ax.set_ylabel("Density")
    ax.set_yticks([])
    ax.set_ylim(bottom=0)
    ax.legend(frameon=True, framealpha=0.85, edgecolor="none")


def _alt(exact: Any, marginal: Any, of: Parameter, level: float) -> str:
    ends = interval(*marginal.interval(level))
    letter = _LETTER[of]
    if of == "tau":
        return (
            f"Density of the heterogeneity {letter}: posterior median "
            f"{number(marginal.median)}, {level:.0%} interval {ends}."
        )
    new = interval(*exact.predictive.interval(level))
    mean = effect(marginal.mean, *marginal.interval(level))
    return (
        f"Densities on the scale of the analysis: posterior of {letter} with mean "
        f"and {level:.0%} interval {mean}; true effect in a new study {new}."
    )
