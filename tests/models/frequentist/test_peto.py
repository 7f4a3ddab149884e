"""Peto's model."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import MantelHaenszel, Peto

RARE = {"ai": [1, 2, 0], "n1i": [500, 600, 400], "ci": [2, 2, 1]}
RARE |= {"n2i": [500, 600, 400]}


def effects(measure: str = "OR") -> Effects:
    return Effects.from_arrays(
        y=np.zeros(3), v=np.ones(3), measure=measure, moderators=RARE
    )


def test_rare_events_in_equal_groups_agree_with_mantel_haenszel() -> None:
    ours = Peto().fit(effects()).estimate.value
    theirs = MantelHaenszel("OR").fit(effects()).estimate.value
    assert ours == pytest.approx(theirs, abs=0.05)


def test_weights_are_hypergeometric_variances() -> None:
    fit = Peto().fit(effects())
    assert fit.estimate.se == pytest.approx(
        1 / np.sqrt(3 / 4 + 4 / 4 + 1 / 4), rel=1e-2
    )
    assert fit.weights.argmax() == 1


def test_risk_ratios_are_refused() -> None:
    with pytest.raises(ModelError, match="'RR'"):
        Peto().fit(effects("RR"))
