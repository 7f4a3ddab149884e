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
    """Walk from any number back to raw rows, documents and formulas.

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
