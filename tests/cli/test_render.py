"""The command that renders: what it hands on, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdmameta import reporting
from mdmameta.errors import ReportError
from mdmameta.reporting import RenderResult
from mdmameta.reporting.embedded.watch import Round

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data/raw"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Replace the renderer by one that only remembers how it was called."""
    seen: dict[str, object] = {}

    def rendered(project: Path, **options: object) -> RenderResult:
        seen.update(options, project=project)
        index, other = project / "_site/index.html", project / "_site/ptsd.html"
        return RenderResult("embedded", index, (index, other), 12.3)

    monkeypatch.setattr(reporting, "render_report", rendered)
    return seen


def test_it_says_which_renderer_ran_and_where_the_report_is(
    run, asked, tmp_path
) -> None:
    lines = run("report", "--data", RAW, "--project", tmp_path).stdout.splitlines()
    assert lines[0] == "Rendered by embedded in 12 s:"
    assert lines[1] == str(tmp_path / "_site/index.html")
    assert lines[-1] == str(tmp_path / "_site/ptsd.html")


def test_pages_get_the_tables_by_their_whole_path(
    run, asked, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    run("report", "--data", "data/raw", "--project", tmp_path)
    assert asked["parameters"] == {"DATA": str(RAW)}
    assert (asked["renderer"], asked["formats"]) == (None, ("html",))


def test_renderer_and_formats_are_handed_on(run, asked, tmp_path) -> None:
    words = ["report", "--data", RAW, "--project", tmp_path, "--renderer", "quarto"]
    run(*words, "--to", "pdf", "--to", "docx")
    assert (asked["renderer"], asked["formats"]) == ("quarto", ("pdf", "docx"))


def test_tables_with_faults_are_not_rendered(run, asked, data, spoil, tmp_path) -> None:
    spoil("continuous.csv", 2, "sd", "0")
    said = run("report", "--data", data, "--project", tmp_path, code=2).stderr
    assert "continuous.csv, row 2, column sd" in said
    assert asked == {}


def test_quarto_that_is_not_there_is_named(run, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    words = ["--renderer", "quarto", "--data", RAW, "--project", ROOT / "reports"]
    assert "Quarto is not on the PATH" in run("report", *words, code=2).stderr


def test_a_directory_without_a_project_is_bad_data(run, tmp_path) -> None:
    words = ["--renderer", "embedded", "--data", RAW, "--project", tmp_path]
    assert "has no _quarto.yml" in run("report", *words, code=2).stderr


def test_a_page_that_fails_ends_in_its_message(run, tmp_path, monkeypatch) -> None:
    def failing(project: Path, **options: object) -> None:
        raise ReportError("ptsd.qmd:12: the cell failed")

    monkeypatch.setattr(reporting, "render_report", failing)
    result = run("report", "--data", RAW, "--project", tmp_path, code=2)
    assert result.stderr.endswith("Error: ptsd.qmd:12: the cell failed\n")
    assert result.stdout == ""


def test_an_outcome_goes_to_the_page_of_one_outcome(
    run, asked, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    run("report", "--data", "data/raw", "--outcome", "depression")
    assert asked["project"] == Path("reports/outcome")
    assert asked["parameters"] == {"DATA": str(RAW), "OUTCOME": "depression"}


def test_an_outcome_that_the_tables_do_not_have_is_refused_with_those_they_have(
    run, asked
) -> None:
    said = run("report", "--data", RAW, "--outcome", "tinnitus", code=2).stderr
    assert "no outcome 'tinnitus'" in said
    assert "depression severity" in said
    assert asked == {}


def test_tables_of_a_reader_that_do_not_fit_are_refused_with_file_row_and_column(
    run, asked, data, spoil
) -> None:
    spoil("studies.csv", 2, "phase", "seventh")
    said = run("report", "--data", data, "--outcome", "depression", code=2).stderr
    assert "studies.csv, row 2, column phase" in said
    assert asked == {}


def test_watching_tells_every_round_and_ends_with_an_interrupt(
    run, tmp_path, monkeypatch
) -> None:
    def rounds(project: Path, **options: object) -> Iterator[Round]:
        yield Round(("index.qmd",), 1.26, tmp_path / "index.html")
        yield Round(("index.qmd",), 0.5, None, ReportError("index.qmd:3: a shortcode"))
        raise KeyboardInterrupt

    monkeypatch.setattr(reporting, "watch_report", rounds)
    done = run("report", "--data", RAW, "--project", tmp_path, "--watch")
    assert f"{tmp_path / 'index.html'}: index.qmd in 1.3 s" in done.stdout
    assert "Stopped." in done.stdout
    assert "The site is as it was. index.qmd:3: a shortcode" in done.stderr


def test_watching_with_quarto_is_refused(run, tmp_path) -> None:
    words = ["--watch", "--renderer", "quarto", "--data", RAW]
    assert "quarto preview" in run("report", *words, code=2).stderr


def test_a_watch_that_ends_by_itself_ends_quietly(run, tmp_path, monkeypatch) -> None:
    def rounds(project: Path, **options: object) -> Iterator[Round]:
        yield Round(("index.qmd",), 1.26, tmp_path / "index.html")

    monkeypatch.setattr(reporting, "watch_report", rounds)
    done = run("report", "--data", RAW, "--project", tmp_path, "--watch")
    assert "index.qmd in 1.3 s" in done.stdout
    assert "Stopped." not in done.stdout
