"""Progress on standard error, so that standard output stays clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show a spinner while one long step runs; nothing when not on a terminal.

    Parameters
    ----------
    text
        What is being done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{text} …"):
        yield


@contextmanager
def bar(text: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar and give the function that moves it.

    Parameters
    ----------
    text
        What is being done.

    Yields
    ------
    callable
        ``advance(name, done, total)``; on a pipe or in CI it prints a line a
        step instead of a bar.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda name, done, total: console.print(f"[{done}/{total}] {name}")
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[item]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(text, total=None, item="")
        yield lambda name, done, total: progress.update(
            task, completed=done, total=total, item=name
        )
