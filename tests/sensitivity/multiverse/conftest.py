"""Sets of effects of nobody's drug, crossed with studies left out and methods."""

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.sensitivity.multiverse import of_sets

STUDIES = ["Ash", "Birch", "Cedar", "Damson", "Elm"]


def made_sets(k=5, seed=4):
    rng = np.random.default_rng(seed)
    names = [*STUDIES, *(f"S{i}" for i in range(k))][:k]
    v = rng.uniform(0.03, 0.2, k)
    y = rng.normal(-0.6, 0.3, k)
    full = Effects.from_arrays(
        y=y, v=v, study=names, measure="SMD", direction="lower", label="end"
    )
    other = full.with_y(y + rng.normal(0, 0.2, k))
    return {"end": full, "change": other, "few": other.take([0, 1, 3])}


@pytest.fixture(scope="package")
def sets():
    return made_sets()


@pytest.fixture(scope="package")
def universe(sets):
    return of_sets(sets)
