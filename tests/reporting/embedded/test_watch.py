"""Pages rendered again when they change."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta.reporting import watch_report

CELL = "```{python}\n#| include: false\nimport os\n```\n\n`{python} os.getpid()`"


@pytest.fixture
def root(project: Callable[..., Path]) -> Path:
    return project(index=CELL, second=CELL)


def change(path: Path, text: str) -> None:
    path.write_text(text)
    later = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))


def test_a_changed_page_is_rendered_alone_in_the_same_kernel(root: Path) -> None:
    rounds = watch_report(root)
    first = next(rounds)
    assert first.pages == ("index.qmd", "second.qmd")
    before = (root / "_site/index.html").read_text("utf-8")
    change(root / "second.qmd", f"---\ntitle: New\n---\n\n{CELL}\n")
    second = next(rounds)
    assert second.pages == ("second.qmd",)
    assert second.error is None
    assert second.seconds < 10
    assert (root / "_site/index.html").read_text("utf-8") == before
    new = (root / "_site/second.html").read_text("utf-8")
    assert "<h1>New</h1>" in new
    pid = before.split("<p>")[-1].split("</p>")[0]
    assert f"<p>{pid}</p>" in new
    rounds.close()


def test_a_page_at_fault_is_told_and_the_site_stays_until_it_is_mended(
    root: Path,
) -> None:
    rounds = watch_report(root)
    next(rounds)
    before = (root / "_site/second.html").read_text("utf-8")
    change(root / "second.qmd", "---\ntitle: T\n---\n\nSee @fig-none.\n")
    wrong = next(rounds)
    assert "second.qmd:5: unresolved cross-reference" in str(wrong.error)
    assert (root / "_site/second.html").read_text("utf-8") == before
    change(root / "second.qmd", "---\ntitle: T\n---\n\nMended.\n")
    assert next(rounds).error is None
    assert "Mended." in (root / "_site/second.html").read_text("utf-8")
    rounds.close()


def test_a_change_of_the_data_begins_anew(root: Path, tmp_path: Path) -> None:
    data = tmp_path / "tables"
    data.mkdir()
    (data / "a.csv").write_text("y\n1\n")
    rounds = watch_report(root, parameters={"data": str(data)})
    next(rounds)
    change(data / "a.csv", "y\n2\n")
    assert next(rounds).pages == ("index.qmd", "second.qmd")
    rounds.close()


def test_a_report_at_fault_from_the_start_is_told_and_rendered_once_mended(
    root: Path,
) -> None:
    (root / "second.qmd").write_text("---\ntitle: T\n---\n\nSee @fig-none.\n")
    rounds = watch_report(root)
    wrong = next(rounds)
    assert (wrong.pages, wrong.index) == ((), None)
    assert "second.qmd:5: unresolved cross-reference" in str(wrong.error)
    change(root / "second.qmd", "---\ntitle: T\n---\n\nMended.\n")
    second = next(rounds)
    assert second.error is None
    assert second.pages == ("index.qmd", "second.qmd")
    rounds.close()
