"""Progress goes to standard error, moving on a terminal and as lines elsewhere."""

from __future__ import annotations

from functools import partial
from io import StringIO

import pytest
from rich.console import Console

from mdmameta.cli import progress


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return what a terminal would get."""
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=60, _environ={})
    monkeypatch.setattr(progress, "Console", lambda **options: console)
    return screen


def test_a_bar_prints_a_line_a_step_where_there_is_no_terminal(capsys) -> None:
    with progress.bar("Rendering") as advance:
        advance("index.qmd", 0, 2)
        advance("ptsd.qmd", 1, 2)
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["[0/2] index.qmd", "[1/2] ptsd.qmd"]
    assert shown.out == ""


def test_a_step_is_silent_where_there_is_no_terminal(capsys) -> None:
    with progress.step("Computing"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal_shows_the_page_and_how_many_are_done(terminal) -> None:
    with progress.bar("Rendering") as advance:
        advance("ptsd.qmd", 3, 9)
    assert "Rendering" in terminal.getvalue()
    assert "3/9" in terminal.getvalue()
    assert "ptsd.qmd" in terminal.getvalue()


def test_a_step_on_a_terminal_says_what_is_done(terminal) -> None:
    with progress.step("Checking the raw tables"):
        pass
    assert "Checking the raw tables …" in terminal.getvalue()


@pytest.mark.parametrize("shown", [progress.bar, progress.step])
def test_an_error_inside_is_not_swallowed(terminal, shown: partial) -> None:
    with pytest.raises(ZeroDivisionError), shown("Working"):
        raise ZeroDivisionError
