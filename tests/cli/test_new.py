"""A review begun on the command line is reported on by the command line."""

from __future__ import annotations

from pathlib import Path


def test_what_was_made_is_listed_with_the_next_command(run, tmp_path: Path) -> None:
    said = run("new", tmp_path / "review").output
    assert "effects.csv" in said
    assert "mdmameta report --project report --data data" in said


def test_a_fault_in_the_table_of_a_review_is_found_before_rendering(
    run, tmp_path: Path
) -> None:
    review = tmp_path / "review"
    run("new", review)
    table = review / "data/effects.csv"
    table.write_text(table.read_text().replace("0.10", "0,10"))
    said = run(
        "report", "--project", review / "report", "--data", review / "data",
        "--renderer", "embedded", code=2,
    ).output  # fmt: skip
    assert "effects.csv" in said
    assert not (review / "report/_site").exists()


def test_a_folder_in_use_is_refused(run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert "nothing was written" in run("new", tmp_path, code=2).output
