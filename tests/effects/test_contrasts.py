from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mdmameta.effects import contrasts, effect_size
from mdmameta.errors import EffectsError, OptionError
from mdmameta.records import Evidence

Build = Callable[..., Evidence]
PAIR: list[dict[str, Any]] = [
    {"arm_id": "A-hi", "mean": 3.0, "n": 18.0},
    {"arm_id": "A-no", "mean": 6.0},
]
THREE: list[dict[str, Any]] = [*PAIR, {"arm_id": "A-mid", "mean": 4.0, "n": 10.0}]


def test_a_contrast_is_active_minus_control(build: Build) -> None:
    effects = contrasts(build([*PAIR]), measure="MD")
    assert_allclose([effects.y[0], effects.v[0]], [-3, 4 / 18 + 4 / 20])
    assert effects.direction == "lower"
    assert effects.study.tolist() == ["Trial A"]


def test_moderators_name_arms_sizes_and_facts_of_the_trial(build: Build) -> None:
    row = contrasts(build([*PAIR])).moderators.iloc[0].to_dict()
    expected = {
        "study_id": "A",
        "control_type": "inactive",
        "phase": "2",
        "year": 2020,
        "instrument": "PAIN",
        "basis": "endpoint",
        "active_arm": "A-hi",
        "control_arm": "A-no",
        "n1": 18,
        "n2": 20,
    }
    assert expected.items() <= row.items()


def test_pooled_arms_are_compared_with_their_control_once(build: Build) -> None:
    effects = contrasts(build([*THREE]), arms="pooled-active", measure="MD")
    assert effects.k == 1
    assert effects.moderators.loc[0, ["n1", "n2"]].tolist() == [28, 20]
    assert effects.shared_controls == ()


def test_every_active_arm_shares_its_control_with_covariance(build: Build) -> None:
    effects = contrasts(build([*THREE]), arms="every-active", measure="MD")
    assert effects.shared_controls == ((0, 1),)
    assert effects.V[0, 1] == pytest.approx(4 / 20)
    standardised = contrasts(build([*THREE]), arms="every-active")
    y, n = standardised.y, 18 + 10 + 20
    assert standardised.V[0, 1] == pytest.approx(1 / 20 + y[0] * y[1] / (2 * n))


@pytest.mark.parametrize("period", ["post_crossover", "uncontrolled"])
def test_a_time_without_randomised_control_is_refused(
    build: Build, period: str
) -> None:
    late = [{**row, "timepoint": "year 1", "period": period} for row in PAIR]
    evidence = build([*PAIR, *late])
    with pytest.raises(EffectsError, match=f"A at 'year 1' is {period} .row row-2"):
        contrasts(evidence, timepoint="year 1")
    assert contrasts(evidence).k == 1


def test_a_trial_needs_scores_in_both_arms(build: Build) -> None:
    other = [{"arm_id": "B-hi"}, {"arm_id": "B-no", "sd": float("nan")}]
    assert contrasts(build([*PAIR, *other])).study.tolist() == ["Trial A"]


def test_unverified_rows_stay_out_unless_asked_for(build: Build) -> None:
    leads = [{**row, "verification": "unverified"} for row in PAIR]
    with pytest.raises(EffectsError, match="k = 0"):
        contrasts(build(leads))
    effects = contrasts(build(leads), verification=["unverified"])
    assert effects.provenance[0].verification == "unverified"
    assert "rows of unverified only" in effects.label


def test_rows_not_preferred_are_never_used(build: Build) -> None:
    rival = {"arm_id": "A-hi", "mean": 99.0, "preferred": "no"}
    assert contrasts(build([rival, *PAIR]), measure="MD").y == pytest.approx(-3)


def test_provenance_has_rows_sources_weakest_level_and_worst_status(
    build: Build,
) -> None:
    first, second = PAIR
    evidence = build(
        [
            {**first, "verification": "two_texts", "source_id": "paper;letter"},
            {**second, "verification": "secondary", "sd": float("nan"), "se": 0.5},
        ]
    )
    origin = contrasts(evidence).provenance[0]
    assert origin.rows == ("row-0", "row-1")
    assert origin.sources == ("paper", "letter")
    assert origin.verification == "secondary"
    assert origin.source_status == "retracted"
    assert origin.notes == ("A-no: SD 2.23607 from SE 0.5 × √20",)


def test_mean_differences_need_one_instrument(build: Build) -> None:
    ache = [
        {**row, "arm_id": row["arm_id"].replace("A", "B"), "instrument": "ACHE"}
        for row in PAIR
    ]
    evidence = build([*PAIR, *ache])
    both = ["PAIN", "ACHE"]
    assert contrasts(evidence, instruments=both).k == 2
    with pytest.raises(EffectsError, match="PAIN and ACHE are in different points"):
        contrasts(evidence, instruments=both, measure="MD")


