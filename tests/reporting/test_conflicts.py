"""Rows set aside, in place of the preferred ones."""

from __future__ import annotations

import pytest

from mdmameta.effects import ptsd_effects
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import RandomEffects
from mdmameta.reporting.conflicts import choices, shift_words


@pytest.fixture(scope="module")
def made(results):
    return {choice.row_id: choice for choice in choices(results)}


def test_the_sign_slip_changes_the_set_of_changes_alone(results, made) -> None:
    choice = made["con-MP2-25-caps4-w3s3-change-stored"]
    assert list(choice.changed) == ["ptsd-change"]
    before, after = choice.changed["ptsd-change"]
    assert before is results.fits["ptsd-change", "reml-kh"]
    row = after.effects.to_frame().query("study.str.contains('Oehen')")
    assert row["y"].item() == pytest.approx(-0.66, abs=0.01)
    assert after.estimate.value > before.estimate.value


def test_a_row_that_no_set_uses_changes_nothing(made) -> None:
    assert made["con-MP8-125-caps4-m12-endpoint-sypres"].changed == {}


def test_every_score_set_aside_with_a_text_is_tried(results, made) -> None:
    frame = results.evidence.continuous
    aside = frame[
        (frame["preferred"] == "no") & (frame["verification"] != "unverified")
    ]
    place = ["study_id", "arm_id", "instrument", "timepoint", "stat"]
    rivals = frame.loc[frame["preferred"] != "no", place].drop_duplicates()
    exchanged = aside.merge(rivals, on=place)
    assert not exchanged.empty
    assert set(exchanged["row_id"]) <= made.keys()
    assert not set(aside["row_id"]) - set(exchanged["row_id"]) & made.keys()


def test_the_evidence_itself_is_left_as_it_was(results, made) -> None:
    again = RandomEffects().fit(ptsd_effects(results.evidence))
    assert again.estimate == results.fits["ptsd-primary", "reml-kh"].estimate


def test_a_shift_is_a_factor_of_a_ratio_and_a_difference_of_all_else() -> None:
    def fit(y: float, measure: str):
        return RandomEffects().fit(Effects.from_arrays([y], [0.1], measure=measure))

    assert shift_words(fit(0.0, "RR"), fit(0.5, "RR")) == "× 1.649"
    assert shift_words(fit(-0.7, "SMD"), fit(-0.75, "SMD")) == "−0.050"
    assert shift_words(fit(-7.0, "MD"), fit(-7.5, "MD")) == "−0.50"
