"""Choice of the renderer, formats and parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import render_report


@pytest.fixture
def no_quarto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make a PATH without Quarto."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_quarto")
def test_quarto_where_it_is_absent_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"pip install 'mdmameta\[quarto\]'"):
        render_report(tmp_path, renderer="quarto")


@pytest.mark.parametrize("formats", [(), ("odt",), "html"])
def test_an_unknown_format_is_refused(tmp_path: Path, formats: tuple[str, ...]) -> None:
    with pytest.raises(ReportError, match="Allowed: some of html, pdf, docx"):
        render_report(tmp_path, renderer="embedded", formats=formats)


def test_an_unknown_renderer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="'quarto', 'embedded'"):
        render_report(tmp_path, renderer="sphinx")  # type: ignore[arg-type]


def test_a_parameter_must_be_a_name(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").touch()
    with pytest.raises(ReportError, match="Parameter 'a b'"):
        render_report(tmp_path, renderer="embedded", parameters={"a b": "1"})


def test_a_directory_without_project_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"has no _quarto\.yml"):
        render_report(tmp_path, renderer="embedded")
