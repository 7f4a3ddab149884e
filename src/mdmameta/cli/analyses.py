"""Commands that analyse: fit models, run sensitivity analyses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from mdmameta.cli.extensions import (
    analysed,
    corrected,
    draw,
    extension_options,
    plugin_fits,
)
from mdmameta.cli.multiverse import (
    computed,
    multiverse_options,
    refuse_options,
    text_of,
)
from mdmameta.cli.options import data_option, emit, json_option
from mdmameta.options import (
    Interval,
    PooledMeasure,
    Prediction,
    Tau2Estimator,
    check_option,
)

if TYPE_CHECKING:
    from mdmameta.effects.table import Effects
    from mdmameta.models.fit import Fit
    from mdmameta.sensitivity import SensitivityTable

#: Names on the command line -> names of the analyses.
_ANALYSES = {"blinding": "blinding", "prior-use": "prior_use", "dropout": "dropout"}


@click.command(
    epilog="""\b
Examples:
  mdmameta fit
  mdmameta fit --set ptsd-response --tau2 PM
  mdmameta fit --from-csv my.csv --yi y --vi v --study trial --json -
  mdmameta fit --from-csv my.csv --figure forest forest.png
"""
)
@data_option
@click.option(
    "--set",
    "name",
    default="ptsd-primary",
    show_default=True,
    help="Contrast set of the raw tables.",
)
@click.option(
    "--from-csv",
    "csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Pool effects from any CSV file instead.",
)
@click.option("--yi", default="yi", show_default=True, help="Column of effects.")
@click.option("--vi", default="vi", show_default=True, help="Column of variances.")
@click.option("--study", help="Column of study labels.")
@click.option("--measure", default="", help="metafor's code of the measure.")
@click.option(
    "--tau2",
    type=click.Choice(get_args(Tau2Estimator)),
    default="REML",
    show_default=True,
    help="Estimator of the heterogeneity variance.",
)
@click.option(
    "--interval",
    type=click.Choice(get_args(Interval)),
    default="knapp-hartung",
    show_default=True,
    help="Interval of the mean.",
)
@click.option(
    "--prediction",
    type=click.Choice(get_args(Prediction)),
    default="metafor",
    show_default=True,
    help="Prediction interval.",
)
@extension_options
@json_option
def fit(
    data: Path, name: str, csv: Path | None, yi: str, vi: str, study: str | None,
    measure: str, tau2: Tau2Estimator, interval: Interval, prediction: Prediction,
    plugin_model: str | None, plugin_prior: str | None, plugin_bias: str | None,
    figure: tuple[str, Path] | None, json_path: str | None,
) -> None:  # fmt: skip
    """Pool one set of effects; with Knapp–Hartung, beside its companions."""
    from mdmameta.models.frequentist import RandomEffects
    from mdmameta.sensitivity.deciding import decide

    _refuse_two_sources(csv)
    if csv is None:
        effects = _contrast_set(data, name)
    else:
        effects = _of_a_file(csv, yi=yi, vi=vi, study=study, measure=measure)
    if plugin_bias is not None:
        effects = corrected(plugin_bias, effects)
    model = RandomEffects(tau2=tau2, interval=interval, prediction=prediction)
    decision = decide(effects, model)
    fits = [
        decision.asked,
        *(f for f in decision.candidates if f is not decision.asked),
    ]
    fits += plugin_fits(plugin_model, plugin_prior, effects)
    if figure is not None:
        draw(figure[0], decision.asked, figure[1])
    heading = effects.label or "effects"
    if plugin_bias is not None:
        heading += f", corrected by the bias plug-in {plugin_bias!r}"
    text = _fit_text(heading, fits, decision.fit)
    payload = {
        "fits": [_fit_payload(one) for one in fits],
        "deciding": repr(decision.fit.model),
    }
    emit(text, payload, json_path)


class _Analysis(click.ParamType):  # type: ignore[type-arg]
    """An analysis of this package, or one that a plug-in brings."""

    name = "analysis"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Refuse a name that nobody has."""
        from mdmameta.plugins import names_of

        known = [*_ANALYSES, "multiverse", *names_of("sensitivity")]
        if value not in known:
            listed = ", ".join(map(repr, known))
            self.fail(f"{value!r} is not one of {listed}.", param, ctx)
        return value

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Show the names of this package's own."""
        return f"[{'|'.join([*_ANALYSES, 'multiverse'])}]"

    def get_missing_message(
        self, param: click.Parameter, ctx: click.Context | None
    ) -> str:
        """Name the analyses when none was given."""
        return f"Choose from {', '.join([*_ANALYSES, 'multiverse'])}."


