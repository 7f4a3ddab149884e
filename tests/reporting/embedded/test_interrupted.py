"""Whatever ends a rendering early, the previous site is whole."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import render_report

#: Renders a project in a process of its own, so that it can be interrupted; a process
#: that was started in the background of a shell would otherwise ignore SIGINT.
RENDER = (
    "import signal, sys; from pathlib import Path; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from mdmameta.reporting import render_report; "
    "render_report(Path(sys.argv[1]), renderer='embedded')"
)
SLOW = "```{python}\nimport time\nopen('began', 'w').close()\ntime.sleep(600)\n```\n"


@pytest.fixture
def with_site(project: Callable[..., Path]) -> Callable[..., Path]:
    """Write a project that has a site of an earlier rendering."""

    def make(**pages: str) -> Path:
        root = project(**pages)
        (root / "_site").mkdir()
        (root / "_site/index.html").write_text("old")
        return root

    return make


def left(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir() if p.name.startswith("_site"))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_the_site_and_ends_the_kernel(
    with_site: Callable[..., Path], sign: signal.Signals
) -> None:
    root = with_site(index=SLOW, second="Text.")
    process = subprocess.Popen(
        [sys.executable, "-c", RENDER, str(root)], stderr=subprocess.PIPE
    )
    patience = time.monotonic() + 120
    while not (root / "began").exists() and time.monotonic() < patience:
        time.sleep(0.1)
    process.send_signal(sign)
    process.communicate(timeout=240)
    assert process.returncode != 0
    assert (root / "_site/index.html").read_text() == "old"
    assert left(root) == ["_site"]


def test_a_full_disk_is_told_and_leaves_the_site(
    with_site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, write = with_site(index="Text.", second="Text."), Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.parent.name == "_site-new" and path.name == "second.html":
            raise OSError(ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match=r"No space left on device.*is as it was"):
        render_report(root, renderer="embedded")
    assert (root / "_site/index.html").read_text() == "old"
    assert left(root) == ["_site"]


def test_a_kernel_that_dies_is_told_with_its_cell_and_leaves_the_site(
    with_site: Callable[..., Path],
) -> None:
    root = with_site(index="```{python}\nimport os\nos._exit(3)\n```\n", second="Text.")
    with pytest.raises(ReportError, match=r"index\.qmd:5: Python itself ended"):
        render_report(root, renderer="embedded")
    assert (root / "_site/index.html").read_text() == "old"
    assert left(root) == ["_site"]
