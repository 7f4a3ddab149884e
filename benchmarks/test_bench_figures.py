"""How long a reader who works with a figure waits for it."""

import time

import numpy as np
import pytest

import mdmameta as mm

#: Seconds that drawing a forest plot may take.
FOREST = 0.3


@pytest.mark.parametrize("k", [6, 60])
def test_a_forest_plot_is_drawn_at_once(k):
    rng = np.random.default_rng(1)
    effects = mm.Effects.from_arrays(
        y=rng.normal(-0.3, 0.4, k),
        v=rng.uniform(0.02, 0.5, k),
        moderators={"n1": rng.integers(8, 90, k), "n2": rng.integers(8, 90, k)},
        direction="lower",
    )
    fit = mm.RandomEffects().fit(effects)
    mm.forest(fit)
    taken = []
    for _ in range(5):
        begin = time.process_time()
        mm.forest(fit, predicted="distribution", band=(-0.1, 0.1))
        taken.append(time.process_time() - begin)
    assert min(taken) < FOREST
