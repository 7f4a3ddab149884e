"""Docstrings of public names say what comes in and what goes out."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from numpydoc.validate import validate

import mdmameta as mm

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))

from public_names import public_names

#: No summary; parameters absent, unknown or out of order; nothing on what is
#: returned; a wrong section; See Also without capitals.
CODES = {"GL06", "GL08", "PR01", "PR02", "PR03", "RT01", "SA02", "SA03", "SS01"}


def described(name: str) -> object | None:
    """The object of a name, if it is one that has a docstring of its own."""
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    own = inspect.isclass(found) or inspect.isfunction(found)
    return found if own else None


NAMES = sorted({name for name, _ in public_names() if described(name) is not None})


def offered() -> Iterator[str]:
    """Every name of the rooms' ``__all__``, the public surface and what is below."""
    for room in walk_packages(mm.__path__, "mdmameta."):
        if room.ispkg:
            names = getattr(import_module(room.name), "__all__", ())
            yield from (f"{room.name}.{name}" for name in names)


OFFERED = sorted({*NAMES, *(name for name in offered() if described(name))})


def inherited(name: str) -> set[str]:
    """Parameters that a class has from its parents, who describe them."""
    found = described(name)
    bases = found.__mro__[1:] if inspect.isclass(found) else ()
    return {key for base in bases for key in getattr(base, "__annotations__", {})}


def test_there_are_public_names_to_look_at() -> None:
    assert len(NAMES) > 200
    assert len(OFFERED) > len(NAMES) + 50


@pytest.mark.parametrize("name", NAMES)
def test_a_public_docstring_is_complete(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    if inspect.ismodule(getattr(sys.modules[module], attribute)):
        return
    home = inspect.getmodule(described(name))
    faults = []
    for code, text in validate(f"{home.__name__}.{attribute}")["errors"]:
        own = not any(repr(key) in text for key in inherited(name))
        private = code == "PR01" and "'_" in text
        if code in CODES and own and not private:
            faults.append(f"{code} {text}")
    assert faults == []


FUNCTIONS = [name for name in NAMES if inspect.isfunction(described(name))]


def sections(name: str) -> str:
    return inspect.getdoc(described(name)) or ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_raises_says_what_and_when(name: str) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(described(name))))
    raises = [n for n in ast.walk(tree) if isinstance(n, ast.Raise) and n.exc]
    assert not raises or "Raises\n------" in sections(name)


@pytest.mark.parametrize("name", OFFERED)
def test_a_public_name_has_an_example_that_runs(name: str) -> None:
    calls = [line for line in sections(name).splitlines() if ">>>" in line]
    assert calls
    assert not any("+SKIP" in line for line in calls)
