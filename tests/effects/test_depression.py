from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mdmameta.effects import SingleArmEffects, depression_effects
from mdmameta.errors import EffectsError, ModelError
from mdmameta.models.inputs import usable_rows
from mdmameta.records import Evidence
from mdmameta.schema import TABLES

Build = Callable[..., Evidence]


def test_both_readings_of_an_inconsistent_interval_are_shown(
    evidence: Evidence,
) -> None:
    effects = depression_effects(evidence)
    madrs, sds = effects.frame.to_dict("records")
    assert (madrs["instrument"], madrs["agree"]) == ("MADRS", False)
    assert madrs["se_from_ci_z"] == pytest.approx(2.296, abs=5e-4)
    assert madrs["se_from_ci_t"] == pytest.approx(2.045, abs=5e-4)
    assert "implies 2.30 (normal) or 2.04 (t with 11 df)" in madrs["note"]
    assert (sds["instrument"], sds["agree"], sds["note"]) == ("SDS", True, "")


def test_the_variance_is_that_of_the_printed_standard_error(evidence: Evidence) -> None:
    frame = depression_effects(evidence).frame
    assert frame["v"].tolist() == pytest.approx((frame["se_printed"] ** 2).tolist())


def test_provenance_goes_back_to_one_row_each(evidence: Evidence) -> None:
    effects = depression_effects(evidence)
    assert [len(origin.rows) for origin in effects.provenance] == [1, 1]
    assert "implies" in effects.provenance[0].notes[0]


def test_models_refuse_changes_within_one_arm(evidence: Evidence) -> None:
    effects: Any = depression_effects(evidence)
    assert isinstance(effects, SingleArmEffects)
    with pytest.raises(ModelError, match="cannot be pooled"):
        usable_rows(effects)


def test_evidence_without_such_a_row_is_an_error(build: Build) -> None:
    made = build([{"arm_id": "A-hi"}, {"arm_id": "A-no"}])
    with pytest.raises(EffectsError, match="k = 0"):
        depression_effects(made)


def test_a_change_without_an_interval_has_nothing_to_disagree_with(
    evidence: Evidence,
) -> None:
    frames = {name: evidence.to_frame(name) for name in TABLES}
    frames["continuous"][["ci_low", "ci_high"]] = np.nan
    bare = Evidence.from_frames(frames, path=evidence.path, digest="changed")
    found, printed = depression_effects(bare).frame, depression_effects(evidence).frame
    assert found["v"].tolist() == pytest.approx(printed["v"].tolist())
    assert found[["se_from_ci_z", "se_from_ci_t"]].isna().all(axis=None)
    assert found["agree"].tolist() == [True, True]
    assert found["note"].tolist() == ["", ""]
