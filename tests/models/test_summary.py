"""A fit in plain text: what was not estimated is not printed."""

from __future__ import annotations

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect, RandomEffects


def test_what_was_not_estimated_has_no_line() -> None:
    alone = Effects.from_arrays(y=[0.1], v=[0.02], label="one trial")
    text = RandomEffects().fit(alone).summary()
    assert "nan" not in text
    assert [line.split()[0] for line in text.splitlines()[1:]] == [
        "one",
        "estimate",
        "caution:",
    ]


def test_a_common_effect_has_no_prediction_interval() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03])
    text = CommonEffect().fit(effects).summary()
    assert "prediction" not in text
    assert "Q(1) = 0.80" in text


def test_a_log_scale_is_named() -> None:
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03], measure="RR")
    assert "effects: k = 2 (log RR)" in RandomEffects().fit(effects).summary()
