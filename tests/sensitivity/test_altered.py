import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.altered import moved, scaled


def test_added_variance_stands_on_the_diagonal_of_a_covariance():
    effects = Effects.from_arrays(y=[1, 2], V=[[1, 0.5], [0.5, 1]])
    out = moved(effects, [0, 1], [0.2, 0.0])
    np.testing.assert_allclose(out.V, [[1.2, 0.5], [0.5, 1]])
    np.testing.assert_allclose(out.v, [1.2, 1])


def test_scaling_covers_the_covariance():
    effects = Effects.from_arrays(y=[1, 2], V=[[1, 0.5], [0.5, 1]])
    out = scaled(effects, [1.0, 0.5])
    np.testing.assert_allclose(out.y, [1, 1])
    np.testing.assert_allclose(out.V, [[1, 0.25], [0.25, 0.25]])
