"""The reference: every public name, by the room of the house that it is from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import mdmameta as mm

#: Beginning of a module -> heading; the longest that fits is taken.
ROOMS = {
    "mdmameta.records": "Evidence",
    "mdmameta.audit": "Evidence",
    "mdmameta.claims": "Evidence",
    "mdmameta.lineage": "Evidence",
    "mdmameta.effects": "Effect sizes",
    "mdmameta.models": "Results",
    "mdmameta.models.frequentist": "Models",
    "mdmameta.models.bayesian": "Bayesian models and priors",
    "mdmameta.sensitivity": "Sensitivity",
    "mdmameta.figures": "Figures",
    "mdmameta.tables": "Tables",
    "mdmameta.testing": "Conformance",
    "mdmameta.plugins": "Plug-ins",
    "mdmameta.exchange": "Exchange",
    "mdmameta.reporting": "Reports",
    "mdmameta.errors": "Errors",
}

#: Public data -> where it is made, and described in a comment that Sphinx reads.
MADE_IN = {
    "mdmameta.audit.RULES": "mdmameta.audit.run.RULES",
    "mdmameta.claims.VERDICTS": "mdmameta.claims.verdict.VERDICTS",
    "mdmameta.testing.DUTIES": "mdmameta.models.duties.DUTIES",
    "mdmameta.testing.WORLDS": "mdmameta.testing.worlds.WORLDS",
}


def public_names() -> Iterator[tuple[str, str]]:
    """Full name and heading of every public name."""
    for name, home in mm._HOME.items():
        yield f"{home}.{name}", heading(home)
    for module in mm._MODULES:
        home = f"mdmameta.{module}"
        for name in import_module(home).__all__:
            if name not in mm._HOME:
                yield f"{home}.{name}", heading(home)


def heading(module: str) -> str:
    """Heading under which the names of a module stand."""
    return ROOMS[max((r for r in ROOMS if module.startswith(r)), key=len)]


def listed() -> str:
    """One full name a line, in order."""
    return "\n".join(sorted(name for name, _ in public_names())) + "\n"


def write_reference(folder: Path) -> None:
    """Write the page that lists every public name."""
    names = list(public_names())
    lines = [
        "# Reference",
        "",
        "Every public name. Its page begins with the import that reaches it; what "
        "`import mdmameta as mm` offers is also there as `mm.name`.",
    ]
    lines += ["", "```{toctree}", ":maxdepth: 1", "", "../commands"]
    lines += ["../vocabularies", "../module-map", "```"]
    for title in dict.fromkeys(ROOMS.values()):
        within = sorted(
            (MADE_IN.get(n, n) for n, at in names if at == title),
            key=lambda n: n.rsplit(".", 1)[-1].lower(),
        )
        if within:
            lines += ["", f"## {title}", "", "```{eval-rst}", ".. autosummary::"]
            lines += [
                "   :toctree: generated",
                "",
                *(f"   ~{n}" for n in within),
                "```",
            ]
    folder.mkdir(exist_ok=True)
    text = "\n".join(lines) + "\n"
    page = folder / "index.md"
    if not page.exists() or page.read_text("utf-8") != text:
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    Path(__file__).with_name("public-names.txt").write_text(listed(), "utf-8")
