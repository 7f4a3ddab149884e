"""Sections of the report that installed packages bring."""

from __future__ import annotations

from typing import Any

from mdmameta.errors import PluginError
from mdmameta.plugins import find_plugin, guarded, plugins
from mdmameta.reporting.page import Markdown
from mdmameta.reporting.results import Results


def sections(results: Results) -> Markdown:
    """Return the sections of all plug-ins, one after the other, as Markdown.

    A plug-in that cannot be used stands there by name, with the reason: no report
    is quietly incomplete.

    Parameters
    ----------
    results
        Analyses of the report.

    Returns
    -------
    Markdown
        Empty where no plug-in brings a section.

    Raises
    ------
    PluginError
        When a section fails, or is no text.
    """
    found = [
        f"Not shown: the {plugin}: {plugin.problem}."
        if plugin.problem
        else _section(plugin.name, results)
        for plugin in plugins("sections")
    ]
    return Markdown("\n\n".join(dict.fromkeys(found)))


def _section(name: str, results: Results) -> str:
    section: Any = find_plugin("sections", name)
    text = guarded(f"section plug-in {name!r}", lambda: section(results), section)
    if not isinstance(text, str):
        raise PluginError(
            f"section plug-in {name!r} returned a {type(text).__name__}; it must "
            "return Markdown, a str. Report it to its authors."
        )
    return text.strip()
