import json

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import dropout

MEANS = Effects.from_arrays(
    y=[-0.8, -0.6], v=[0.05, 0.05], study=["A", "B"], measure="SMD", direction="lower"
)
CELLS = {"ai": [37, 45], "n1i": [42, 52], "ci": [23, 29], "n2i": [37, 42]}


def flow(lost_active: int = 5, lost_control: int = 15) -> pd.DataFrame:
    rows = [
        (study, arm, role, 60, 60 - lost)
        for study in ("A", "B")
        for arm, role, lost in (
            ("t", "active", lost_active),
            ("c", "control", lost_control),
        )
    ]
    return pd.DataFrame(
        rows, columns=["study", "arm", "role", "randomised", "assessed"]
    )


def events(measure: str = "RR", direction: str = "higher", **changes) -> Effects:
    cells = CELLS | changes
    made = effect_size(measure, **cells)
    return Effects.from_arrays(
        y=made["y"],
        v=made["v"],
        study=["A", "B"],
        measure=measure,
        direction=direction,
        moderators=cells,
    )


def test_no_shift_gives_the_available_cases():
    table = dropout(MEANS, RandomEffects(), flow(), thorough=False)
    rows = table.frame.query("shift_active == 0 and shift_control == 0")
    plain = RandomEffects().fit(MEANS).estimate
    assert len(rows) == 5
    np.testing.assert_allclose(rows["asked_high"], plain.ci_high)


def test_the_smallest_shift_takes_the_interval_to_zero():
    table = dropout(MEANS, CommonEffect(), flow(), thorough=False)
    tip = table.tipping_point("shift_opposite")
    f_t, f_c = 5 / 60, 15 / 60
    s = tip.value
    v = 0.05 + s**2 * (f_t * (1 - f_t) + f_c * (1 - f_c)) / 60
    bound = -0.7 + s * (f_t + f_c) + 1.959964 * np.sqrt(v / 2)
    assert bound == pytest.approx(0, abs=1e-5)


def test_a_shift_that_does_not_exist_is_none_with_its_reason():
    table = dropout(MEANS, CommonEffect(), flow(0, 15), thorough=False)
    point = table.tipping_point("shift_active_only")
    assert point.value is None
    assert "-5 to 5" in point.reason


@pytest.mark.parametrize(("end", "kind"), [(0.3, "robust"), (3.0, "fragile")])
def test_the_verdict_follows_the_declared_region(end, kind):
    table = dropout(
        MEANS, CommonEffect(), flow(), thorough=False, plausible=(-end, end)
    )
    assert table.verdict.kind == kind
    assert "controls lost more" in table.verdict.text


def test_the_default_region_is_said_to_be_assumed():
    for effects_, unit in ((MEANS, "-1 to 1 SD from"), (events(), "0.25 to 4 times")):
        notes = " ".join(
            dropout(effects_, CommonEffect(), flow(), thorough=False).notes
        )
        assert f"{unit}" in notes
        assert "observed: ASSUMED" in notes
    given = dropout(
        MEANS, CommonEffect(), flow(), thorough=False, plausible=(-0.5, 0.5)
    ).notes
    assert any("observed: as given." in note for note in given)


def test_without_any_flow_nothing_is_identified():
    table = dropout(
        MEANS, CommonEffect(), flow().assign(randomised=np.nan), thorough=False
    )
    assert table.verdict.kind == "not identified"
    assert any("Not known by arm" in note for note in table.notes)


def test_retracted_sources_of_counts_that_are_used_are_named():
    standing = ["retracted", "current", "retracted", "retracted"]
    judged = flow().assign(status=standing, randomised=[60, 60, np.nan, np.nan])
    table = dropout(MEANS, CommonEffect(), judged)
    assert "RETRACTED sources of numbers by arm: A." in table.notes
    assert list(table.parts["flow"]["status"])[:4] == standing


def test_an_assumed_fraction_serves_trials_without_flow():
    known = flow().assign(randomised=[60, 60, np.nan, np.nan])
    table = dropout(MEANS, CommonEffect(), known, unknown_missing=0.2, grid=[1.0])
    row = table.frame.query("scenario == 'active only'").iloc[0]
    assert row["value"] == pytest.approx(-0.7 + (5 / 60 + 0.2) / 2, abs=5e-3)
    assert any("ASSUMED: 20% missing" in note for note in table.notes)


