import numpy as np
import pytest

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity import bang_index, james_index

#: Counts and indices printed, to three decimals, in the documentation of
#: BlindingIndex.jl (github.com/JuliaHealth/BlindingIndex.jl).
PUBLISHED = [[48, 22], [4, 30], [330, 319]]


def test_bangs_index_of_the_treated_arm_is_as_published():
    index = bang_index(48, 4, 330)
    found = (index.value, index.se, index.ci_low, index.ci_high)
    assert found == pytest.approx((0.115, 0.018, 0.080, 0.150), abs=5e-4)


def test_bangs_index_of_the_control_arm_is_as_published():
    index = bang_index(30, 22, 319)
    found = (index.value, index.se, index.ci_low, index.ci_high)
    assert found == pytest.approx((0.022, 0.019, -0.016, 0.060), abs=5e-4)


def test_jamess_index_is_as_published():
    index = james_index(PUBLISHED)
    found = (index.value, index.se, index.ci_low, index.ci_high)
    assert found == pytest.approx((0.896, 0.011, 0.875, 0.918), abs=5e-4)


def test_bangs_index_runs_from_all_wrong_to_all_right():
    assert bang_index(10, 0).value == 1
    assert bang_index(0, 10).value == -1
    assert bang_index(5, 5).value == 0
    assert bang_index(10, 0).ci_high == 1


def test_jamess_index_is_1_when_all_are_unsure_and_0_when_all_are_right():
    assert james_index([[0, 0], [0, 0], [7, 9]]).value == 1
    assert james_index([[10, 0], [0, 10], [0, 0]]).value == 0
    assert james_index([[5, 5], [5, 5], [0, 0]]).value == pytest.approx(0.5)


def test_the_standard_error_of_jamess_index_is_that_of_simulated_trials():
    counts = np.array([[49, 9], [1, 33], [2, 2]])
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(counts.sum(), counts.ravel() / counts.sum(), size=20_000)
    values = [james_index(row.reshape(3, 2)).value for row in drawn]
    assert james_index(counts).se == pytest.approx(np.std(values), rel=0.03)


def test_nobody_asked_gives_no_index():
    assert np.isnan(bang_index(0, 0, 0).value)
    assert np.isnan(james_index(np.zeros((3, 2))).ci_low)


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(SensitivityError, match=r"shape \(2, 2\).*3 by 2"):
        james_index([[1, 2], [3, 4]])


def test_a_negative_count_is_refused():
    with pytest.raises(SensitivityError, match="negative count"):
        bang_index(-1, 3)


def test_where_only_one_arm_guesses_and_rightly_the_index_is_the_share_unsure():
    found = james_index([[10, 0], [0, 0], [0, 5]])
    assert found.value == pytest.approx(5 / 15)
