"""The command that runs sensitivity analyses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdmameta.cli.extensions import analysed
from mdmameta.cli.multiverse import (
    computed,
    multiverse_options,
    refuse_options,
    text_of,
)
from mdmameta.cli.options import data_option, emit, json_option
from mdmameta.cli.outcomes import outcome_option, refitted

if TYPE_CHECKING:
    from mdmameta.sensitivity import SensitivityTable

#: Names on the command line -> names of the analyses.
_ANALYSES = {
    "blinding": "blinding",
    "prior-use": "prior_use",
    "dropout": "dropout",
    "robustness": "robustness",
}


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
  mdmameta sensitivity blinding --data mine --outcome "depression severity"
  mdmameta sensitivity multiverse --workers 2 --out multiverse/
"""
)
@click.argument("analysis", type=_Analysis())
@data_option
@outcome_option
@multiverse_options
@json_option
def sensitivity(
    analysis: str,
    data: Path,
    outcome: str | None,
    json_path: str | None,
    **running: Any,
) -> None:
    """Ask how far an assumption may fail before a verdict does.

    The multiverse computes every defensible specification instead.
    """
    from mdmameta.cli.progress import step

    if analysis == "multiverse":
        result = computed(data, outcome=outcome, **running)
        emit(text_of(result), result.to_dict(), json_path)
        return
    refuse_options(analysis)
    with step(f"Refitting under {analysis} assumptions"):
        table = _refitted(analysis, data, outcome)
    emit(_table_text(table), table.to_dict(), json_path)


def _refitted(analysis: str, data: Path, outcome: str | None) -> SensitivityTable:
    """Run an analysis of this package, or of a plug-in on the primary contrasts."""
    from mdmameta.analyses.any_outcome import require_condition
    from mdmameta.reporting.results import load_results

    results = load_results(data)
    if outcome is not None:
        return refitted(_ANALYSES.get(analysis, analysis), results.evidence, outcome)
    require_condition(results.evidence)
    if analysis in _ANALYSES:
        return results.sensitivity[_ANALYSES[analysis]]
    effects = results.contrast_set("ptsd-primary")
    return analysed(analysis, effects, [*_ANALYSES, "multiverse"])


def _table_text(table: SensitivityTable) -> str:
    lines = [table.label, "", str(table.verdict), ""]
    for point in table.tipping:
        value = "none" if point.value is None else f"{point.value:.3f} {point.unit}"
        lines.append(
            f"tipping {point.label or point.parameter}: {value} ({point.reason})"
        )
    shown = table.frame.to_string(index=False, float_format="{:.3f}".format)
    return "\n".join([*lines, "", shown, "", *(f"! {note}" for note in table.notes)])
