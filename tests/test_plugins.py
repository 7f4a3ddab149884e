"""Extensions of other packages: found by name, looked at, and never in the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import mdmameta as mm
from mdmameta import plugins as extensions
from mdmameta.errors import OptionError, PluginError, PluginWarning
from mdmameta.plugins import contracts

Install = Callable[..., None]

MEASURE = """
from mdmameta.effects.recipe import Recipe, checked

def doubled(mi, sdi, ni):
    return 2 * mi, 4 * sdi**2 / ni

MN2 = Recipe(meaning="twice the mean", source="none", kernel=doubled,
             ways=[("mi", "sdi", "ni")], prepare=checked(("mi", "sdi", "ni"), 2))
"""


def test_a_measure_of_a_plug_in_is_computed_by_its_code(install: Install) -> None:
    install("twice", MEASURE, "[mdmameta.measures]\nMN2 = twice:MN2\n")
    sizes = mm.effect_size("MN2", mi=[3.0], sdi=[2.0], ni=[16])
    assert sizes.loc[0].tolist() == [6.0, 1.0]


def test_a_plug_in_never_replaces_a_measure_of_our_own(install: Install) -> None:
    install("twice", MEASURE, "[mdmameta.measures]\nMN = twice:MN2\n")
    assert mm.effect_size("MN", mi=[3.0], sdi=[2.0], ni=[16]).loc[0, "y"] == 3.0


def test_a_broken_plug_in_is_skipped_with_a_warning_that_names_it(
    install: Install,
) -> None:
    install("broken", "import nothing_of_the_kind", "[mdmameta.measures]\nX = broken:X")
    with (
        pytest.warns(PluginWarning, match="'X' .broken:X, extra 1.0. .*nothing_of_th"),
        pytest.raises(OptionError, match="measure='X'"),
    ):
        mm.effect_size("X", mi=[1.0])


def test_two_packages_of_one_name_are_both_named(install: Install) -> None:
    install("one", "X = 1", "[mdmameta.priors]\nX = one:X", "first")
    install("two", "X = 1", "[mdmameta.priors]\nX = two:X", "second")
    with pytest.warns(PluginWarning, match=r"first 1.0 and second 1.0|second.*first"):
        assert extensions.find_plugin("priors", "X") is None


@pytest.mark.parametrize(
    ("group", "code", "match"),
    [
        ("priors", "X = object()", "it has no log_density"),
        ("models", "X = 3", "its type is int"),
        ("models", "def X(formula): ...", "it demands formula"),
        ("sensitivity", "def X(effects): ...", "it takes no model"),
        ("figures", "def X(fit, ax, size): ...", "it demands size"),
        ("models", "class X: ...", "it has no fit"),
        ("models", "class X:\n    def fit(self): ...", "its fit cannot be called"),
        ("models", "class X:\n    def fit(self, e, seed): ...", "argument: 'seed'"),
        ("priors", "class X:\n    def log_density(): ...", "its log_density cannot"),
    ],
)
def test_what_does_not_fit_its_group_is_listed_with_the_reason(
    install: Install, group: str, code: str, match: str
) -> None:
    install("odd", code, f"[mdmameta.{group}]\nX = odd:X")
    (found,) = extensions.plugins(group)
    assert match in found.problem
    assert extensions.GROUPS[group].meaning in found.problem


@pytest.mark.parametrize(
    ("code", "target", "match"),
    [
        ("import sys\nsys.exit(3)", "ill:X", "SystemExit: 3; .*ill.py, line 2"),
        ("X = 1 / 0", "ill:X", r"ZeroDivisionError: .*ill.py, line 1, in <module>"),
        ("X = 1", "neither module nor name", "not written as package.module:name"),
        ("import nothing_of_the_kind", "ill:X", "nothing_of_the_kind'; .*ill.py"),
        ("X = 1", "gone:X", r"No module named 'gone'\)"),
        (
            "class P:\n  @property\n  def log_density(self): raise KeyError(1)\nX=P()",
            "ill:X",
            "KeyError: 1; .*ill.py, line 3, in log_density",
        ),
    ],
)
def test_what_stops_an_import_is_listed_with_its_line(
    install: Install, code: str, target: str, match: str
) -> None:
    install("ill", code, f"[mdmameta.priors]\nX = {target}")
    (found,) = extensions.plugins("priors")
    assert re.search(match, found.problem), found.problem


def test_a_static_or_inherited_method_fits() -> None:
    class Parent:
        def fit(self, effects: object) -> object: ...

    class Child(Parent): ...

    class Static:
        @staticmethod
        def fit(effects: object) -> object: ...

    models = extensions.GROUPS["models"]
    assert [contracts.misfit(models, one) for one in (Child, Static)] == ["", ""]


def test_a_sound_plug_in_has_no_problem(install: Install) -> None:
    install(
        "fine", "def X(fit, *, ax=None, **more): ...", "[mdmameta.figures]\nX=fine:X"
    )
    (found,) = extensions.plugins("figures")
    assert found.problem == ""
    assert extensions.names_of("figures") == ("X",)


def test_a_name_of_our_own_stays_ours(install: Install) -> None:
    install("mine", "def X(): ...", "[mdmameta.models]\nX = mine:X")
    with pytest.warns(PluginWarning, match="has one of this name"):
        assert extensions.find_plugin("models", "X", built_in=["X"]) is None


def test_what_a_plug_in_raises_is_named_and_located() -> None:
    with pytest.raises(PluginError, match=r"model 'x' failed with ZeroDivisionError.*"):
        extensions.guarded("model 'x'", lambda: 1 / 0)
    with pytest.raises(OptionError):
        extensions.guarded("model 'x'", lambda: mm.RandomEffects(tau2="x"))


def test_a_group_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(PluginError, match="allowed: measures, models"):
        extensions.plugins("model")
