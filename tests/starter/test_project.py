"""A new review is written whole, renders as it stands, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.effects.readers import read_effects_csv
from mdmameta.errors import ReportError
from mdmameta.reporting import render_report
from mdmameta.starter import new_project


def test_a_new_review_has_data_a_page_and_instructions(tmp_path: Path) -> None:
    made = {path.as_posix() for path in new_project(tmp_path / "review")}
    assert {"README.md", "data/effects.csv", "report/index.qmd"} <= made
    assert [path.name for path in tmp_path.iterdir()] == ["review"]
    effects = read_effects_csv(tmp_path / "review/data/effects.csv", study="study")
    assert effects.k == 6


def test_a_new_review_renders_as_it_stands(tmp_path: Path) -> None:
    review = tmp_path / "review"
    new_project(review)
    result = render_report(
        review / "report",
        renderer="embedded",
        parameters={"DATA": str(review / "data")},
    )
    page = result.index.read_text("utf-8")
    assert "6 studies" in page
    assert "Figure\u00a01" in page
    assert "Dunn" in page


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ReportError, match="not an empty folder; nothing was written"):
        new_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert new_project(tmp_path)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        new_project(tmp_path / "file" / "review")
