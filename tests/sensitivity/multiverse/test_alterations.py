"""What alters contrasts, and where there is nothing to alter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.provenance import Provenance
from mdmameta.effects.table import Effects
from mdmameta.sensitivity.multiverse.alterations import (
    NO_BIAS,
    WITH_CONCERN,
    Trials,
    Unblinding,
)

GUESSES = pd.DataFrame(
    {
        "study": ["A", "A"],
        "arm": ["t", "c"],
        "role": ["active", "control"],
        "n_asked": [50, 50],
        "n_guess_active": [45, 5],
        "n_guess_control": [5, 45],
    }
)


def pair(types: list[str], status: tuple[str, ...] = ()) -> Effects:
    return Effects.from_arrays(
        [-0.8, -0.6, -0.5], [0.1] * 3, study=["A", "B", "C"],
        moderators={"control_type": types, "active_arm": "t", "control_arm": "c"},
        provenance=[Provenance(source_status=s) for s in status],
    )  # fmt: skip


def test_bias_is_taken_out_only_where_belief_is_known_of_every_trial() -> None:
    alter = Unblinding(GUESSES, {"some": -0.5})
    known = pair(["inactive"] * 3)
    assert alter(known, NO_BIAS) is known
    assert alter(known, "some").y[0] == pytest.approx(-0.8 + 0.5 * 0.8)
    unheard = pair(["inactive", "unheard of", "inactive"])
    assert Unblinding(GUESSES, {"some": -0.5})(unheard, "some") is None


def test_trials_of_sources_under_concern_enter_where_they_are_asked_for() -> None:
    marked = pair(["inactive"] * 3, ("current", "retracted", "corrected"))
    left = Trials()(marked, "all")
    assert np.isnan(left.y).tolist() == [False, True, False]
    assert Trials()(marked, WITH_CONCERN) is marked


def test_effects_of_no_stated_source_are_under_no_concern() -> None:
    plain = pair(["inactive"] * 3)
    assert Trials()(plain, "all").y.tolist() == plain.y.tolist()
    assert Trials()(plain, WITH_CONCERN) is None
