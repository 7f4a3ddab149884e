"""The command that shows and empties the cache of sampled fits."""

from __future__ import annotations

import click

from mdmameta.cli.options import emit, json_option

#: Bytes of a megabyte.
MEGABYTE = 1_000_000


@click.group(epilog="Example:  mdmameta cache info")
def cache() -> None:
    """Show or empty the cache of sampled fits.

    A sampled fit is kept under the hash of model, data, settings, seed and versions,
    so that a report samples nothing twice. MDMAMETA_CACHE names another directory, or
    "off".
    """


@cache.command()
@json_option
def info(json_path: str | None) -> None:
    """Print where it is, and number, size and age of its fits."""
    from mdmameta.models.bayesian.sampled.cache import info as held

    found = held()
    oldest = found.oldest and found.oldest.isoformat(timespec="seconds")
    payload = {
        "directory": found.directory and str(found.directory),
        "fits": found.fits,
        "bytes": found.bytes,
        "oldest": oldest,
    }
    lines = [
        f"directory: {found.directory or 'none (MDMAMETA_CACHE=off)'}",
        f"fits: {found.fits}, {found.bytes / MEGABYTE:.1f} MB",
        *([f"oldest: {oldest}"] if oldest else []),
    ]
    emit("\n".join(lines), payload, json_path)


@cache.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(yes: bool) -> None:
    """Remove every fit from the cache, and nothing else."""
    from mdmameta.models.bayesian.sampled import cache as store

    found = store.info()
    if found.fits and not (yes or _agreed(found.fits, str(found.directory))):
        click.echo("Nothing was removed.")
        return
    store.clear()
    click.echo(f"Removed: {found.fits} fits, {found.bytes / MEGABYTE:.1f} MB.")


def _agreed(fits: int, where: str) -> bool:
    try:
        return click.confirm(f"Remove {fits} fits from {where}?")
    except click.Abort as error:
        raise click.UsageError(
            "nobody answered; to remove them unasked: --yes."
        ) from error
