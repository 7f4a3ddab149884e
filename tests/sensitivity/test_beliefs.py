import numpy as np
import pandas as pd
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.beliefs import runs_of_belief
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
