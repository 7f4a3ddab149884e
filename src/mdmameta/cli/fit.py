"""The command that pools effects, of the raw tables or of anybody's file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from mdmameta.cli.extensions import (
    Extensions,
    corrected,
    draw,
    extension_options,
    plugin_fits,
)
from mdmameta.cli.options import data_option, emit, group_of, json_option
from mdmameta.options import (
    Interval,
    PooledMeasure,
    Prediction,
    Tau2Estimator,
    check_option,
)

if TYPE_CHECKING:
    from mdmameta.effects.table import Effects
    from mdmameta.models.fit import Fit, Model
    from mdmameta.sensitivity.deciding import Decision


@click.command(
    epilog="""\b
Examples:
  mdmameta fit
  mdmameta fit --set ptsd-response --tau2 PM
  mdmameta fit --from-csv my.csv --yi y --vi v --study trial --json -
  mdmameta fit --from-csv my.csv --yi y --sei se --mods "year + C(design)"
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
@click.option("--sei", help="Column of standard errors, in place of variances.")
@click.option("--study", help="Column of study labels.  [default: study or slab]")
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
@click.option(
    "--mods",
    metavar="FORMULA",
    help="Moderators, columns of the file, in formulaic's syntax: meta-regression.",
)
@extension_options
@json_option
def fit(data: Path, json_path: str | None, **options: Any) -> None:
    """Pool one set of effects, of the raw tables or of any file.

    A Knapp–Hartung interval stands beside the companions that decide instead.

    With --mods the mean effect depends on moderators, and every coefficient is
    given with its interval.
    """
    from mdmameta.sensitivity.deciding import decide

    source, asked = group_of(_Source, options), group_of(_Asked, options)
    extra = group_of(Extensions, options)
    _refuse_what_clashes(source.csv, asked.mods)
    effects = corrected(extra.plugin_bias, source.effects(data))
    decision = decide(effects, asked.model())
    fits = [
        decision.asked,
        *(f for f in decision.candidates if f is not decision.asked),
        *plugin_fits(extra.plugin_model, extra.plugin_prior, effects),
    ]
    if extra.figure is not None:
        name, path = extra.figure
        draw(name, decision.asked, path)
    payload = {
        "fits": [_fit_payload(one) for one in fits],
        "deciding": repr(decision.fit.model),
    }
    heading = _heading(effects, extra.plugin_bias)
    emit(_fit_text(heading, fits, decision), payload, json_path)


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where the effects are: a contrast set of the raw tables, or a file."""

    name: str
    csv: Path | None
    yi: str
    vi: str
    sei: str | None
    study: str | None
    measure: str

    def effects(self, data: Path) -> Effects:
        """Read them."""
        from mdmameta.effects.readers import read_effects_csv
        from mdmameta.reporting.results import load_results

        if self.csv is None:
            return load_results(data).contrast_set(self.name)
        if self.measure:
            check_option("--measure", self.measure, PooledMeasure)
        return read_effects_csv(
            self.csv,
            yi=self.yi,
            vi=self.vi,
            sei=self.sei,
            study=self.study,
            measure=self.measure,
        )


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """How they are pooled."""

    tau2: Tau2Estimator
    interval: Interval
    prediction: Prediction
    mods: str | None

    def model(self) -> Model:
        """Describe the model."""
        from mdmameta.models.frequentist import MetaRegression, RandomEffects

        if self.mods is not None:
            return MetaRegression(self.mods, tau2=self.tau2, interval=self.interval)
        return RandomEffects(
            tau2=self.tau2, interval=self.interval, prediction=self.prediction
        )


def _heading(effects: Effects, bias: str | None) -> str:
    heading = effects.label or "effects"
    if bias is None:
        return heading
    return f"{heading}, corrected by the bias plug-in {bias!r}"


def _refuse_what_clashes(csv: Path | None, mods: str | None) -> None:
    of_file = ("yi", "vi", "sei", "study", "measure")
    if _typed("name" if csv else of_file):
        raise click.UsageError(
            "--set takes effects from the raw tables, --from-csv with --yi, --vi, "
            "--sei, --study and --measure from a file: give one or the other."
        )
    if _typed("vi") and _typed("sei"):
        raise click.UsageError(
            "--vi names a column of variances, --sei one of standard errors: give one."
        )
    if mods is not None and _typed(("prediction", "plugin_model", "plugin_prior")):
        raise click.UsageError(
            "--mods fits a meta-regression, which --prediction, --model and --prior do "
            "not belong to: leave them out."
        )


def _typed(names: str | tuple[str, ...]) -> bool:
    context, typed = click.get_current_context(), click.core.ParameterSource.COMMANDLINE
    wanted = (names,) if isinstance(names, str) else names
    return any(context.get_parameter_source(name) is typed for name in wanted)


def _fit_payload(fit: Fit) -> object:
    from mdmameta.models.plain import plain

    found = {**fit.to_frame().iloc[0].to_dict(), "warnings": list(fit.warnings)}
    if len(fit.coefficients) > 1:
        found["coefficients"] = fit.coefficients.to_dict("records")
        test = fit.omnibus
        found["omnibus"] = None if test is None else asdict(test)
    return plain(found)


def _fit_text(heading: str, fits: list[Fit], decision: Decision) -> str:
    lines = [f"{heading} (k = {fits[0].k})", ""]
    for one in fits:
        lines += [repr(one.model), *_numbers(one), ""]
    if len(fits) > 1:
        lines += [f"The wider interval decides: {decision.fit.model!r}", ""]
    cautions = dict.fromkeys(text for one in fits for text in one.warnings)
    alone = decision.notes if len(decision.candidates) == 1 else ()
    return "\n".join([*lines, *(f"! {text}" for text in (*cautions, *alone))]).rstrip()


def _numbers(fit: Fit) -> list[str]:
    from mdmameta.tables.numbers import interval, number

    e, h = fit.estimate, fit.heterogeneity
    heterogeneity = f"  tau² {number(h.tau2, 4)}   I² {number(h.i2, 1)} %"
    if len(fit.coefficients) < 2:
        ends = ((e.value, e.ci_low, e.ci_high), (e.pi_low, e.pi_high))
        return [
            f"  estimate    {number(ends[0][0], 4)} {interval(*ends[0][1:], 4)}",
            f"  prediction  {interval(*ends[1], 4)}",
            *_read_scale(fit),
            heterogeneity,
        ]
    terms = fit.coefficients.to_dict("records")
    wide = max(len(str(one["term"])) for one in terms)
    return [
        *(
            f"  {one['term']!s:{wide}}  {number(one['value'], 4)} "
            f"{interval(one['ci_low'], one['ci_high'], 4)}"
            for one in terms
        ),
        *_joint_test(fit),
        heterogeneity,
    ]


def _read_scale(fit: Fit) -> list[str]:
    from mdmameta.models.summary import back_transformed
    from mdmameta.tables.numbers import interval, number

    found = back_transformed(fit)
    if found is None:
        return []
    way, (value, low, high, *new) = found
    ends = f"{interval(low, high, 4)}, prediction {interval(new[0], new[1], 4)}"
    return [f"  back-transformed ({way}) {number(value, 4)} {ends}"]


def _joint_test(fit: Fit) -> list[str]:
    from mdmameta.tables.numbers import number, p_value

    test = fit.omnibus
    if test is None:
        return []
    name = f"F({test.df}, {test.df_residual:g})"
    if test.df_residual == float("inf"):
        name = f"χ²({test.df})"
    found = f"{name} = {number(test.statistic, 2)}, {p_value(test.p_value)}"
    return [f"  all moderators together: {found}"]
