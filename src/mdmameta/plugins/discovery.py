"""Extensions of installed packages, found by entry points when asked for."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from mdmameta.errors import PluginError, PluginWarning
from mdmameta.plugins.contracts import GROUPS, misfit
from mdmameta.plugins.faults import FAULTS, place

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One extension that an installed package announces.

    Parameters
    ----------
    group, name
        What it extends (a key of `GROUPS`), and how it is asked for.
    target
        Where it is: ``package.module:name``.
    package
        Name and version of the distribution that brings it.
    problem
        Why it cannot be used; empty when it can.

    Examples
    --------
    >>> plugin = Plugin(group="models", name="shaky", target="extra:Shaky",
    ...                 package="extra 1.0", problem="it has no fit(effects)")
    >>> print(plugin)
    models plug-in 'shaky' (extra:Shaky, extra 1.0)
    """

    group: str
    name: str
    target: str
    package: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.group} plug-in {self.name!r} ({self.target}, {self.package})"


def plugins(group: str | None = None) -> tuple[Plugin, ...]:
    """List the extensions that are installed, each looked at and none trusted.

    A broken one is listed with its problem; nothing is raised.

    Parameters
    ----------
    group
        A key of `GROUPS`; all by default.

    Examples
    --------
    >>> all(plugin.group == "measures" for plugin in plugins("measures"))
    True
    """
    groups = list(GROUPS) if group is None else [_known(group)]
    return tuple(_looked_at(one, entry)[0] for one in groups for entry in _entries(one))


def find_plugin(group: str, name: str, built_in: Sequence[str] = ()) -> Any | None:
    """Load an extension by name; None where no usable one is installed.

    Parameters
    ----------
    group, name
        See `Plugin`.
    built_in
        Names that this package has itself: an extension never replaces them.

    Warns
    -----
    PluginWarning
        When the one of that name is broken, announced twice, or named like a
        built-in one: it is skipped.

    Examples
    --------
    >>> find_plugin("models", "nobody-has-this") is None
    True
    """
    plugin, value = look_up(group, name, built_in)
    if plugin is not None and plugin.problem:
        warnings.warn(f"{plugin} is skipped: {plugin.problem}.", PluginWarning, 2)
        return None
    return value


def look_up(
    group: str, name: str, built_in: Sequence[str] = ()
) -> tuple[Plugin | None, Any]:
    """Load an extension by name, and say what is wrong with it, if anything.

    Takes the arguments of `find_plugin`; None, None where none is installed.

    Examples
    --------
    >>> look_up("models", "nobody-has-this")
    (None, None)
    """
    found = [entry for entry in _entries(_known(group)) if entry.name == name]
    if not found:
        return None, None
    plugin, value = _looked_at(group, found[0])
    if name in built_in:
        problem = "mdmameta has one of this name, which stays; rename the plug-in"
        plugin = replace(plugin, problem=problem)
    return plugin, value


def names_of(group: str) -> tuple[str, ...]:
    """Names announced in a group, without loading anything.

    Examples
    --------
    >>> isinstance(names_of("models"), tuple)
    True
    """
    return tuple(sorted({entry.name for entry in _entries(_known(group))}))


def plugin_frame(found: Sequence[Plugin]) -> pd.DataFrame:
    """One row a plug-in: group, name, target, package, problem.

    Examples
    --------
    >>> of = {"group": "models", "name": "mine", "package": "extra 1.0"}
    >>> plugin = Plugin(**of, target="extra:Mine")
    >>> plugin_frame([plugin])[["group", "name", "problem"]].values.tolist()
    [['models', 'mine', '']]
    """
    import pandas as pd

    names = [f.name for f in fields(Plugin)]
    rows = [[getattr(plugin, name) for name in names] for plugin in found]
    return pd.DataFrame(rows, columns=names)


def _known(group: str) -> str:
    if group not in GROUPS:
        raise PluginError(
            f"{group!r} is no group of plug-ins; allowed: {', '.join(GROUPS)}."
        )
    return group


def _entries(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=f"mdmameta.{group}"), key=lambda e: e.name)


def _looked_at(group: str, entry: EntryPoint) -> tuple[Plugin, Any]:
    plugin = Plugin(
        group=group, name=entry.name, target=entry.value, package=_package(entry)
    )
    times = Counter(one.name for one in _entries(group))[entry.name]
    if times > 1:
        both = [_package(one) for one in _entries(group) if one.name == entry.name]
        problem = f"{' and '.join(both)} both announce this name; uninstall one"
        return replace(plugin, problem=problem), None
    if EntryPoint.pattern.match(entry.value) is None:
        problem = f"{entry.value!r} is not written as package.module:name"
        return replace(plugin, problem=problem), None
    try:
        value = entry.load()
        return replace(plugin, problem=misfit(GROUPS[group], value)), value
    except FAULTS as error:  # whatever its import raises
        where = place(error, entry.module)
        problem = f"it cannot be imported ({type(error).__name__}: {error}"
        return replace(plugin, problem=f"{problem}{where and '; '}{where})"), None


def _package(entry: EntryPoint) -> str:
    dist = entry.dist
    return "unknown package" if dist is None else f"{dist.name} {dist.version}"
