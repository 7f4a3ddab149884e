"""Runs the Python of the pages; prints of a block must be the text below it.

``python docs/run_pages.py`` writes the prints into the pages, and into docs/images what
their code saves and they show; a test checks the prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parent

#: A block of Python, and the block of text that shows what it prints, if any.
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)

#: An image that a page shows.
IMAGE = re.compile(r"!\[[^]]*\]\(\.\./images/([^)]+)\)")


@dataclass(frozen=True)
class Run:
    """A block that was run: its place in the page, what it prints and should."""

    line: int
    code: str
    shown: str | None
    printed: str


def pages() -> list[Path]:
    """Pages with Python in them."""
    found = sorted(DOCS.rglob("*.md"))
    return [page for page in found if "```python\n" in page.read_text("utf-8")]


def run(page: Path, images: Path | None = None) -> Iterator[Run]:
    """Run the blocks of a page one after the other, as a reader would.

    A file that they save and the page shows is kept in ``images``, if given.
    """
    text = page.read_text("utf-8")
    module = sys.modules["page"] = ModuleType("page")  # for dataclasses and pickle
    with in_a_clone():
        for found in BLOCK.finditer(text):
            line = text[: found.start()].count("\n") + 2
            code = compile("\n" * (line - 1) + found[1], str(page), "exec")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code, vars(module))
            yield Run(line, found[1], found[2], out.getvalue())
        for name in IMAGE.findall(text):
            if images and Path(name).exists():
                shutil.copy(name, images / name)


@contextlib.contextmanager
def in_a_clone() -> Iterator[None]:
    """Work in an empty directory that has the data of the clone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").symlink_to(DOCS.parent / "data")
        with contextlib.chdir(folder):
            yield


def rewritten(page: Path) -> str:
    """Return the page with what its blocks print now."""
    done = list(run(page, DOCS / "images"))
    printed = iter(done)

    def block(found: re.Match[str]) -> str:
        said = next(printed).printed
        shown = f"\n```text\n{said}```\n" if said else ""
        return f"```python\n{found[1]}```\n{shown}"

    return BLOCK.sub(block, page.read_text("utf-8"))


if __name__ == "__main__":
    for each in pages():
        each.write_text(rewritten(each), "utf-8")
        sys.stderr.write(f"{each.relative_to(DOCS.parent)}\n")
