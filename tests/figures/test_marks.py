import math

import numpy as np
import pytest

from mdmameta.figures.marks import spread


def test_labels_are_spread_without_changing_their_order():
    places = np.array([0.5, 0.52, 0.1, 0.51])
    moved = spread(places, 0.1)
    assert np.argsort(moved).tolist() == np.argsort(places).tolist()
    assert np.diff(np.sort(moved)).min() == pytest.approx(0.1)
    assert math.isclose(moved[2], 0.1)
