import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.missing_means import shifted

EFFECTS = Effects.from_arrays(y=[-0.6], v=[0.05])
FRACTIONS = pd.DataFrame(
    {"f_active": [0.1], "f_control": [0.2], "n_active": [50], "n_control": [40]}
)


def test_no_shift_gives_the_available_cases():
    out = shifted(EFFECTS, FRACTIONS, 0.0, 0.0)
    np.testing.assert_array_equal(out.y, EFFECTS.y)
    np.testing.assert_array_equal(out.v, EFFECTS.v)


def test_a_shift_moves_the_contrast_by_the_fraction_missing():
    out = shifted(EFFECTS, FRACTIONS, 1.0, 0.5)
    assert out.y[0] == pytest.approx(-0.6 + 0.1 - 0.1)
    added = 0.1 * 0.9 / 50 + 0.25 * 0.2 * 0.8 / 40
    assert out.v[0] == pytest.approx(0.05 + added)


def test_an_unknown_fraction_counts_as_nobody_missing():
    unknown = FRACTIONS * np.nan
    assert shifted(EFFECTS, unknown, 3.0, -3.0).y[0] == -0.6


def test_the_added_variance_is_that_of_simulated_trials():
    rng = np.random.default_rng(7)
    n, f, shift = 60, 0.25, 1.5
    observed = rng.binomial(n, 1 - f, size=40_000)
    means = rng.normal(size=observed.size) / np.sqrt(observed)
    moved = means + (1 - observed / n) * shift
    fractions = pd.DataFrame(
        {"f_active": [f], "f_control": [0.0], "n_active": [n], "n_control": [n]}
    )
    alone = Effects.from_arrays(y=[0.0], v=[np.var(means)])
    out = shifted(alone, fractions, shift, 0.0)
    assert out.y[0] == pytest.approx(np.mean(moved), abs=0.01)
    assert out.v[0] == pytest.approx(np.var(moved), rel=0.03)
