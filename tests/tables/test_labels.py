from dataclasses import dataclass

from mdmameta.tables.labels import is_ratio, measure_label, model_label


@dataclass(frozen=True)
class RandomEffects:
    tau2: str = "REML"
    interval: str = "knapp-hartung-adhoc"


@dataclass(frozen=True)
class Unheard:
    knob: int = 1


def test_a_known_model_is_named_in_words():
    assert model_label(RandomEffects()) == "Random effects (REML, Knapp–Hartung ad hoc)"


def test_a_model_nobody_described_keeps_its_repr():
    assert model_label(Unheard()) == "Unheard(knob=1)"


def test_an_unknown_measure_keeps_its_code():
    assert measure_label("ZCOR") == "ZCOR"
    assert not is_ratio("ZCOR")
