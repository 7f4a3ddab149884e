"""Extensions in packages of others, found by entry points when asked for."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from mdmameta.errors import MetaError, PluginError, PluginWarning

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What an object of a group must be.

    Parameters
    ----------
    meaning
        In words.
    attributes
        Names that it must have.
    arguments
        Names that it, a callable, must take; it may demand no others. None
        when it need not be callable.
    """

    meaning: str
    attributes: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None


#: Group of entry points, after ``mdmameta.`` -> its contract.
GROUPS: dict[str, Contract] = {
    "measures": Contract(
        meaning="a Recipe of mdmameta.effects.recipe",
        attributes=("kernel", "ways", "prepare"),
    ),
    "models": Contract(
        meaning="a callable that returns a model, all of whose options have defaults",
        arguments=(),
    ),
    "priors": Contract(
        meaning="an object or class with log_density(x)", attributes=("log_density",)
    ),
    "bias": Contract(
        meaning="a callable (effects) that returns the effects without the bias",
        arguments=("effects",),
    ),
    "sensitivity": Contract(
        meaning="a callable (effects, model) that returns a SensitivityTable",
        arguments=("effects", "model"),
    ),
    "figures": Contract(
        meaning="a callable (fit, *, ax=None) that returns the Figure",
        arguments=("fit", "ax"),
    ),
    "sections": Contract(
        meaning="a callable (results) that returns Markdown for the report",
        arguments=("results",),
    ),
}


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
    found = [entry for entry in _entries(_known(group)) if entry.name == name]
    if not found:
        return None
    plugin, value = _looked_at(group, found[0])
    if name in built_in:
        problem = "mdmameta has one of this name, which stays; rename the plug-in"
        plugin = replace(plugin, problem=problem)
    if plugin.problem:
        warnings.warn(f"{plugin} is skipped: {plugin.problem}.", PluginWarning, 2)
        return None
    return value


def names_of(group: str) -> tuple[str, ...]:
    """Names announced in a group, without loading anything.

    Examples
    --------
    >>> isinstance(names_of("models"), tuple)
    True
    """
    return tuple(sorted({entry.name for entry in _entries(_known(group))}))


def guarded(what: str, call: Callable[[], Any]) -> Any:
    """Run code of an extension; what it raises is named and located.

    Parameters
    ----------
    what
        The extension in words, for the message.
    call
        What to run.

    Raises
    ------
    PluginError
        For any exception that is no error of this package.

    Examples
    --------
    >>> guarded("model 'half'", lambda: 1 / 2)
    0.5
    """
    try:
        return call()
    except MetaError:
        raise
    except Exception as error:  # it is somebody else's code
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise PluginError(
            f"{what} failed with {type(error).__name__}: {error} "
            f"({last.filename}, line {last.lineno}, in {last.name}). This is code of a "
            "plug-in: report it to its authors."
        ) from error


def plugin_frame(found: Sequence[Plugin]) -> pd.DataFrame:
    """One row a plug-in: group, name, target, package, problem."""
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
    try:
        value = entry.load()
    except Exception as error:  # whatever its import raises
        problem = f"it cannot be imported ({type(error).__name__}: {error})"
        return replace(plugin, problem=problem), None
    return replace(plugin, problem=_misfit(group, value)), value


def _package(entry: EntryPoint) -> str:
    dist = entry.dist
    return "unknown package" if dist is None else f"{dist.name} {dist.version}"


def _misfit(group: str, value: Any) -> str:
    """Say how an object differs from what its group asks for; empty if it fits."""
    contract = GROUPS[group]
    lacking = [name for name in contract.attributes if not hasattr(value, name)]
    found = f"it has no {', '.join(lacking)}" if lacking else ""
    if contract.arguments is not None:
        found = _misfitting_call(value, contract.arguments)
    return f"{found}: it must be {contract.meaning}" if found else ""


def _misfitting_call(value: Any, wanted: Sequence[str]) -> str:
    if not callable(value):
        return f"its type is {type(value).__name__}"
    try:
        parameters = inspect.signature(value).parameters
    except ValueError:  # some callables of C have none to show
        return ""
    kinds = {p.kind for p in parameters.values()}
    lacking = [name for name in wanted if name not in parameters]
    if lacking and inspect.Parameter.VAR_KEYWORD not in kinds:
        return f"it takes no {', '.join(lacking)}"
    open_ended = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    demanded = [
        p.name
        for p in parameters.values()
        if p.default is p.empty and p.kind not in open_ended and p.name not in wanted
    ]
    return f"it demands {', '.join(demanded)}" if demanded else ""
