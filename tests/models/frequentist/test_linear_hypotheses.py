"""Hypotheses written as names and equations."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.errors import OptionError
from mdmameta.models.frequentist.linear_hypotheses import linear_hypotheses

TERMS = [
    "Intercept",
    "dose",
    "dose2",
    "control[T.low dose]",
    "control[T.placebo]",
    "dose:control[T.placebo]",
    "C(x, levels=['a', 'b - c'])[T.b - c]",
]


def row(**shares: float) -> list[float]:
    places = {"i": 0, "d": 1, "d2": 2, "low": 3, "pla": 4, "dp": 5, "x": 6}
    found = np.zeros(len(TERMS))
    for name, share in shares.items():
        found[places[name]] = share
    return found.tolist()


@pytest.mark.parametrize(
    ("text", "L", "r"),
    [
        ("dose", [row(d=1)], [0]),
        ("dose = dose2", [row(d=1, d2=-1)], [0]),
        ("dose-dose2=0", [row(d=1, d2=-1)], [0]),
        ("control", [row(low=1), row(pla=1)], [0, 0]),
        ("control[T.low dose] - control[T.placebo]", [row(low=1, pla=-1)], [0]),
        ("dose = dose2 = 1", [row(d=1, d2=-1), row(d2=1)], [0, 1]),
        ("2 * (dose + Intercept) / 4 = 1", [row(d=0.5, i=0.5)], [1]),
        ("-dose + 3 = 1 - dose2", [row(d=-1, d2=1)], [-2]),
        ("dose*2e-1 = .5", [row(d=0.2)], [0.5]),
        ("dose, dose2; Intercept = 1", [row(d=1), row(d2=1), row(i=1)], [0, 0, 1]),
        ("dose:control", [row(dp=1)], [0]),
        ("`dose` = - -1", [row(d=1)], [1]),
        ("C(x, levels=['a', 'b - c'])", [row(x=1)], [0]),
        ("2 * C(x, levels=['a', 'b - c'])[T.b - c] = dose", [row(x=2, d=-1)], [0]),
        (["dose", "dose2 = 1"], [row(d=1), row(d2=1)], [0, 1]),
        (("dose",), [row(d=1)], [0]),
    ],
)
def test_equations_become_rows(text: object, L: list, r: list) -> None:
    found = linear_hypotheses(text, TERMS)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.L, L)
    np.testing.assert_allclose(found.r, r)


def test_names_say_what_is_tested() -> None:
    found = linear_hypotheses("0.5 * dose2 - dose = 2, control", TERMS)
    assert found.names == (
        "-dose + 0.5 dose2 = 2",
        "control[T.low dose] = 0",
        "control[T.placebo] = 0",
    )


def test_what_is_named_reads_as_itself() -> None:
    found = linear_hypotheses("2 * dose - dose2 = 0.25", TERMS)
    again = linear_hypotheses(found.names[0].replace("2 dose ", "2 * dose "), TERMS)
    np.testing.assert_array_equal(found.L, again.L)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("dosis = 0", "names 'dosis', .*: 'Intercept', 'dose', .*Did you mean 'dose'"),
        ("`no such`", "names 'no such'"),
        (["dose", "age"], "hypothesis 'age' names 'age'"),
        ("control - dose", r"'control' stands for 2 coefficients \('control\[T.low"),
        ("dose * dose2", "cannot be read as it is not linear"),
        ("dose / 0", "not linear"),
        ("1 = 1", "no coefficient is left"),
        ("dose - dose", "no coefficient is left"),
        ("dose =", "ends too early"),
        ("dose dose2", "at 'dose2'"),
        ("(dose", "bracket is not closed"),
        ("", "ends too early"),
        ("dose > 0", "cannot be read"),
        ("dose = dose2, dose2 = dose", "there are 2 hypotheses, but some follow"),
        ([["a", 1]], "neither numbers nor text"),
        ([], "do not fit"),
        ({"dose": 1}, "neither numbers nor text"),
        (None, "neither numbers nor text|do not fit"),
    ],
)
def test_what_cannot_be_tested_is_said(asked: object, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        linear_hypotheses(asked, TERMS)  # type: ignore[arg-type]
