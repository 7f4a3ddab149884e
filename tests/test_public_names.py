"""What ``import mdmameta`` offers, and that offering it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import mdmameta as mm

#: Names of the published surface that exist so far.
PROMISED = [
    "load_evidence",
    "ptsd_effects",
    "depression_effects",
    "effect_size",
    "Effects",
    "RandomEffects",
    "CommonEffect",
    "MetaRegression",
    "BayesianRandomEffects",
    "Normal",
    "HalfNormal",
    "forest",
    "funnel",
    "sensitivity",
]


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_name_is_public(name: str) -> None:
    assert name in mm.__all__
    assert callable(getattr(mm, name)) or name == "sensitivity"


def test_public_names_stand_once_and_a_star_import_gives_them_all() -> None:
    space: dict[str, object] = {}
    exec("from mdmameta import *", space)
    assert len(set(mm.__all__)) == len(mm.__all__)
    assert set(mm.__all__) <= space.keys()


@pytest.mark.parametrize("name", ["blinding", "prior_use", "dropout"])
def test_the_sensitivity_analyses_are_reached_through_their_room(name: str) -> None:
    assert callable(getattr(mm.sensitivity, name))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'mdmameta' has no attribute 'Rnadom'"):
        _ = mm.Rnadom
    assert not hasattr(mm, "pipeline")


def test_a_public_name_is_the_object_of_its_own_module() -> None:
    from mdmameta.effects.table import Effects
    from mdmameta.models.fit import Fit

    assert mm.Effects is Effects
    assert mm.Fit is Fit


def test_the_version_is_that_of_the_distribution() -> None:
    assert mm.__version__ == version("mdmameta")


def test_a_module_of_the_package_is_loaded_only_when_its_name_is_asked_for() -> None:
    code = """
import sys, mdmameta as mm
own = {name for name in sys.modules if name.startswith("mdmameta")}
assert own == {"mdmameta"}, own
mm.errors
assert "mdmameta.errors" in sys.modules
assert "mdmameta.models" not in sys.modules
assert "errors" in vars(mm)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["lineage", "claims", "figures"])
def test_a_subpackage_is_imported_when_it_is_asked_for(name: str) -> None:
    vars(mm).pop(name, None)
    found = getattr(mm, name)
    assert found is sys.modules[f"mdmameta.{name}"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(
        AttributeError, match="module 'mdmameta' has no attribute 'mda'"
    ):
        _ = mm.mda
