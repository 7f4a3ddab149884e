import numpy as np
import pytest
from scipy.stats import multinomial

from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.blinding_indices import james_index
from mdmameta.sensitivity.guess_intervals import bang_exact, james_bootstrap


def test_all_right_has_the_closed_form():
    # P(all right) is ((1 + index) / 2)^n at its largest.
    low, high = bang_exact(10, 0)
    assert low == pytest.approx(2 * 0.025**0.1 - 1, abs=1e-6)
    assert high == 1


def test_right_and_wrong_exchanged_mirror_the_interval():
    low, high = bang_exact(12, 5, 3)
    assert bang_exact(5, 12, 3) == pytest.approx((-high, -low), abs=1e-7)


def test_nobody_unsure_or_wrong_never_narrows_below_the_large_sample_interval():
    low, high = bang_exact(100, 100, 0)
    assert low < -0.138 < 0.138 < high


def test_it_covers_whatever_the_share_unsure():
    n = 12
    cells = [(r, w, n - r - w) for r in range(n + 1) for w in range(n + 1 - r)]
    ends = np.array([bang_exact(*cell) for cell in cells])
    for p in ([0.5, 0.1, 0.4], [0.9, 0.05, 0.05], [0.2, 0.2, 0.6], [0.55, 0.45, 0.0]):
        mass = multinomial.pmf(cells, n, p)
        index = p[0] - p[1]
        covered = (ends[:, 0] <= index) & (index <= ends[:, 1])
        assert mass @ covered >= 0.95


def test_nobody_asked_has_no_interval():
    assert np.isnan(bang_exact(0, 0, 0)).all()


def test_half_a_person_is_refused():
    with pytest.raises(SensitivityError, match="whole numbers"):
        bang_exact(2.5, 1, 0)


COUNTS = np.array([[49, 9], [1, 33], [2, 2]])


def test_the_bootstrap_is_the_same_for_the_same_seed_and_not_for_another():
    one, two, other = (james_bootstrap(COUNTS, seed=s) for s in (1, 1, 2))
    assert one == two != other


def test_the_bootstrap_agrees_with_the_delta_method_in_large_samples():
    index = james_index(100 * COUNTS)
    found = james_bootstrap(100 * COUNTS, seed=3)
    # The delta method takes one multinomial sample, the bootstrap one an arm.
    assert found == pytest.approx((index.ci_low, index.ci_high), abs=0.004)


def test_the_bootstrap_holds_the_index_itself():
    low, high = james_bootstrap(COUNTS, seed=4)
    assert low < james_index(COUNTS).value < high


def test_an_arm_of_nobody_has_no_bootstrap():
    assert np.isnan(james_bootstrap([[3, 0], [1, 0], [0, 0]], seed=1)).all()


def test_a_level_next_to_one_leaves_no_index_out():
    low, high = bang_exact(9, 1, level=0.95)
    assert -1 < low < high < 1
    assert bang_exact(9, 1, level=1 - 1e-12)[1] == 1
