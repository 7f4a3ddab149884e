"""The map of the modules: each with the first words of its docstring, by floors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "mdmameta"
PAGE = ROOT / "docs" / "module-map.md"

#: From the ground up; a room imports from its own floor or below.
FLOORS = (
    ("arrays", "errors", "gauss", "options", "plugins", "schema"),
    ("raw",),
    ("records",),
    ("audit",),
    ("effects",),
    ("models",),
    ("sensitivity",),
    ("tables", "figures", "exchange"),
    ("analyses", "claims"),
    ("lineage",),
    ("reporting",),
    ("bibliography", "derive", "testing", "starter", "pytest_plugin", "cli"),
)

INTRODUCTION = """\
# Map of the modules

Every module of `src/mdmameta` with the first words of its docstring, from the ground
floor up. A module imports from its own floor or those below it; `models/frequentist`
and `models/bayesian` do not know each other. `ARCHITECTURE.md` says why, and where new
code goes. `python docs/module_map.py` writes this page anew, and a test fails while it
is out of date.
"""


def page() -> str:
    """Write out the map as a page of Markdown."""
    parts = [INTRODUCTION]
    for height, rooms in enumerate(FLOORS, start=1):
        rows = [row for room in rooms for row in rows_of(place_of(room))]
        head = ["| module | what it holds |", "| --- | --- |"]
        title = f"## Floor {height}: {', '.join(rooms)}"
        parts.append("\n".join([title, "", *head, *rows, ""]))
    return "\n".join(parts)


def place_of(room: str) -> Path:
    """Find the package of a room, or the module that is one by itself."""
    package = HOUSE / room
    return package if package.is_dir() else package.with_suffix(".py")


def rows_of(place: Path) -> Iterator[str]:
    """Give a row a module: a package before its modules, those before its packages."""
    if place.suffix == ".py":
        yield f"| `{place.relative_to(HOUSE).as_posix()}` | {purpose(place)} |"
        return
    here = place.relative_to(HOUSE).as_posix()
    yield f"| `{here}/` | **{purpose(place / '__init__.py')}** |"
    for module in sorted(place.glob("*.py")):
        if module.stem != "__init__":
            yield from rows_of(module)
    for package in sorted(one.parent for one in place.glob("*/__init__.py")):
        yield from rows_of(package)


def purpose(module: Path) -> str:
    """Take the first sentence or sentences of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