def test_opposite_directions_do_not_share_a_set(build: Build) -> None:
    well = [
        {**row, "arm_id": row["arm_id"].replace("A", "B"), "instrument": "WELL"}
        for row in PAIR
    ]
    with pytest.raises(EffectsError, match=r"PAIN \(lower\), WELL \(higher\)"):
        contrasts(build([*PAIR, *well]), instruments=["PAIN", "WELL"])


def test_a_trial_is_taken_on_the_first_instrument_that_it_has(build: Build) -> None:
    ache = [{**row, "instrument": "ACHE"} for row in PAIR]
    evidence = build([*PAIR, *ache])
    effects = contrasts(evidence, instruments=["WELL", "ACHE", "PAIN"])
    assert effects.moderators["instrument"].tolist() == ["ACHE"]


def test_change_and_endpoint_are_never_mixed(build: Build) -> None:
    change = [
        {**row, "arm_id": row["arm_id"].replace("A", "B"), "stat": "change"}
        for row in PAIR
    ]
    evidence = build([*PAIR, *change])
    assert contrasts(evidence, stat="endpoint").study.tolist() == ["Trial A"]
    assert contrasts(evidence, stat="change").study.tolist() == ["Trial B"]


def test_an_assumed_correlation_is_declared_everywhere(build: Build) -> None:
    before = [{**row, "stat": "baseline", "timepoint": "baseline"} for row in PAIR]
    evidence = build([*PAIR, *before])
    with pytest.raises(EffectsError, match="k = 0"):
        contrasts(evidence, stat="change")
    effects = contrasts(evidence, stat="change", r=0.7)
    assert effects.label.split(", ")[2] == "change (A with r = 0.7 assumed)"
    assert "assumed correlation of 0.7" in effects.caveats[0]
    assert effects.moderators["basis"].tolist() == ["baseline and endpoint"]


def test_a_time_can_differ_for_one_trial(build: Build) -> None:
    early = [{**row, "timepoint": "week 4", "mean": 9.0} for row in PAIR]
    effects = contrasts(build([*PAIR, *early]), timepoint={"A": "week 4"})
    assert effects.y[0] == pytest.approx(0)
    assert "A at week 4" in effects.label


def test_a_time_that_a_trial_does_not_have_is_refused(build: Build) -> None:
    with pytest.raises(EffectsError, match="Did you mean 'week 8'"):
        contrasts(build([*PAIR]), timepoint={"A": "week 9"})


def test_an_unknown_study_is_refused(build: Build) -> None:
    with pytest.raises(EffectsError, match="study 'Z' is not in the evidence"):
        contrasts(build([*PAIR]), studies=["Z"])


@pytest.mark.parametrize(
    "choice",
    [
        {"arms": "highest"},
        {"stat": "final"},
        {"measure": "RR"},
        {"verification": "guess"},
        {"r": 1.5},
        {"arms": "every-active", "measure": "SMDH"},
        {"vtype": "HO"},
    ],
)
def test_unknown_choices_are_refused(build: Build, choice: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        contrasts(build([*THREE]), **choice)


def test_the_effect_is_that_of_effect_size(build: Build) -> None:
    effects = contrasts(build([*PAIR]), vtype="UB", correction="approximate")
    table = effect_size(
        "SMD",
        m1i=3,
        sd1i=2,
        n1i=[18],
        m2i=6,
        sd2i=2,
        n2i=20,
        vtype="UB",
        correction="approximate",
    )
    assert_allclose(np.array([effects.y, effects.v]).T, table)
    assert effects.label.endswith("SMD (approximate correction, UB)")


def test_an_instrument_nobody_described_has_its_name_and_no_direction(
    build: Build,
) -> None:
    rows = [{**row, "instrument": "GLOOM"} for row in PAIR]
    effects = contrasts(build(rows), instruments="GLOOM")
    assert effects.label == "GLOOM, highest dose vs control, endpoint, SMD"
    assert effects.direction is None
    assert "not known of GLOOM" in effects.caveats[-1]


def test_one_trial_may_be_named_by_itself(build: Build) -> None:
    assert contrasts(build([*PAIR]), studies="A").study.tolist() == ["Trial A"]


def test_tables_without_usable_rows_say_where_rows_are_lacking(build: Build) -> None:
    lead = [{**row, "verification": "unverified"} for row in PAIR]
    with pytest.raises(EffectsError, match=r"k = 0: continuous\.csv has no rows"):
        contrasts(build(lead))
