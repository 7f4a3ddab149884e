"""The multiverse on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mdmameta.sensitivity import Multiverse

F = TypeVar("F", bound=Callable[..., Any])

#: Options of the multiverse alone, by the names of their parameters.
OPTIONS = ("seed", "workers", "scheduler", "out")


def multiverse_options(command: F) -> F:
    """Add ``--seed``, ``--workers``, ``--scheduler`` and ``--out``."""
    wrapped: Any = command
    for option in (
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            help="Multiverse: directory for Parquet parts; goes on where it stopped.",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Multiverse: a dask scheduler, such as tcp://host:8786.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            help="Multiverse: processes; 1 runs without Dask.",
        ),
        click.option("--seed", type=int, help="Multiverse: seed of random flips."),
    ):
        wrapped = option(wrapped)
    made: F = wrapped
    return made


def refuse_options(analysis: str) -> None:
    """Refuse options that mean nothing to another analysis.

    Raises
    ------
    click.UsageError
        Naming the first of them.
    """
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    for name in OPTIONS:
        if context.get_parameter_source(name) is typed:
            raise click.UsageError(
                f"--{name} is for the multiverse; {analysis} does not take it."
            )


def computed(
    data: Path,
    *,
    outcome: str | None = None,
    seed: int | None,
    workers: int,
    scheduler: str | None,
    out: Path | None,
) -> Multiverse:
    """Compute the multiverse of the raw tables, with a bar on standard error."""
    from mdmameta.analyses.any_outcome import outcome_sids
    from mdmameta.cli.outcomes import universe_of
    from mdmameta.cli.progress import bar, step
    from mdmameta.records import load_evidence
    from mdmameta.sensitivity import multiverse

    evidence = load_evidence(data)
    with step("Making every set of effects"):
        universe = universe_of(evidence, outcome)
    with bar("Multiverse") as advance:
        return multiverse(
            evidence,
            universe,
            seed=seed,
            workers=workers,
            scheduler=scheduler,
            out=out,
            progress=advance,
            sids=outcome_sids(evidence, universe.measure),
        )


def text_of(result: Multiverse) -> str:
    """Write what the specifications say together, and how the choices matter."""
    parts = result.decomposition[["title", "options", "share"]]
    shares = parts.assign(share=[f"{share:.1%}" for share in parts["share"]])
    shares = shares.rename(columns={"title": "choice", "share": "share of variance"})
    return "\n".join(
        [
            result.summary(),
            "",
            shares.to_string(index=False),
            "",
            *(f"! {note}" for note in result.notes),
        ]
    )
