import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from mdmameta.sensitivity import two_trial_tests as tests

Z = np.random.default_rng(10).standard_normal((20_000, 2))


@pytest.mark.parametrize("name", ["largest", "fisher", "stouffer", "edgington"])
def test_combined_p_values_are_uniform_when_neither_trial_has_an_effect(name):
    p = np.array([getattr(tests, name)(tuple(pair)) for pair in ndtr(-Z)])
    for level in (0.01, 0.05, 0.2):
        assert (p <= level).mean() == pytest.approx(level, abs=0.005 + level / 20)


def test_the_harmonic_mean_keeps_its_level_up_to_a_quarter():
    p = np.array([tests.harmonic(tuple(z), (1.0, 3.0)) for z in Z])
    for level in (0.01, 0.05, 0.2):
        assert (p <= level).mean() == pytest.approx(level, abs=0.005 + level / 20)


@pytest.mark.parametrize("c", [0.4, 1.0, 2.5])
def test_the_sceptical_type_one_error_is_that_of_simulated_trials(c):
    s = np.array([tests.sceptical_z(tuple(z), c) for z in Z])
    both = (Z > 0).all(axis=1)
    for cut in (0.3, 0.8, 1.2):
        simulated = (both & (s >= cut)).mean()
        assert tests.sceptical_type1(cut, c) == pytest.approx(simulated, abs=0.005)


def test_the_controlled_level_has_a_closed_form_for_equal_variances():
    cut = float(ndtri(1 - 2 * 0.025**2)) / 2
    assert tests.sceptical_type1(cut, 1.0) == pytest.approx(0.025**2, rel=1e-6)


@pytest.mark.parametrize("c", [0.4, 1.0, 2.5])
def test_the_sceptical_statistic_solves_its_equation(c):
    z = (2.3, 3.1)
    s2 = tests.sceptical_z(z, c) ** 2
    assert (z[0] ** 2 / s2 - 1) * (z[1] ** 2 / s2 - 1) == pytest.approx(c)
    assert s2 < min(z) ** 2


def test_a_first_trial_just_significant_needs_more_effect_at_the_golden_level():
    c, z = 2.0, -float(ndtri(0.025))
    # zr² = z²(1/φ + c): the relative effect is √(1 + 1/(φ c)), above 1.
    needed = z * np.sqrt(1 / tests.GOLDEN + c)
    assert tests.sceptical((z, needed), c)["golden"] == pytest.approx(0.025)


def test_trials_that_disagree_show_nothing_whatever_their_size():
    for z in ((5.0, -1.0), (-5.0, -5.0)):
        assert min(tests.sceptical(z, 1.0).values()) > 0.5
        assert tests.harmonic(z) == 1


def test_published_sums_of_p_values_are_found():
    assert np.sqrt(2) * 0.025 == pytest.approx(0.035, abs=4e-4)
    assert tests.edgington((0.026, 0.001)) < 0.025**2 < tests.edgington((0.024, 0.024))


def test_a_trial_without_an_effect_convinces_no_sceptic():
    assert tests.sceptical_z((0.0, 3.0), 1.0) == 0
    assert tests.sceptical_z((1e-9, 3.0), 1.0) == pytest.approx(0, abs=1e-8)
    # Both positive, of any size: one half of one half under the nulls.
    assert tests.sceptical_type1(0.0, 1.0) == 0.25
    assert tests.sceptical_type1(1e-6, 1.0) == pytest.approx(0.25, abs=1e-5)
