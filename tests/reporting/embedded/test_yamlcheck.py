"""What a value of YAML may be is said in words."""

from __future__ import annotations

import pytest

from mdmameta.reporting.embedded.yamlcheck import read_yaml


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        (bool, "true or false"),
        (float, "a number"),
        (str, "a text"),
        (frozenset({"a", False}), "'a' or false"),
        ((int, [str]), "a whole number or a list of a text"),
        ({"b": str, "a": int}, "the keys a, b"),
    ],
)
def test_what_is_allowed_in_place_of_a_wrong_value_is_told(allowed, words: str) -> None:
    _, faults = read_yaml("x:\n  - 2020-01-01\n", {"x": allowed}, file="a.yml")
    if isinstance(allowed, tuple):
        assert "x" in str(faults[0])
        _, faults = read_yaml("x: 2020-01-01\n", {"x": allowed}, file="a.yml")
    (fault,) = faults
    assert f"Allowed: {words}." in str(fault)
