"""The command that compares the tables with an older version."""

from __future__ import annotations

from pathlib import Path

import click

from mdmameta.cli.options import data_option, emit, json_option


@click.command(epilog="Example:  mdmameta diff HEAD~5")
@click.argument("revision")
@data_option
@json_option
def diff(revision: str, data: Path, json_path: str | None) -> None:
    """Say what changed since REVISION, and which estimates moved.

    REVISION is one of git, such as HEAD~5, a tag or a commit, or a directory of
    older tables. Every pooled estimate that moved is printed with the part of its
    shift that each changed cell or row explains.
    """
    from mdmameta.cli.progress import step
    from mdmameta.lineage.compared import difference

    with step("Comparing the tables and their estimates"):
        found = difference(revision, data)
    emit(str(found), found.to_dict(), json_path)
