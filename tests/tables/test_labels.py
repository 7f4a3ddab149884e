from dataclasses import dataclass

from mdmameta import load_evidence
from mdmameta.tables.labels import BIASES, is_ratio, measure_label, model_label


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


def test_a_measure_without_words_is_named_as_its_recipe_does():
    assert measure_label("ZCOR") == "Fisher's z of COR"
    assert measure_label("LNQR") == "LNQR"


def test_every_log_of_a_ratio_is_printed_as_a_ratio():
    assert is_ratio("IRR")
    assert is_ratio("CVR")
    assert not is_ratio("IRD")
    assert not is_ratio("MNLN")


def test_every_published_bias_of_the_tables_has_words_of_its_own():
    priors = load_evidence("data/raw").bias_priors["prior_id"]
    assert set(priors) == set(BIASES)
    assert len(set(BIASES.values())) == len(BIASES)