@click.command(
    epilog="""\b
Examples:
  mdmameta sensitivity dropout --json dropout.json
  mdmameta sensitivity multiverse --workers 2 --out multiverse/
"""
)
@click.argument("analysis", type=_Analysis())
@data_option
@multiverse_options
@json_option
def sensitivity(
    analysis: str, data: Path, json_path: str | None, **running: Any
) -> None:
    """Ask how far an assumption must fail before the conclusion changes.

    The multiverse computes every defensible specification instead.
    """
    from mdmameta.cli.progress import step
    from mdmameta.reporting.results import load_results

    if analysis == "multiverse":
        result = computed(data, **running)
        emit(text_of(result), result.to_dict(), json_path)
        return
    refuse_options(analysis)
    with step(f"Refitting under {analysis} assumptions"):
        if analysis in _ANALYSES:
            table = load_results(data).sensitivity[_ANALYSES[analysis]]
        else:
            effects = _contrast_set(data, "ptsd-primary")
            table = analysed(analysis, effects, [*_ANALYSES, "multiverse"])
    emit(_table_text(table), table.to_dict(), json_path)


def _of_a_file(csv: Path, *, measure: str, **columns: Any) -> Effects:
    from mdmameta.effects.readers import read_effects_csv

    if measure:
        check_option("--measure", measure, PooledMeasure)
    return read_effects_csv(csv, measure=measure, **columns)


def _refuse_two_sources(csv: Path | None) -> None:
    context = click.get_current_context()
    wrong = ("name",) if csv else ("yi", "vi", "study", "measure")
    typed = click.core.ParameterSource.COMMANDLINE
    if any(context.get_parameter_source(name) is typed for name in wrong):
        raise click.UsageError(
            "--set takes effects from the raw tables, --from-csv with --yi, --vi, "
            "--study and --measure from a file: give one or the other."
        )


def _contrast_set(data: Path, name: str) -> Effects:
    from mdmameta.reporting.results import load_results

    return load_results(data).contrast_set(name)


def _fit_payload(fit: Fit) -> object:
    from mdmameta.sensitivity.table import plain

    return plain({**fit.to_frame().iloc[0].to_dict(), "warnings": list(fit.warnings)})


def _fit_text(heading: str, fits: list[Fit], deciding: Fit) -> str:
    from mdmameta.tables.numbers import interval, number

    lines = [f"{heading} (k = {fits[0].k})", ""]
    for one in fits:
        e, h = one.estimate, one.heterogeneity
        lines += [
            repr(one.model),
            f"  estimate    {number(e.value, 4)} {interval(e.ci_low, e.ci_high, 4)}",
            f"  prediction  {interval(e.pi_low, e.pi_high, 4)}",
            f"  tau² {number(h.tau2, 4)}   I² {number(h.i2, 1)} %",
            "",
        ]
    if len(fits) > 1:
        lines += [f"The wider interval decides: {deciding.model!r}", ""]
    cautions = dict.fromkeys(text for one in fits for text in one.warnings)
    return "\n".join([*lines, *(f"! {text}" for text in cautions)]).rstrip()


def _table_text(table: SensitivityTable) -> str:
    lines = [table.label, "", str(table.verdict), ""]
    for point in table.tipping:
        value = "none" if point.value is None else f"{point.value:.3f} {point.unit}"
        lines.append(
            f"tipping {point.label or point.parameter}: {value} ({point.reason})"
        )
    shown = table.frame.to_string(index=False, float_format="{:.3f}".format)
    return "\n".join([*lines, "", shown, "", *(f"! {note}" for note in table.notes)])
