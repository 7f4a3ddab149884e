"""Nodes of quadrature are solved for once, and nobody can change them."""

import numpy as np
import pytest

from mdmameta.gauss import hermite, legendre


@pytest.mark.parametrize("nodes", [legendre, hermite])
def test_nodes_are_solved_for_once_and_cannot_be_changed(nodes):
    x, w = nodes(5)
    assert nodes(5)[0] is x
    for kept in (x, w):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 0.0


def test_nodes_integrate_polynomials_exactly():
    x, w = legendre(4)
    assert np.isclose(w @ x**6, 2 / 7)
    x, w = hermite(4)
    assert np.isclose(w @ x**6 / w.sum(), 15.0)
