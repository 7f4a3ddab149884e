"""The command that shows and empties what is kept between runs."""

from __future__ import annotations

import click

from mdmameta.cli.options import emit, json_option

#: Bytes of a megabyte.
MEGABYTE = 1_000_000


@click.group(epilog="Example:  mdmameta cache info")
def cache() -> None:
    """Show or empty the cache of sampled fits and of pages.

    A sampled fit is kept under the hash of model, data, settings, seed and versions,
    what the cells of a page gave under that of their code, the tables, this package
    and versions, so that nothing is computed twice. MDMAMETA_CACHE names another
    directory, or "off".
    """


@cache.command()
@json_option
def info(json_path: str | None) -> None:
    """Print where it is, and number, size and age of what it holds."""
    from mdmameta.models.bayesian.sampled.cache import info as held
    from mdmameta.reporting.embedded.kept import info as kept

    found, pages = held(), kept()
    oldest = found.oldest and found.oldest.isoformat(timespec="seconds")
    payload = {
        "directory": found.directory and str(found.directory),
        "fits": found.fits,
        "bytes": found.bytes,
        "oldest": oldest,
        "pages_directory": pages.directory and str(pages.directory),
        "pages": pages.pages,
        "pages_bytes": pages.bytes,
    }
    lines = [
        f"directory: {found.directory or 'none (MDMAMETA_CACHE=off)'}",
        f"fits: {found.fits}, {found.bytes / MEGABYTE:.1f} MB",
        *([f"oldest: {oldest}"] if oldest else []),
        f"pages: {pages.pages}, {pages.bytes / MEGABYTE:.1f} MB",
    ]
    emit("\n".join(lines), payload, json_path)


@cache.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(yes: bool) -> None:
    """Remove every fit and every page from the cache, and nothing else."""
    from mdmameta.models.bayesian.sampled import cache as fits
    from mdmameta.reporting.embedded import kept

    found, pages = fits.info(), kept.info()
    what = f"{found.fits} fits and {pages.pages} pages"
    if found.fits + pages.pages and not (yes or _agreed(what, str(found.directory))):
        click.echo("Nothing was removed.")
        return
    fits.clear()
    kept.clear()
    size = (found.bytes + pages.bytes) / MEGABYTE
    click.echo(f"Removed: {what}, {size:.1f} MB.")


def _agreed(what: str, where: str) -> bool:
    try:
        return click.confirm(f"Remove {what} from {where}?")
    except click.Abort as error:
        raise click.UsageError(
            "nobody answered; to remove them unasked: --yes."
        ) from error
