"""The command that computes published and stored results again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mdmameta.cli.options import (
    data_option,
    emit,
    json_option,
    need_directory,
    out_option,
)
from mdmameta.cli.tables import CHECK_FAILED

if TYPE_CHECKING:
    from mdmameta.claims import Entry, Ledger


@click.command(epilog="Example:  mdmameta verify --csv ledger.csv")
@data_option
@out_option("Where derived files are.")
@json_option
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the ledger as a table, one row a printed number.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Compute the sensitivity analyses again too, whatever fingerprints say.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 2),
    help="Processes to compute with.  [default: 2 on two processors or more]",
)
@click.pass_context
def verify(
    ctx: click.Context,
    data: Path,
    out: Path | None,
    json_path: str | None,
    csv_path: Path | None,
    everything: bool,
    workers: int | None,
) -> None:
    """Compute published statements and stored results again.

    Sensitivity analyses take longest. They are computed again when a table or a
    derived file is not as `derive` left it, and with --all.

    Exit 1 if a claim that was reproduced no longer is, or a stored result moved.
    """
    from mdmameta.claims.comparison import compare_numbers, lost_reproductions
    from mdmameta.cli.progress import step
    from mdmameta.cli.recompute import recompute
    from mdmameta.derive import as_written, stored_ledger, stored_results

    need_directory(data)
    out = out or data.parent / "derived"
    stored, claims = stored_results(out), stored_ledger(out)
    everything = everything or not as_written(data, out)
    with step("Computing published and stored results again"):
        ledger, fresh = recompute(data, workers, everything=everything)
    compared = stored if everything else {name: stored.get(name) for name in fresh}
    moved = sorted(compare_numbers(compared, fresh))
    lost = lost_reproductions(claims["claims"], ledger.to_dict()["claims"])
    if csv_path is not None:
        _write(ledger, csv_path)
    payload = {
        **ledger.to_dict(),
        "verdicts": ledger.counts,
        "lost": lost,
        "results": len(fresh["results"]),
        "analyses": len(fresh.get("sensitivity", ())),
        "differences": moved,
        "same": not (lost or moved),
    }
    faults = [*lost, *moved]
    last = f"{len(faults)} differences from {out}." if faults else _same(fresh, stored)
    emit("\n".join([*_lines(ledger), "", *faults, last]), payload, json_path)
    if faults:
        ctx.exit(CHECK_FAILED)


def _same(fresh: Mapping[str, Any], stored: Mapping[str, Any]) -> str:
    estimates, analyses = len(fresh["results"]), len(stored.get("sensitivity", ()))
    if "sensitivity" in fresh:
        return (
            f"{estimates} stored estimates and {analyses} sensitivity analyses "
            "computed again: all the same."
        )
    return (
        f"{estimates} stored estimates computed again: all the same.\n"
        f"{analyses} sensitivity analyses not computed again: tables and derived files "
        "have the fingerprints of one run of `derive` (--all computes them too)."
    )


def _lines(ledger: Ledger) -> list[str]:
    counted = [f"{n:4d}  {verdict}" for verdict, n in ledger.counts.items()]
    lines = [f"{len(ledger)} claims:", *counted]
    heading = ""
    for entry in ledger.by_verdict():
        if entry.verdict != heading:
            heading = entry.verdict
            lines += ["", heading.upper()]
        lines += _entry(entry)
    return lines


def _entry(entry: Entry) -> list[str]:
    now = entry.recomputed
    numbers = [
        f"{one.quantity} {one.text}"
        + ("" if (n := now.get(one.quantity)) is None else f" -> {one.beside(n)}")
        for one in entry.printed
    ]
    lines = [f"  {entry.id}: {entry.claim['statement']}"]
    lines += [f"      {', '.join(numbers)}"] if numbers else []
    lines += [f"      {entry.finding.why}"] if entry.finding.why else []
    return lines


def _write(ledger: Ledger, path: Path) -> None:
    text = ledger.to_frame().to_csv(index=False, lineterminator="\n")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(
            f"{path} cannot be written ({error.strerror}); name a file in a directory "
            "that exists.",
            param_hint="--csv",
        ) from error
