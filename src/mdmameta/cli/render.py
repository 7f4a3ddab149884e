"""Command that renders the report."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from mdmameta.cli.options import data_option
from mdmameta.options import Renderer


@click.command(
    epilog="Examples:  mdmameta report   ·   mdmameta report --to html --to pdf"
)
@data_option
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("reports"),
    show_default=True,
    help="Quarto project to render.",
)
@click.option(
    "--renderer",
    type=click.Choice(get_args(Renderer)),
    help="Quarto, or the embedded renderer (HTML).  [default: Quarto if found]",
)
@click.option(
    "--to",
    "formats",
    type=click.Choice(["html", "pdf", "docx"]),
    multiple=True,
    default=("html",),
    show_default=True,
    help="Format; repeat for several. PDF and DOCX need Quarto.",
)
def report(
    data: Path, project: Path, renderer: Renderer | None, formats: tuple[str, ...]
) -> None:
    """Check the tables, then render the report and say where it is."""
    from mdmameta.cli.progress import bar, step
    from mdmameta.reporting import render_report

    with step("Checking the raw tables"):
        _check(data)
    with bar("Rendering") as advance:
        result = render_report(
            project,
            renderer=renderer,
            formats=formats,
            parameters={"DATA": str(data.resolve())},
            progress=advance,
        )
    click.echo(f"Rendered by {result.renderer} in {result.seconds:.0f} s:")
    click.echo("\n".join(str(path) for path in (result.index, *result.outputs)))


def _check(data: Path) -> None:
    """Look at tables of evidence, or at the one table of a review begun by `new`."""
    from mdmameta.effects.readers import read_effects_csv
    from mdmameta.records import load_evidence

    if (data / "effects.csv").exists() and not (data / "sources.csv").exists():
        read_effects_csv(data / "effects.csv", study="study")
    else:
        load_evidence(data)
