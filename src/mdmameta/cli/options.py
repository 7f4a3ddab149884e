"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

#: Where people type numbers, relative to the place a command is run in.
DEFAULT_DATA = Path("data/raw")


def data_option(command: F) -> F:
    """Add ``--data DIR``."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_DATA,
        show_default=True,
        help="Directory of the raw tables.",
    )(command)


def need_directory(data: Path) -> None:
    """Refuse a path that is no directory.

    Raises
    ------
    click.BadParameter
        When there is none.
    """
    if not data.is_dir():
        raise click.BadParameter(
            f"{data}: found no such directory; allowed: a directory with sources.csv, "
            "studies.csv and arms.csv. Correct the path.",
            param_hint="--data",
        )


def json_option(command: F) -> F:
    """Add ``--json PATH|-``."""
    return click.option(
        "--json",
        "json_path",
        metavar="PATH|-",
        help="Write JSON to a file, or alone to standard output with '-'.",
    )(command)


def out_option(text: str) -> Callable[[F], F]:
    """Add ``--out DIR``, described by `text`."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"{text}  [default: derived/ beside the raw tables]",
    )


def group_of(kind: type[T], options: Mapping[str, Any]) -> T:
    """Make a record of the options that are named like its fields.

    Parameters
    ----------
    kind
        A dataclass.
    options
        Of a command, by name.
    """
    return kind(**{one.name: options[one.name] for one in fields(cast(Any, kind))})


def emit(text: str, payload: object, json_path: str | None) -> None:
    """Print text for people, or JSON for programs.

    Parameters
    ----------
    text
        For a person; not printed when JSON goes to standard output.
    payload
        Anything that `json` can write; NaN must be None already.
    json_path
        None, a file, or "-" for standard output, in whatever encoding that is:
        there characters beyond ASCII are escaped.

    Raises
    ------
    click.BadParameter
        When the file cannot be written; the text was printed before.
    """
    if json_path is None:
        click.echo(text)
        return
    on_stdout = json_path == "-"
    document = json.dumps(payload, indent=2, ensure_ascii=on_stdout, allow_nan=False)
    if on_stdout:
        click.echo(document)
        return
    click.echo(text)
    try:
        Path(json_path).write_text(document + "\n", encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(
            f"{json_path} cannot be written ({error.strerror}); name a file in a "
            "directory that exists, or '-'.",
            param_hint="--json",
        ) from error
    click.echo(f"JSON: {json_path}", err=True)
