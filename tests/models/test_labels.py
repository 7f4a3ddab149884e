"""The row label of a model."""

from __future__ import annotations

from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects


def test_the_usual_level_goes_without_saying() -> None:
    assert repr(CommonEffect()) == "CommonEffect(interval='wald')"
    assert repr(RandomEffects()) == (
        "RandomEffects(tau2='REML', interval='knapp-hartung', prediction='metafor')"
    )


def test_another_level_is_said() -> None:
    assert repr(CommonEffect(level=0.9)).endswith("level=0.9)")


def test_a_label_is_the_code_that_makes_the_model() -> None:
    model = MetaRegression("~ dose", tau2=0.1, interval="t", level=0.8)
    assert eval(repr(model)) == model
