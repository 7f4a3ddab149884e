"""From tables to a fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects, Provenance, SingleArmEffects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist.count_fit import tables, uninformative

COUNTS = {"ai": [1, np.nan, 0], "n1": [5, 5, 0], "ci": [1, 1, 1], "n2": [5, 5, 5]}


def effects(**more: object) -> Effects:
    return Effects.from_arrays(
        y=[np.nan, 0, 0], v=[1, 1, 1], study=["A", "B", "C"], moderators=COUNTS, **more
    )


def test_only_complete_tables_of_two_groups_are_read() -> None:
    read = tables(effects(), ("OR",))
    assert read.rows.tolist() == [0]
    assert "B, C" in read.cautions[0]


def test_a_missing_effect_does_not_lose_its_counts() -> None:
    assert tables(effects(), ("OR",)).strata.a.tolist() == [1]


def test_warnings_about_the_evidence_stay() -> None:
    sources = [Provenance(verification="unverified"), Provenance(), Provenance()]
    found = tables(effects(provenance=sources, caveats=["Small."]), ("OR",)).cautions
    assert {"unverified", "caveat"} <= {caution.code for caution in found}


def test_single_arms_are_refused() -> None:
    with pytest.raises(ModelError, match="single arms"):
        tables(SingleArmEffects(frame=pd.DataFrame(), label="pilot"), ("OR",))


def test_trials_that_tell_nothing_are_counted_and_named() -> None:
    said = uninformative(
        np.array(["A", "B"]), np.array([True, True]), "They say nothing."
    )
    assert said[0].startswith("2 trials")
    assert said[0].endswith("A, B. They say nothing.")
    assert uninformative(np.array(["A"]), np.array([False]), "RR") == ()
