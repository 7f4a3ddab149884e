"""Quarto's log decides, shown with a stand-in that prints what Quarto 1.10 prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from errno import EACCES, ENOSPC
from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import quarto_process, render_report
from mdmameta.reporting.quarto import _command, _without_html

STAND_IN = """\
#!{python}
import json, os, pathlib, sys
to = sys.argv[sys.argv.index("--to") + 1]
suffix = {{"html": ".html", "typst": ".pdf", "docx": ".docx"}}.get(to)
if suffix is None:
    sys.exit(f"ERROR: Unknown format {{to}}")
out = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1])
seen = {{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}}
with open({seen!r}, "a") as lines:
    lines.write(json.dumps(seen) + "\\n")
for name in {written!r}:
    if name.endswith(suffix):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text({page!r})
if not (out / "index.html").exists() and suffix != ".html":  # as Quarto does
    (out / "index.html").write_text("a page that leads to itself")
sys.stderr.write({log!r})
sys.exit({code})
"""

#: How a page of a project begins and runs in the log.
_BEGUN = "\x1b[1m\x1b[34m\r[{at}/2] {name}.qmd\x1b[39m\x1b[22m\n"
_RUN = """
Starting python3 kernel...[IPKernelApp] WARNING | Kernel is running over TCP without \
encryption. Use IPC transport or launch with provisioned keys.
Done

Executing '{name}.quarto_ipynb'
  Cell 1/2: ''.............Done
  Cell 2/2: 'fig-error'....Done

"""
PROGRESS = "".join(
    (_BEGUN + _RUN).format(at=at, name=name)
    for at, name in enumerate(("index", "ptsd"), start=1)
)
#: A project of one page: nothing is counted, and pandoc's settings are shown.
ONLY = _RUN.format(name="index") + "pandoc \n  to: html\n  output-file: index.html\n\n"

#: Where filters of Quarto stand in its warnings.
_FILTER = "/opt/quarto/share/filters/main.lua:22089"


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
        page: str = "new",
    ) -> tuple[Path, Path]:
        script = folder / "quarto"
        script.write_text(
            STAND_IN.format(
                python=sys.executable,
                seen=str(seen),
                written=written,
                log=log + "\nOutput created: _site-new/index.html\n\n",
                code=code,
                page=page,
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
    runs = [json.loads(line) for line in seen.read_text().splitlines()]
    # Quarto takes "html,typst" for the name of one format, and stops.
    for told, to in zip(runs, ("html", "typst", "docx"), strict=True):
        assert told["argv"][:4] == ["render", ".", "--to", to]
        fresh = {"--no-cache", "--no-execute-daemon", "--no-clean"}
        assert fresh <= set(told["argv"])
        assert told["cwd"] == str(project)
    assert told["env"]["QUARTO_PYTHON"] == sys.executable
    assert told["env"]["MDMAMETA_DATA_DIR"] == "d"


def test_papers_alone_leave_no_page_that_leads_to_itself(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, _ = quarto(written=("index.pdf",))
    (project / "index.qmd").write_text("---\ntitle: T\n---\n")
    render_report(project, formats=("pdf",))
    assert [path.name for path in (project / "_site").iterdir()] == ["index.pdf"]


@pytest.mark.parametrize(
    "line",
    [
        f"\x1b[33mWARNING ({_FILTER}) Unable to resolve crossref @fig-x\n\x1b[39m",
        "\x1b[39m[WARNING] Citeproc: citation foo not found",
        "[WARNING] Could not fetch resource gone.png: replacing image with description",
        "\x1b[33mWARN: Unable to resolve link target: gone.qmd\x1b[39m",
        "[typst]: Compiling a.typ to a.pdf...warning: unknown font family: gone",
        "nbclient.exceptions.CellExecutionError: An error occurred",
        "\x1b[91mERROR: something\x1b[39m",
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
    cells = "/lib/nbformat/validator.py:434: DuplicateCellId: Non-unique cell id\n"
    project, _ = quarto(log=PROGRESS + cells)
    assert render_report(project).index.is_file()


def test_when_quarto_stops_the_end_of_its_log_is_shown(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    end = "WARN: Error encountered when rendering files\n"
    project, _ = quarto(log=f"ZeroDivisionError: division by zero\n{end}", code=1)
    with pytest.raises(ReportError, match="exit code 1") as caught:
        render_report(project)
    assert "ZeroDivisionError" in str(caught.value)


def test_a_full_disk_is_told_and_leaves_the_site(
    quarto: Callable[..., tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = quarto()
    (project / "_site").mkdir()
    (project / "_site/index.html").write_text("old")

    def full(path: Path, *_: object, **__: object) -> int:
        raise OSError(ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ReportError, match=r"No space left on device.*is as it was"):
        render_report(project)
    assert (project / "_site/index.html").read_text() == "old"
    assert not (project / "_site-new").exists()


def test_a_quarto_that_cannot_be_started_is_told_and_not_the_disk(
    quarto: Callable[..., tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = quarto()

    def refused(command: list[str], **_: object) -> None:
        raise PermissionError(EACCES, "Permission denied", command[0])

    monkeypatch.setattr(quarto_process.subprocess, "Popen", refused)
    with pytest.raises(ReportError, match=r"cannot be started \(Permission denied\)"):
        render_report(project)


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


def test_progress_counts_the_pages_of_all_formats(
    quarto: Callable[..., tuple[Path, Path]],
) -> None:
    project, _ = quarto(log=ONLY, written=("index.html", "index.docx"))
    told: list[tuple[str, int, int]] = []
    formats = ("html", "docx")
    render_report(project, formats=formats, progress=lambda *step: told.append(step))
    assert told == [("index.qmd", 0, 2), ("", 1, 2), ("index.qmd", 1, 2), ("", 2, 2)]


def test_a_quarto_that_is_not_on_the_path_is_told(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReportError, match=r"Quarto is not on the PATH\."):
        _command("html", Path("_new"))


def test_only_pages_of_the_project_are_taken_from_papers(tmp_path: Path) -> None:
    root, new = tmp_path / "project", tmp_path / "new"
    root.mkdir()
    new.mkdir()
    (root / "index.qmd").write_text("A")
    for name in ("index.html", "widget.html"):
        (new / name).write_text("B")
    _without_html(new, root)
    assert [path.name for path in new.iterdir()] == ["widget.html"]
