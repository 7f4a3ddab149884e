"""Commands that walk the graph: where a number comes from, what a source touches."""

from __future__ import annotations

from pathlib import Path

import click

from mdmameta.cli.options import data_option, emit, json_option, out_option


@click.command(epilog="Example:  mdmameta trace ptsd-primary/reml-kh")
@click.argument("identity", metavar="ID")
@click.option("--up", is_flag=True, help="Show what rests on it instead.")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    help="Steps shown below the first.  [default: all]",
)
@data_option
@out_option("Where derived files are.")
@json_option
def trace(
    identity: str,
    up: bool,
    depth: int | None,
    data: Path,
    out: Path | None,
    json_path: str | None,
) -> None:
    """Walk from a number back to rows, documents and formulas.

    ID is an estimate as results.json names it (ptsd-primary/reml-kh), a
    sensitivity analysis (blinding), one number of either
    (ptsd-primary/reml-kh#ci_low), a contrast set, an effect
    (effect:ptsd-primary/MP1), a claim, a row (continuous:ROW_ID), a trial, a
    source id or a DOI.
    """
    from mdmameta.lineage import trace as walk
    from mdmameta.records import load_evidence

    found = walk(load_evidence(data), identity, up=up, stored=out)
    found = found if depth is None else found.down_to(depth)
    emit(str(found), found.to_dict(), json_path)


@click.command(epilog="Example:  mdmameta impact 10.1007/s00213-020-05710-w")
@click.argument("source", metavar="SOURCE")
@click.option(
    "--keep-corroborated",
    is_flag=True,
    help="Keep rows that another document gives too, unless a column was computed.",
)
@click.option(
    "--analyses", is_flag=True, help="Refit sensitivity analyses too: seconds each."
)
@data_option
@out_option("Where derived files are.")
@json_option
def impact(
    source: str,
    keep_corroborated: bool,
    analyses: bool,
    data: Path,
    out: Path | None,
    json_path: str | None,
) -> None:
    """List what rests on a document, and refit it without.

    SOURCE is a source id or DOI, and all ids of that document go with it; or the
    id of a trial. Estimates are shown before and after, with their shift and
    whether their verdict changes. Retractions and concerns are marked with their
    dates, on the document and on others that report on the same people.
    """
    from mdmameta.cli.progress import step
    from mdmameta.lineage import impact as refit
    from mdmameta.records import load_evidence

    with step(f"Refitting without {source}"):
        found = refit(
            load_evidence(data),
            source,
            keep_corroborated=keep_corroborated,
            analyses=analyses,
            stored=out,
        )
    emit(str(found), found.to_dict(), json_path)
