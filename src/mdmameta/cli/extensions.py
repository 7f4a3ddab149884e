"""What plug-ins bring to the commands: models, priors, bias models, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mdmameta.errors import PluginError
from mdmameta.plugins import guarded, look_up, names_of

if TYPE_CHECKING:
    from mdmameta.effects.table import Effects
    from mdmameta.models.fit import Fit
    from mdmameta.sensitivity import SensitivityTable

T = TypeVar("T")

#: Figures of this package that need a Fit alone.
_FIGURES = ("forest", "funnel")


@dataclass(frozen=True, kw_only=True)
class Extensions:
    """What `extension_options` gave: names of plug-ins, or None."""

    plugin_model: str | None
    plugin_prior: str | None
    plugin_bias: str | None
    figure: tuple[str, Path] | None


def extension_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that ask for what plug-ins bring to a fit."""
    options = (
        ("--model", "A model that a plug-in brings, beside the others."),
        ("--prior", "A plug-in's prior of tau: a Bayesian model beside the others."),
        ("--bias", "A plug-in's bias model, which corrects the effects first."),
    )
    for name, text in reversed(options):
        given = click.option(name, f"plugin_{name[2:]}", metavar="NAME", help=text)
        command = given(command)
    return click.option(
        "--figure",
        type=(str, click.Path(path_type=Path, dir_okay=False)),
        metavar="NAME FILE",
        help=f"Draw the fit asked for: {', '.join(_FIGURES)}, or a plug-in's figure.",
    )(command)


def corrected(name: str | None, effects: Effects) -> Effects:
    """Take a bias out of the effects, as a plug-in models it, if one is named."""
    from mdmameta.effects.table import Effects

    if name is None:
        return effects
    bias = _wanted("bias", name)
    found = guarded(f"bias plug-in {name!r}", lambda: bias(effects), bias)
    return _checked(found, Effects, f"bias plug-in {name!r}")


def plugin_fits(model: str | None, prior: str | None, effects: Effects) -> list[Fit]:
    """Fit a plug-in's model, and a Bayesian one with a plug-in's prior of tau."""
    fits = [] if model is None else [_model_fit(model, effects)]
    return fits if prior is None else [*fits, _prior_fit(prior, effects)]


def _model_fit(name: str, effects: Effects) -> Fit:
    from mdmameta.models.fit import Fit

    made, what = _wanted("models", name), f"model plug-in {name!r}"
    model = guarded(what, made, made)
    if not callable(getattr(model, "fit", None)):
        raise PluginError(_not_a(what, model, "an object with fit(effects)"))
    return _checked(guarded(what, lambda: model.fit(effects), made), Fit, what)


def _prior_fit(name: str, effects: Effects) -> Fit:
    from mdmameta.models.bayesian import BayesianRandomEffects

    found = _wanted("priors", name)
    what = f"prior plug-in {name!r}"
    prior = guarded(what, found, found) if isinstance(found, type) else found
    model = BayesianRandomEffects(tau=prior)
    fit: Fit = guarded(what, lambda: model.fit(effects), found)
    return fit


def analysed(name: str, effects: Effects, built_in: Sequence[str]) -> SensitivityTable:
    """Run a plug-in's sensitivity analysis of effects."""
    from mdmameta.models.frequentist import RandomEffects
    from mdmameta.sensitivity import SensitivityTable

    analysis = _wanted("sensitivity", name, built_in)
    model = RandomEffects(interval="knapp-hartung-adhoc")
    what = f"sensitivity plug-in {name!r}"
    found = guarded(what, lambda: analysis(effects, model), analysis)
    return _checked(found, SensitivityTable, what)


def draw(name: str, fit: Fit, path: Path) -> None:
    """Draw a fit by a figure of this package or of a plug-in, into a file."""
    from mdmameta import figures

    if name in _FIGURES:
        made, what = getattr(figures, name), f"figure {name!r}"
    else:
        made = _wanted("figures", name, also=_FIGURES)
        what = f"figure plug-in {name!r}"
    figure = guarded(what, lambda: made(fit), made)
    if not hasattr(figure, "savefig"):
        raise PluginError(_not_a(what, figure, "a matplotlib Figure"))
    guarded(what, lambda: figure.savefig(path), made)


def _wanted(
    group: str, name: str, built_in: Sequence[str] = (), *, also: Sequence[str] = ()
) -> Any:
    """Load what is asked for by name, or say what there is instead."""
    if name not in names_of(group):
        known = ", ".join(dict.fromkeys([*also, *names_of(group)])) or "none"
        raise PluginError(
            f"no plug-in brings {name!r} to the group {group}; there are: {known}. "
            "Install the package that brings it; mdmameta plugins lists them."
        )
    plugin, found = look_up(group, name, built_in)
    if plugin is not None and plugin.problem:
        raise PluginError(
            f"{plugin} cannot be used: {plugin.problem}. Tell its authors, or "
            "uninstall it."
        )
    return found


def _checked(found: object, wanted: type[T], what: str) -> T:
    if not isinstance(found, wanted):
        raise PluginError(_not_a(what, found, wanted.__name__))
    return found


def _not_a(what: str, found: object, wanted: str) -> str:
    return (
        f"{what} returned {type(found).__name__}, not {wanted}. Report it to its "
        "authors."
    )
