from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects import effect_size
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.missing_binary import (
    counts_of,
    has_counts,
    imputed,
    imputed_counts,
    with_odds_ratio,
    without_counts,
)

CELLS = {"ai": [37, 45], "n1i": [42, 52], "ci": [23, 29], "n2i": [37, 42]}
FRACTIONS = pd.DataFrame(
    {
        "study": ["M1", "M2"],
        "n_active": [46.0, 53.0],
        "n_control": [44.0, 51.0],
        "known": [True, True],
    }
)


def effects(measure: str = "RR", **changes) -> Effects:
    cells = CELLS | changes
    made = effect_size(measure, **cells)
    return Effects.from_arrays(
        y=made["y"], v=made["v"], study=["M1", "M2"], measure=measure, moderators=cells
    )


def risk_ratios(scenario: str):
    return np.exp(imputed(effects(), COUNTS, scenario, good=True).y)


COUNTS = counts_of(effects(), FRACTIONS)


def test_missing_as_failure_raises_both_ratios_when_controls_lost_more():
    np.testing.assert_allclose(np.exp(effects().y), [1.417, 1.253], atol=5e-4)
    np.testing.assert_allclose(
        risk_ratios("missing = failure"), [1.539, 1.493], atol=5e-4
    )


def test_the_worst_case_gives_controls_all_the_successes():
    np.testing.assert_allclose(risk_ratios("worst case"), [1.180, 1.140], atol=5e-4)
    assert (risk_ratios("best case") > risk_ratios("missing = failure")).all()


def test_missing_as_failure_is_the_event_when_the_event_is_bad():
    made = imputed_counts(COUNTS, "missing = failure", good=False)
    assert list(made["ai"]) == [37 + 4, 45 + 1]


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_an_odds_ratio_of_one_gives_the_available_cases(measure):
    before = effects(measure)
    after = with_odds_ratio(before, counts_of(before, FRACTIONS), 1.0, 1.0)
    np.testing.assert_allclose(after.y, before.y)
    np.testing.assert_allclose(after.v, before.v)


def test_a_zero_cell_gets_its_half_in_the_available_cases_too():
    before = effects(ai=[0, 45])
    after = with_odds_ratio(before, counts_of(before, FRACTIONS), 1.0, 1.0)
    np.testing.assert_allclose(after.y, before.y)
    np.testing.assert_allclose(after.v, before.v)


def test_extreme_odds_ratios_reach_the_imputed_counts():
    failure = with_odds_ratio(effects(), COUNTS, 1e-9, 1e-9)
    np.testing.assert_allclose(np.exp(failure.y), risk_ratios("missing = failure"))
    worst = with_odds_ratio(effects(), COUNTS, 1e-9, 1e9)
    np.testing.assert_allclose(np.exp(worst.y), risk_ratios("worst case"))


def test_the_variance_is_that_of_simulated_arms():
    rng = np.random.default_rng(3)
    n, f, p, imor = 200, 0.2, 0.4, 3.0
    seen = rng.binomial(n, 1 - f, size=40_000)
    risk = rng.binomial(seen, p) / seen
    missing = imor * risk / (1 - risk + imor * risk)
    drawn = seen / n * risk + (1 - seen / n) * missing
    cells = {"ai": [64], "n1i": [160], "ci": [64], "n2i": [160]}
    made = effect_size("RD", **cells)
    before = Effects.from_arrays(
        y=made["y"], v=made["v"], measure="RD", moderators=cells
    )
    table = FRACTIONS.iloc[:1].assign(n_active=n, n_control=n)
    after = with_odds_ratio(before, counts_of(before, table), imor, imor)
    assert after.v[0] == pytest.approx(2 * np.var(drawn), rel=0.03)


def test_trials_without_flow_stay_as_they_were():
    counts = counts_of(effects(), FRACTIONS.assign(known=[True, False]))
    out = imputed(effects(), counts, "worst case", good=True)
    assert out.y[1] == effects().y[1]
    assert out.y[0] != effects().y[0]


def test_more_assessed_than_randomised_are_refused():
    with pytest.raises(SensitivityError, match="study M1: n1i = 42 were assessed"):
        counts_of(effects(), FRACTIONS.assign(n_active=[40.0, 53.0]))


@pytest.mark.parametrize(
    "names",
    [
        {"n1i": "n1", "n2i": "n2"},
        {"n1i": "bi", "n2i": "di"},
    ],
)
def test_sizes_are_found_under_either_name_or_made_of_those_without_the_event(names):
    cells = pd.DataFrame(CELLS).rename(columns=names)
    if "bi" in cells:
        cells = cells.assign(bi=cells["bi"] - cells["ai"], di=cells["di"] - cells["ci"])
    known = effects()
    other = replace(known, frame=cells)
    assert has_counts(other)
    pd.testing.assert_frame_equal(counts_of(other, FRACTIONS), COUNTS)
    assert not len(without_counts(other).frame.columns)


def test_counts_are_needed_in_both_groups():
    assert has_counts(effects())
    assert not has_counts(replace(effects(), frame=pd.DataFrame({"ai": [1, 2]})))
    assert not has_counts(Effects.from_arrays(y=[0.1], v=[0.1], measure="RR"))
