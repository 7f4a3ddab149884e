"""Which models and effects many fits at once can serve."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, Multilevel, RandomEffects
from mdmameta.sensitivity.batchable import is_batchable

PLAIN = Effects.from_arrays([0.1, 0.4], [0.1, 0.1])
TOGETHER = Effects.from_arrays([0.1, 0.4], V=[[0.1, 0.05], [0.05, 0.1]])


@pytest.mark.parametrize(
    ("model", "effects", "expected"),
    [
        (RandomEffects(), PLAIN, True),
        (CommonEffect(), PLAIN, True),
        (RandomEffects(), TOGETHER, False),
        (Multilevel(["effect"]), PLAIN, False),
        (RandomEffects(weights=np.array([1.0, 2.0])), PLAIN, False),
    ],
    ids=["random", "common", "correlated", "levels", "own weights"],
)
def test_only_models_of_independent_rows_with_their_own_weights(
    model, effects, expected
) -> None:
    assert is_batchable(effects, model) is expected