def test_higher_is_better_mirrors_the_shifts():
    high = Effects.from_arrays(y=-MEANS.y, v=MEANS.v, study=["A", "B"], measure="SMD")
    low = dropout(MEANS, CommonEffect(), flow(), thorough=False).tipping_point(
        "shift_opposite"
    )
    found = dropout(high, CommonEffect(), flow(), thorough=False).tipping_point(
        "shift_opposite"
    )
    assert found.value == pytest.approx(-low.value)


def test_raw_units_and_events_without_counts_are_refused():
    for measure, words in (("MD", "standardised differences"), ("RR", "ai, n1i")):
        effects = Effects.from_arrays(y=[1], v=[1], study=["A"], measure=measure)
        with pytest.raises(SensitivityError, match=words):
            dropout(effects, CommonEffect(), flow(), thorough=False)


def test_missing_as_failure_is_called_not_conservative_when_it_is_not():
    table = dropout(events(), CommonEffect(), flow(5, 20), thorough=False)
    assert "NOT conservative here, because controls lost more" in table.verdict.text


def test_missing_as_failure_is_called_conservative_when_it_is():
    effects = events(n1i=[42, 48], n2i=[55, 58])
    table = dropout(effects, CommonEffect(), flow(15, 3), thorough=False)
    value = table.frame.set_index("scenario")["value"]
    assert value["missing = failure"] < value["available case"]
    assert "lowers the benefit here" in table.verdict.text


def test_available_case_failure_best_and_worst_stand_first():
    table = dropout(events(), RandomEffects(), flow(5, 20), thorough=False)
    names = list(table.frame["scenario"][:4])
    assert names == ["available case", "missing = failure", "best case", "worst case"]
    values = table.frame["value"][:4]
    assert values[3] < values[1] < values[2]
    assert len(table.fits) == len(table.frame)


def test_an_odds_ratio_of_one_is_the_available_case():
    table = dropout(events(), CommonEffect(), flow(5, 18), thorough=False)
    rows = table.frame.query("imor_active == 1 and imor_control == 1")
    np.testing.assert_allclose(rows["value"], table.frame["value"][0])


def test_events_tip_at_an_odds_ratio_or_say_why_not():
    table = dropout(events(), CommonEffect(), flow(5, 18), thorough=False)
    for point in table.tipping[:4]:
        assert (point.value is None) == ("excludes no effect" in point.reason)
    opposite = table.tipping_point("imor_opposite")
    assert 0 < opposite.value < 1


def test_a_bad_event_fails_by_happening():
    table = dropout(
        events(direction="lower"), CommonEffect(), flow(5, 18), thorough=False
    )
    by_trial = table.parts["by_trial"].query("scenario == 'missing = failure'")
    assert list(by_trial["ai"]) == [37 + 18, 45 + 8]


def test_odds_ratios_of_zero_are_refused():
    with pytest.raises(SensitivityError, match="must be above 0"):
        dropout(events(), CommonEffect(), flow(5, 18), thorough=False, grid=[0.0, 1.0])


def test_a_bayesian_model_serves_and_the_table_is_strict_json():
    table = dropout(MEANS, BayesianRandomEffects(), flow(), thorough=False, grid=[0.0])
    plain = BayesianRandomEffects().fit(MEANS).estimate
    np.testing.assert_allclose(table.frame["ci_low"], plain.ci_low)
    json.dumps(table.to_dict(), allow_nan=False)


@pytest.mark.parametrize("fraction", [1.0, -0.1])
def test_a_fraction_of_the_missing_is_below_one(fraction: float):
    with pytest.raises(SensitivityError, match="a fraction is from 0 to below 1"):
        dropout(MEANS, CommonEffect(), flow(), unknown_missing=fraction)


def test_an_unknown_fraction_is_of_means_alone():
    with pytest.raises(SensitivityError, match="for events give the numbers randomis"):
        dropout(events(), CommonEffect(), flow(), unknown_missing=0.1)


def test_events_with_a_covariance_matrix_cannot_be_imputed():
    one = events()
    both = Effects.from_arrays(
        one.y, V=np.diag(one.v) + 0.001, study=["A", "B"], measure="RR",
        direction="higher", moderators=CELLS,
    )  # fmt: skip
    with pytest.raises(SensitivityError, match="needs independent rows"):
        dropout(both, CommonEffect(), flow())
