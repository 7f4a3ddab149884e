"""The command that begins a review."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example:  mdmameta new my-review")
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make FOLDER with a table of effects and a report on it."""
    from mdmameta.starter import new_project

    made = new_project(folder)
    click.echo("\n".join(str(folder / path) for path in made))
    click.echo(
        f"\nThe studies are made up. Replace them, then:\n  cd {folder}\n"
        "  mdmameta report --project report --data data"
    )
