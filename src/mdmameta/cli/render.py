"""Command that renders the report."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from mdmameta.cli.options import data_option
from mdmameta.options import Renderer

#: Page of one outcome, beside the pages of the report.
ONE_OUTCOME = Path("reports/outcome")


@click.command(
    epilog="Examples:  mdmameta report   ·   mdmameta report --to html --to pdf   ·   "
    "mdmameta report --data my_tables --outcome depression"
)
@data_option
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Quarto project to render.  [default: reports, with --outcome "
    "reports/outcome]",
)
@click.option(
    "--outcome",
    help="Outcome or instrument of the tables: its contrasts on one page.",
)
@click.option(
    "--renderer",
    type=click.Choice(get_args(Renderer)),
    help="Quarto, or the embedded renderer.  [default: Quarto if found]",
)
@click.option(
    "--to",
    "formats",
    type=click.Choice(["html", "pdf", "docx"]),
    multiple=True,
    default=("html",),
    show_default=True,
    help="Format; repeat for several.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Render again whatever page changes, until interrupted (embedded renderer).",
)
def report(
    data: Path,
    project: Path | None,
    outcome: str | None,
    renderer: Renderer | None,
    formats: tuple[str, ...],
    watch: bool,
) -> None:
    """Check the tables, then render the report and say where it is."""
    from mdmameta.cli.progress import bar, step
    from mdmameta.reporting import render_report

    if watch and renderer == "quarto":
        raise click.UsageError(
            "--watch renders with the embedded renderer; leave out --renderer quarto, "
            "or use 'quarto preview'."
        )
    with step("Checking the raw tables"):
        _check(data, outcome)
    root = project or (ONE_OUTCOME if outcome else Path("reports"))
    parameters = {"DATA": str(data.resolve())}
    if outcome:
        parameters["OUTCOME"] = outcome
    if watch:
        _watch(root, formats, parameters)
        return
    with bar("Rendering") as advance:
        result = render_report(
            root,
            renderer=renderer,
            formats=formats,
            parameters=parameters,
            progress=advance,
        )
    click.echo(f"Rendered by {result.renderer} in {result.seconds:.0f} s:")
    written = dict.fromkeys((result.index, *result.outputs))
    click.echo("\n".join(map(str, written)))


def _watch(root: Path, formats: tuple[str, ...], parameters: dict[str, str]) -> None:
    """Tell of every round until Ctrl-C, which is how one stops."""
    from mdmameta.reporting import watch_report

    try:
        for one in watch_report(root, formats=formats, parameters=parameters):
            if one.error is not None:
                click.echo(f"The site is as it was. {one.error}", err=True)
            else:
                pages = ", ".join(one.pages)
                click.echo(f"{one.index}: {pages} in {one.seconds:.1f} s")
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _check(data: Path, outcome: str | None) -> None:
    """Look at tables of evidence, or at the one table of a review begun by `new`."""
    from mdmameta.effects.readers import read_effects_csv
    from mdmameta.records import load_evidence
    from mdmameta.reporting.outcome import instruments_of

    if (data / "effects.csv").exists() and not (data / "sources.csv").exists():
        read_effects_csv(data / "effects.csv", study="study")
        return
    evidence = load_evidence(data)
    if outcome:
        instruments_of(evidence, outcome)
