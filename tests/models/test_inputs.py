"""Which rows a model uses, and what it says about the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects, Provenance, SingleArmEffects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.inputs import Usable, check_level, usable_rows


def codes(usable: Usable) -> list[str]:
    return [caution.code for caution in usable.cautions]


def test_complete_rows_are_all_used_without_a_word() -> None:
    usable = usable_rows(Effects.from_arrays(y=[1, 2], v=[1, 1]))
    assert usable.k == 2
    assert usable.V is None
    assert usable.cautions == ()


def test_rows_with_a_missing_value_are_dropped_and_named() -> None:
    effects = Effects.from_arrays(
        y=[1, np.nan, 3], v=[1, 1, np.nan], study=["A", "B", "C"]
    )
    usable = usable_rows(effects)
    assert list(usable.rows) == [0]
    assert str(usable.cautions[0]) == "2 rows not used for a missing value: B, C."


def test_a_row_of_infinite_variance_is_not_counted() -> None:
    usable = usable_rows(Effects.from_arrays(y=[1, 2], v=[1, np.inf]))
    assert list(usable.rows) == [0]
    assert codes(usable) == ["no-information"]


def test_rows_without_a_moderator_are_dropped_too() -> None:
    effects = Effects.from_arrays(y=[1, 2], v=[1, 1])
    usable = usable_rows(effects, np.array([True, False]))
    assert list(usable.rows) == [1]
    assert codes(usable) == ["rows-dropped"]


def test_the_covariance_matrix_loses_the_same_rows() -> None:
    V = np.eye(3) + 0.5
    usable = usable_rows(Effects.from_arrays(y=[1, np.nan, 3], V=V))
    assert usable.V is not None
    np.testing.assert_array_equal(usable.V, V[np.ix_([0, 2], [0, 2])])


def test_no_usable_row_is_an_error() -> None:
    with pytest.raises(ModelError, match="k = 0"):
        usable_rows(Effects.from_arrays(y=[np.nan, 1], v=[1, np.inf]))


def test_changes_within_single_arms_are_refused() -> None:
    single = SingleArmEffects(frame=pd.DataFrame({"y": [1.0]}), label="pilot")
    with pytest.raises(ModelError, match=r"'pilot' .* without a control"):
        usable_rows(single)  # type: ignore[arg-type]


def test_a_frame_is_no_effects() -> None:
    with pytest.raises(ModelError, match="effects is a DataFrame"):
        usable_rows(pd.DataFrame({"y": [1.0]}))  # type: ignore[arg-type]


def test_a_shared_control_taken_as_independent_is_said() -> None:
    groups = [(0, 1)]
    effects = Effects.from_arrays(y=[1, 2], v=[1, 1], shared_controls=groups)
    assert codes(usable_rows(effects)) == ["shared-controls"]
    V = [[1, 0.5], [0.5, 1]]
    modelled = Effects.from_arrays(y=[1, 2], V=V, shared_controls=groups)
    assert codes(usable_rows(modelled)) == []


def test_caveats_and_doubtful_sources_travel_with_the_rows() -> None:
    effects = Effects.from_arrays(
        y=[1, 2],
        v=[1, 1],
        study=["A", "B"],
        provenance=[
            Provenance(verification="unverified"),
            Provenance(verification="text", source_status="retracted"),
        ],
        caveats=["Mixed instruments."],
    )
    usable = usable_rows(effects)
    assert codes(usable) == ["caveat", "unverified", "retracted"]
    assert usable.cautions[1].endswith("A.")
    assert usable.cautions[2].endswith("B.")


def test_a_level_between_zero_and_one_passes() -> None:
    check_level(0.9)


@pytest.mark.parametrize("level", [0, 1, -0.1, float("nan"), "0.95", None])
def test_another_level_is_refused(level: object) -> None:
    with pytest.raises(OptionError, match="strictly between 0 and 1"):
        check_level(level)  # type: ignore[arg-type]


def test_a_percentage_is_recognised() -> None:
    with pytest.raises(OptionError, match=r"Did you mean 0\.95\?"):
        check_level(95)


def test_rows_of_one_study_without_a_covariance_are_a_caution() -> None:
    twice = {"y": [0.1, 0.2, 0.3], "study": ["A", "A", "B"]}
    (caution,) = usable_rows(Effects.from_arrays(**twice, v=[1, 1, 1])).cautions
    assert caution.code == "repeated-study"
    assert "(A)" in caution
    assert usable_rows(Effects.from_arrays(**twice, V=np.eye(3))).cautions == ()
