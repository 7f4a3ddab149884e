"""Commands on tables: validate what was typed, and derive."""

from __future__ import annotations

from pathlib import Path

import click

from mdmameta.cli.options import data_option, emit, json_option, out_option
from mdmameta.errors import RecordError

#: Exit code when a check fails, as opposed to 2 for wrong usage or bad data.
CHECK_FAILED = 1


@click.command(epilog="Example:  mdmameta validate --data data/raw")
@data_option
@json_option
@click.pass_context
def validate(ctx: click.Context, data: Path, json_path: str | None) -> None:
    """Check the raw tables and list every fault at once."""
    from mdmameta.claims import claim_faults
    from mdmameta.records import load_evidence
    from mdmameta.schema import TABLES

    try:
        evidence = load_evidence(data)
        if broken := claim_faults(evidence):
            raise RecordError(broken)  # noqa: TRY301 - listed with all others below
    except RecordError as error:
        faults = [
            {name: getattr(fault, name) for name in fault.__slots__}
            for fault in error.faults
        ]
        emit(str(error), {"valid": False, "faults": faults}, json_path)
        ctx.exit(CHECK_FAILED)
    rows = {name: len(evidence.to_frame(name)) for name in TABLES}
    listed = ", ".join(f"{name} {count}" for name, count in rows.items())
    emit(
        f"{data}: sound. Rows: {listed}.",
        {"valid": True, "rows": rows, "digest": evidence.digest},
        json_path,
    )


@click.command(epilog="Example:  mdmameta derive --check")
@data_option
@out_option("Where derived files belong.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if out of date.")
@click.pass_context
def derive(ctx: click.Context, data: Path, out: Path | None, check: bool) -> None:
    """Compute effects, results and bibliography from raw tables."""
    from mdmameta.cli.progress import step
    from mdmameta.derive import derived_files, differences, write_derived
    from mdmameta.reporting.results import load_results

    out = out or data.parent / "derived"
    with step("Checking the raw tables"):
        results = load_results(data)
    with step("Computing effects, fits and sensitivity analyses"):
        files = derived_files(results, data, out)
    found = differences(files)
    if not found:
        click.echo(f"{out}: up to date.")
    elif check:
        click.echo("\n".join(found))
        click.echo("Derived files are out of date; run: mdmameta derive", err=True)
        ctx.exit(CHECK_FAILED)
    else:
        write_derived(files)
        click.echo("\n".join(f"wrote {path}" for path in files))
