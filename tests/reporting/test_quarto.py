"""Quarto's log decides, shown with a stand-in that prints what Quarto prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import render_report

STAND_IN = """\
#!{python}
import json, os, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1])
seen = {{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}}
pathlib.Path({seen!r}).write_text(json.dumps(seen))
for name in {written!r}:
    (out / name).write_text("new")
sys.stderr.write({log!r})
sys.exit({code})
"""

PROGRESS = "\r[1/2] index.qmd\n\r[2/2] ptsd.qmd\n"


@pytest.fixture
def quarto(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Path, Path]]:
    """Put a stand-in on the PATH; give the project and what the stand-in saw."""
    project, folder, seen = tmp_path / "p", tmp_path / "bin", tmp_path / "seen.json"
    project.mkdir()
    folder.mkdir()
    (project / "_quarto.yml").write_text("project:\n  type: website\n")
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def make(
        log: str = PROGRESS,
        code: int = 0,
        written: tuple[str, ...] = ("index.html", "ptsd.html"),
    ) -> tuple[Path, Path]:
        script = folder / "quarto"
        script.write_text(
            STAND_IN.format(
                python=sys.executable,
                seen=str(seen),
                written=written,
                log=log,
                code=code,
            )
        )
        script.chmod(0o755)
        return project, seen

    return make


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script with #!")


def test_quarto_runs_when_it_is_on_the_path(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, _ = quarto()
    result = render_report(project)
    assert result.renderer == "quarto"
    assert [path.name for path in result.outputs] == ["index.html", "ptsd.html"]
    assert result.index.read_text() == "new"
    assert result.index.parent == project / "_site"


def test_quarto_gets_this_python_and_the_parameters_and_no_old_results(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, seen = quarto(written=("index.html", "index.pdf", "index.docx"))
    formats = ("html", "pdf", "docx")
    render_report(project, formats=formats, parameters={"data-dir": "d"})
    told = json.loads(seen.read_text())
    assert told["argv"][:4] == ["render", ".", "--to", "html,typst,docx"]
    assert {"--no-cache", "--no-execute-daemon"} <= set(told["argv"])
    assert told["cwd"] == str(project)
    assert told["env"]["QUARTO_PYTHON"] == sys.executable
    assert told["env"]["MDMAMETA_DATA_DIR"] == "d"


@pytest.mark.parametrize(
    "line",
    [
        "\x1b[33mWARNING (/opt/quarto/share/filters/main.lua:22089) "
        "Unable to resolve crossref @fig-x\x1b[39m",
        "[WARNING] Citeproc: citation foo not found",
        "[WARNING] Could not fetch resource plot.png",
        "WARN: Unable to resolve link target: gone.qmd",
        "nbclient.exceptions.CellExecutionError: An error occurred",
        "ERROR: something",
    ],
)
def test_an_incomplete_report_fails_although_quarto_exits_0(
    quarto: Callable[..., tuple[Path, Path]], line: str
) -> None:
    project, _ = quarto(log=f"\r[1/2] index.qmd\n\r[2/2] ptsd.qmd\n{line}\n")
    (project / "_site").mkdir()
    (project / "_site" / "index.html").write_text("old")
    with pytest.raises(ReportError, match="exited 0, but its log says") as caught:
        render_report(project, renderer="quarto")
    assert "ptsd.qmd: " in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert (project / "_site" / "index.html").read_text() == "old"


def test_harmless_lines_of_the_log_are_harmless(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    log = (
        PROGRESS + "  Cell 1/2: 'fig-error'...Done\nOutput created: _site/index.html\n"
    )
    project, _ = quarto(log=log)
    assert render_report(project).index.is_file()


def test_when_quarto_stops_the_end_of_its_log_is_shown(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, _ = quarto(log="ZeroDivisionError: division by zero\n", code=1)
    with pytest.raises(ReportError, match="exit code 1") as caught:
        render_report(project)
    assert "ZeroDivisionError" in str(caught.value)


def test_no_index_is_an_error_even_when_quarto_is_content(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, _ = quarto(written=())
    with pytest.raises(ReportError, match=r"wrote no index\.html"):
        render_report(project)


def test_progress_names_the_page(quarto: Callable[..., tuple[Path, Path]]) -> None:
    project, _ = quarto()
    told: list[tuple[str, int, int]] = []
    render_report(project, progress=lambda *step: told.append(step))
    assert told == [("index.qmd", 0, 2), ("ptsd.qmd", 1, 2), ("", 2, 2)]
