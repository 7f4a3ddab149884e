"""What the extension of each group must be, and how an object differs from it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any


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
    method
        A method that is called with one argument; a class must have it. Empty
        when none is called.

    Examples
    --------
    >>> GROUPS["bias"].arguments
    ('effects',)
    >>> misfit(GROUPS["bias"], lambda trials: trials)
    'it takes no effects: it must be a callable (effects) that returns ...'
    """

    meaning: str
    attributes: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None
    method: str = ""


#: Group of entry points, after ``mdmameta.`` -> its contract.
GROUPS: dict[str, Contract] = {
    "measures": Contract(
        meaning="a Recipe of mdmameta.effects.recipe",
        attributes=("kernel", "ways", "prepare"),
    ),
    "models": Contract(
        meaning="a callable that returns a model, an object with fit(effects), and all "
        "of whose options have defaults",
        arguments=(),
        method="fit",
    ),
    "priors": Contract(
        meaning="an object or class with log_density(x)",
        attributes=("log_density",),
        method="log_density",
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


def misfit(contract: Contract, value: Any) -> str:
    """Say how an object differs from what its group asks for; empty if it fits."""
    lacking = [name for name in contract.attributes if not hasattr(value, name)]
    found = f"it has no {', '.join(lacking)}" if lacking else ""
    if contract.arguments is not None:
        found = _misfitting_call(value, contract.arguments)
    if contract.method and not found:
        found = misfitting_method(value, contract.method)
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


def misfitting_method(value: Any, name: str) -> str:
    """Say what is wrong with a method; nothing where only its result will have it."""
    if not hasattr(value, name):
        return f"it has no {name}" if inspect.isclass(value) else ""
    method = getattr(value, name)
    plain = isinstance(inspect.getattr_static(value, name), FunctionType)
    itself = [None] if plain and inspect.isclass(value) else []
    try:
        inspect.signature(method).bind(*itself, None)
    except TypeError as error:
        return f"its {name} cannot be called with one argument ({error})"
    except ValueError:  # some callables of C have no signature to show
        return ""
    return ""
