"""Columns that follow from others are named, with how and what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.columns import check_columns
from mdmameta.models.frequentist import MetaRegression

FRAME = pd.DataFrame(
    {
        "dose": [80.0, 125, 125, 40, 100, 75],
        "year": [2010.0, 2011, 2018, 2019, 2021, 2023],
        "same": [3.0] * 6,
        "control": list("ppllww"),
        "site": list("ababaa"),
    }
)
FRAME["weeks"] = 2 * FRAME["dose"] - FRAME["year"] + 5
FRAME["low"] = (FRAME["control"] == "l").astype(float)
EFFECTS = Effects.from_arrays(y=np.arange(6.0), v=np.ones(6), moderators=FRAME)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("~ same", r"'same' is 3 in every row, which the rest of the formula fixes"),
        ("~ dose + I(dose / 4)", r"'I\(dose / 4\)' = 0.25 'dose'"),
        ("~ dose + year + weeks", r"'weeks' = 5 'Intercept' \+ 2 'dose' - 'year'"),
        ("~ control + low", r"'low' = 'Intercept' - 'control\[T.p\]' - 'control\[T.w"),
        ("~ 0 + low + C(control)", r"'C\(control\)\[l\]' = 'low'"),
        (
            "~ C(control, levels=['l', 'p', 'w', 'z'])",
            r"\[T.z\]\" is 0 in every row, as no row has that level",
        ),
        (
            "~ dose + I(dose / 4) + same",
            r"Leave out 'I\(dose / 4\)', 'same', or",
        ),
    ],
)
def test_each_column_that_follows_is_named_with_how(formula: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        MetaRegression(formula).fit(EFFECTS)


def test_an_empty_cell_of_an_interaction_is_named() -> None:
    with pytest.raises(ModelError, match=r"control\[T.w\]:site\[T.b\]' is 0 in every"):
        MetaRegression("~ control * site").fit(EFFECTS)


def test_more_coefficients_than_trials_have_their_own_cure() -> None:
    with pytest.raises(ModelError, match="fewer than coefficients"):
        MetaRegression("~ control + dose").fit(EFFECTS.take([0, 2, 4]))


def test_as_many_coefficients_as_trials_fit_with_a_caution() -> None:
    fit = MetaRegression("~ dose").fit(EFFECTS.take([0, 1]))
    assert "no-residual-df" in [caution.code for caution in fit.warnings]


def test_a_column_that_is_not_finite_is_named() -> None:
    X = np.array([[1.0, np.inf], [1.0, 2.0]])
    with pytest.raises(ModelError, match="not finite in 'ratio'"):
        check_columns("~ ratio", X, ("Intercept", "ratio"))


def test_nearly_dependent_columns_are_still_told_apart() -> None:
    x = np.linspace(2010, 2024, 8)
    check_columns("~ x", np.column_stack([np.ones(8), x, x**2]), ("1", "x", "x2"))


def test_a_column_made_of_many_others_names_them_without_their_parts() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(size=9) for name in "abcde"})
    frame["z"] = frame.sum(axis=1)
    effects = Effects.from_arrays(np.arange(9.0), np.ones(9), moderators=frame)
    said = "'z' follows from 'a', 'b', 'c', 'd', 'e'. Leave out 'z'"
    with pytest.raises(ModelError, match=said):
        MetaRegression("~ a + b + c + d + e + z").fit(effects)
