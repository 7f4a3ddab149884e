"""The project file: what it may say, and what it must not name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.project import read_site

BASE = "project:\n  type: website\n"


def project(folder: Path, text: str, *pages: str) -> Path:
    """Write a project file and empty pages."""
    (folder / "_quarto.yml").write_text(text)
    for name in ("index.qmd", *pages):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("---\ntitle: T\n---\n")
    return folder


def test_pages_of_the_navigation_come_first_then_the_others(tmp_path: Path) -> None:
    text = BASE + "website:\n  navbar:\n    left: [z.qmd, index.qmd]\n"
    root = project(tmp_path, text, "z.qmd", "a.qmd", "_draft.qmd", "sub/b.qmd")
    assert read_site(root).pages == ("z.qmd", "index.qmd", "a.qmd", "sub/b.qmd")


def test_options_of_the_html_format_win_over_shared_ones(tmp_path: Path) -> None:
    text = BASE + "fig-width: 5\nformat:\n  html:\n    fig-width: 8\n    toc: false\n"
    options = read_site(project(tmp_path, text)).options
    assert options == {"fig-width": 8, "toc": False}


def test_a_format_may_be_named_without_options(tmp_path: Path) -> None:
    text = BASE + "format:\n  html: {}\n  typst: default\n"
    assert read_site(project(tmp_path, text)).title == ""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("project:\n  type: book\n", 2, "'project.type' has the value 'book'"),
        (BASE + "sounds: [a.mp3]\n", 3, "unknown YAML key 'sounds'"),
        (BASE + "execute:\n  freeze: auto\n", 4, "'execute.freeze'"),
        (BASE + "format:\n  html:\n    include-in-header: a\n", 5, "include-in-header"),
        (BASE + "website: 3\n", 3, "Allowed: the keys "),
        (BASE + "website:\n  sidebar:\n    contents: a\n", 5, "Allowed: a list of "),
        (BASE + "bibliography: none.bib\n", 3, "no file 'none.bib'"),
        (BASE + "csl: none.csl\n", 3, "no file 'none.csl'"),
        (
            BASE + "website:\n  sidebar:\n    contents:\n      - gone.qmd\n",
            6,
            "no file 'gone.qmd'",
        ),
    ],
)
def test_a_fault_of_the_project_file_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(ReportError) as caught:
        read_site(project(tmp_path, text))
    assert f"_quarto.yml:{line}: " in str(caught.value)
    assert said in str(caught.value)


def test_the_site_is_never_written_over_something_else(tmp_path: Path) -> None:
    text = "project:\n  type: website\n  output-dir: ../site\n"
    with pytest.raises(ReportError, match="output-dir"):
        read_site(project(tmp_path, text))


def test_a_directory_without_a_project_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"has no _quarto.yml. Name the directory of"):
        read_site(tmp_path)


def test_a_site_begins_with_its_index(tmp_path: Path) -> None:
    root = project(tmp_path, BASE, "other.qmd")
    (root / "index.qmd").unlink()
    with pytest.raises(
        ReportError, match=r"no page 'index.qmd'.*A site begins with it"
    ):
        read_site(root)
