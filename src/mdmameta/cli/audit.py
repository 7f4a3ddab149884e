"""The command that audits the numbers of the raw tables."""

from __future__ import annotations

from pathlib import Path

import click

from mdmameta.cli.options import data_option, emit, json_option, need_directory
from mdmameta.cli.tables import CHECK_FAILED
from mdmameta.errors import RecordError


@click.command(epilog="Example:  mdmameta audit --strict")
@data_option
@click.option("--strict", is_flag=True, help="Exit 1 if any finding is an error.")
@json_option
@click.pass_context
def audit(ctx: click.Context, data: Path, strict: bool, json_path: str | None) -> None:
    """Look for numbers that cannot be what their rows say they are.

    An error contradicts other numbers in a row that analyses use; a warning is
    about a row set aside or only quoted, or about something very unlikely. Tables
    that `validate` refuses have its faults as findings, and nothing more.
    """
    from mdmameta.audit import Audit, from_faults
    from mdmameta.audit import audit as run
    from mdmameta.cli.progress import step
    from mdmameta.records import load_evidence

    need_directory(data)
    with step("Checking the raw tables and comparing their numbers"):
        try:
            found = run(load_evidence(data))
        except RecordError as error:
            found = Audit(from_faults(error.faults))
    counts = ", ".join(f"{kind} {n}" for kind, n in found.counts.items())
    lines = [*map(str, found), f"Findings: {len(found)} ({counts})."]
    emit("\n".join(lines), found.to_dict(), json_path)
    if strict and not found.passed:
        ctx.exit(CHECK_FAILED)
