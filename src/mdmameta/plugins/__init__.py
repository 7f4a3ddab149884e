"""Extensions in packages of others, found by entry points when asked for."""

from mdmameta.plugins.contracts import GROUPS, Contract
from mdmameta.plugins.discovery import (
    Plugin,
    find_plugin,
    look_up,
    names_of,
    plugin_frame,
    plugins,
)
from mdmameta.plugins.faults import guarded

__all__ = [
    "GROUPS",
    "Contract",
    "Plugin",
    "find_plugin",
    "guarded",
    "look_up",
    "names_of",
    "plugin_frame",
    "plugins",
]
