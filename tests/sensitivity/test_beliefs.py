import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.beliefs import control_types_of, runs_of_belief, unused_priors
from mdmameta.sensitivity.guesses import checked_guesses
from mdmameta.sensitivity.matching import Matched

NOBODY = pd.DataFrame(
    {
        "study": ["A", "B"],
        "arm": ["t", "t"],
        "role": ["active", "active"],
        "n_asked": np.nan,
        "n_guess_active": np.nan,
        "n_guess_control": np.nan,
    }
)


MATCHED = Matched("guesses", checked_guesses(NOBODY), np.array(["A", "B"]))


def test_without_counts_and_without_types_of_control_there_is_nothing_to_run():
    with pytest.raises(SensitivityError, match="u is known of no contrast"):
        runs_of_belief(MATCHED, ["", ""], None, {})


def test_a_type_of_control_with_a_prior_is_enough():
    types = ["inactive", "unheard of"]
    runs, notes = runs_of_belief(MATCHED, types, None, None)
    assert [list(run.table["study"]) for run in runs] == [["A"]]
    assert "Left out, for want of counts and of a prior: B." in notes[0]


def test_the_type_of_control_is_that_of_the_contrasts_or_else_of_the_guesses():
    plain = Effects.from_arrays([0.1, 0.2], [1, 1], study=["A", "B"])
    assert control_types_of(plain, MATCHED, "control_type") == ["", ""]
    assert control_types_of(plain, MATCHED, "kind of control") == ["", ""]
    told = NOBODY.assign(control_type=["low_dose", None])
    matched = Matched("guesses", told, np.array(["A", "B"]))
    assert control_types_of(plain, matched, "control_type") == ["low_dose", ""]
    own = Effects.from_arrays(
        [0.1, 0.2], [1, 1], moderators={"control_type": [None, "inactive"]}
    )
    assert control_types_of(own, matched, "control_type") == ["", "inactive"]


def test_a_type_of_control_is_said_in_words():
    _, notes = runs_of_belief(MATCHED, ["low_dose", "low_dose"], None, None)
    assert "from a prior by control type: low dose 0.4 (SD 0.25);" in notes[0]


def test_a_published_number_on_another_scale_is_named_by_its_setting():
    ids = ["patient_all", "lost_controls", "my_own"]
    priors = pd.DataFrame({"prior_id": ids, "setting": ["all", "lost, and why", ""]})
    said = "Not estimates of b on a known scale: "
    assert (
        unused_priors(priors, priors[:1], "SMD")[-1] == f"{said}lost, and why; my own."
    )
    bare = priors.drop(columns="setting")
    assert unused_priors(bare, bare[:2], "SMD")[-1] == f"{said}my own."
