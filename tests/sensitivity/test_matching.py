import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.matching import (
    Matched,
    contrast_roles,
    keys,
    matching_notes,
    unverified_note,
)

TABLE = pd.DataFrame({"study": ["A", "B"], "arm": ["a", "b"], "n": [1, 2]})


def test_nothing_that_matches_names_both_sides():
    effects = Effects.from_arrays(y=[1], v=[1], study=["Z"])
    with pytest.raises(SensitivityError, match=r"flow: A, B; effects: Z"):
        keys(effects, TABLE, "flow")


def test_studies_are_matched_by_id_where_labels_do_not():
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["Smith 2001"], moderators={"study_id": ["B"]}
    )
    assert list(keys(effects, TABLE, "flow")) == ["B"]


def test_what_matches_nothing_is_stated_on_both_sides():
    notes = matching_notes("flow", TABLE, np.array(["B", "C"]))
    assert notes == (
        "Numbers by arm of trials that are not in the analysis are not used: A.",
        "There are no numbers by arm for C.",
    )


def test_names_with_commas_are_told_apart():
    table = TABLE.assign(study=["Lee, 2001", "May, 2002"])
    notes = matching_notes("guesses", table, np.array(["C"]))
    assert notes == (
        "Guesses of trials that are not in the analysis are not used: Lee, 2001; May, "
        "2002.",
        "There are no guesses for C.",
    )


def test_the_arms_that_a_contrast_names_are_its_sides():
    table = pd.DataFrame(
        {
            "study": ["A"] * 3,
            "arm": ["high", "mid", "low"],
            "role": ["active", "medium", "control"],
        }
    )
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["A"], moderators={"active_arm": ["mid"]}
    )
    assert list(contrast_roles(effects, table, effects.study)["role"]) == [
        "medium",
        "active",
        "control",
    ]


def test_a_matched_frame_has_roles_keys_and_the_rows_that_are_used():
    table = TABLE.assign(role=["active", "control"])
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["B"], moderators={"active_arm": ["b"]}
    )
    found = Matched.of("flow", table, effects)
    assert found.studies == ["B"]
    assert list(found.table["role"]) == ["active", "active"]
    assert list(found.own["arm"]) == ["b"]


def test_neither_labels_nor_ids_that_match_name_both_sides():
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["Smith 2001"], moderators={"study_id": ["Z"]}
    )
    with pytest.raises(SensitivityError, match=r"flow: A, B; effects: Smith 2001"):
        keys(effects, TABLE, "flow")


def test_only_rows_that_say_so_are_unverified():
    assert unverified_note("flow", TABLE) == ()
    some = TABLE.assign(verification=["text", "unverified"])
    assert unverified_note("flow", some) == ("UNVERIFIED numbers by arm: B.",)
    assert unverified_note("flow", some.assign(verification="text")) == ()


def test_an_arm_that_the_frame_does_not_have_leaves_its_roles():
    effects = Effects.from_arrays(
        y=[1], v=[1], study=["A"], moderators={"active_arm": ["high"]}
    )
    table = pd.DataFrame(
        {"study": ["A", "A"], "arm": ["a", "c"], "role": ["active", "control"]}
    )
    found = contrast_roles(effects, table, np.array(["A"]))
    assert list(found["role"]) == ["active", "control"]
