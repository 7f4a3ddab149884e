"""Docstrings of public names say what comes in and what goes out."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from importlib import import_module
from pathlib import Path

import pytest
from numpydoc.validate import validate

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))

from public_names import public_names

#: No summary; parameters absent, unknown or out of order; nothing on what is
#: returned; a wrong section; See Also without capitals.
CODES = {"GL06", "GL08", "PR01", "PR02", "PR03", "RT01", "SA02", "SA03", "SS01"}

#: Functions without an example in their docstring, because it would need files, the
#: curated tables or a slow fit; pages and tests show them. None may be added.
WITHOUT_EXAMPLE = {
    "arms_table",
    "deciding_fit",
    "reasons_table",
    "sources_table",
    "specification_curve",
    "watch_report",
}

#: Classes without one: errors and warnings that hold a sentence alone, and parts of a
#: result whose class or function shows them. None may be added.
CLASSES_WITHOUT_EXAMPLE = {
    "ClaimError",
    "Entry",
    "Ledger",
    "Multiverse",
    "SensitivityTable",
    "Verdict",
}


def described(name: str) -> object | None:
    """The object of a name, if it is one that has a docstring of its own."""
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    own = inspect.isclass(found) or inspect.isfunction(found)
    return found if own else None


NAMES = sorted({name for name, _ in public_names() if described(name) is not None})


def inherited(name: str) -> set[str]:
    """Parameters that a class has from its parents, who describe them."""
    found = described(name)
    bases = found.__mro__[1:] if inspect.isclass(found) else ()
    return {key for base in bases for key in getattr(base, "__annotations__", {})}


def test_there_are_public_names_to_look_at() -> None:
    assert len(NAMES) > 200


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


def test_every_public_function_has_an_example() -> None:
    bare = {
        name.rpartition(".")[2] for name in FUNCTIONS if ">>>" not in sections(name)
    }
    assert bare == WITHOUT_EXAMPLE


def test_every_public_class_has_an_example() -> None:
    bare = {
        name.rpartition(".")[2]
        for name in NAMES
        if name not in FUNCTIONS and ">>>" not in sections(name)
    }
    assert bare == CLASSES_WITHOUT_EXAMPLE
