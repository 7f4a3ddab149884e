"""Transcripts of the commands on the curated tables: rewrites ``docs/commands.md``.

Run it after changing what a command prints, or the tables::

    python tests/transcripts_page.py
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner

from mdmameta.cli import main

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "commands.md"

#: Columns of the terminal.
WIDTH = "88"

#: Lines of a transcript that are shown; what is left out is counted.
SHOWN = 40

#: Row and columns that differ in the older tables of the example.
CHANGED = ("con-MAPP2-MDMA-caps5-w18-endpoint", ("mean", "n"))

#: Words after ``mdmameta``, and what the transcript shows.
COMMANDS = (
    ("validate", "Every fault of the raw tables at once; here there is none."),
    ("audit", "Numbers that cannot be what their rows say they are."),
    ("verify", "Published statements and stored results, computed again."),
    ("trace ptsd-primary/reml-kh", "An estimate walked back to rows and documents."),
    ("impact TAPER2021", "What rests on a document, and what is left without it."),
    (
        "diff older",
        "What changed since an older version, and what each change did. For this page "
        "`older` is a copy of the tables with one unit more in a mean and in its "
        "number of people; a revision of git, such as `HEAD~5`, serves as well.",
    ),
    ("fit", "The primary contrast."),
    ("sensitivity prior-use", "The contrast in people without earlier use, bounded."),
)

_HEAD = """# Commands, with what they print

Every transcript below is what the command prints on the tables in `data/raw`, at a
width of {width} columns. The page is written by `tests/transcripts_page.py`, and a test
fails when a transcript is out of date. Long ones are cut after {shown} lines.
"""


def older(place: Path) -> None:
    """Make older tables: the curated ones with two cells moved by one unit."""
    shutil.copytree(ROOT / "data/raw", place)
    path = place / "continuous.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    name, columns = CHANGED
    at = rows[0].index("row_id")
    row = next(row for row in rows if row[at] == name)
    for column in columns:
        i = rows[0].index(column)
        row[i] = f"{float(row[i]) + 1:.10g}"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def transcript(words: str) -> str:
    """Run a command on the curated tables, and return what it prints."""
    with tempfile.TemporaryDirectory() as place, chdir(place):
        Path("data").symlink_to(ROOT / "data")
        if " older" in words:
            older(Path("older"))
        runner = CliRunner(env={"COLUMNS": WIDTH, "NO_COLOR": "1"})
        done = runner.invoke(main, words.split())
    assert done.exit_code == 0, done.output
    lines = [line.rstrip() for line in done.stdout.rstrip("\n").split("\n")]
    if len(lines) > SHOWN:
        lines[SHOWN:] = [f"… and {len(lines) - SHOWN} more lines"]
    return "\n".join([f"$ mdmameta {words}", *lines])


def section(words: str, about: str) -> str:
    """Return the section of the page about one command."""
    name = words.split()[0]
    return f"## {name}\n\n{about}\n\n```console\n{transcript(words)}\n```\n"


def sections() -> Iterator[str]:
    """Yield the page in its parts."""
    yield _HEAD.format(width=WIDTH, shown=SHOWN)
    for words, about in COMMANDS:
        yield section(words, about)


if __name__ == "__main__":
    PAGE.write_text("\n".join(sections()), "utf-8")
