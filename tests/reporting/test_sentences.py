"""Sentences say what their numbers say, on either side of every border."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta import __version__
from mdmameta.analyses.catalogue import SETS
from mdmameta.effects.table import Effects, Provenance
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.fit import Estimate, Fit
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.records import Evidence
from mdmameta.reporting import sentences
from mdmameta.schema import TABLES
from mdmameta.tables.numbers import interval


def fitted(model, measure: str = "SMD", levels: tuple[str, ...] = ()) -> Fit:
    effects = Effects.from_arrays(
        y=[-0.8, -0.4],
        v=[0.1, 0.3],
        measure=measure,
        provenance=[Provenance(verification=level) for level in levels],
    )
    return model.fit(effects)


def with_interval(fit: Fit, value: float, low: float, high: float) -> Fit:
    return replace(fit, estimate=Estimate(value=value, se=1, ci_low=low, ci_high=high))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (RandomEffects(interval="knapp-hartung-adhoc"), "ad hoc Knapp–Hartung"),
        (RandomEffects(interval="wald"), "Wald"),
        (RandomEffects(interval="t"), "t"),
        (BayesianRandomEffects(), "Bayesian"),
        (CommonEffect(), "CommonEffect"),
    ],
)
def test_an_interval_is_named_by_its_model(model, words: str) -> None:
    assert sentences.model_words(fitted(model)) == words


@pytest.mark.parametrize(
    ("low", "high", "measure", "words"),
    [
        (-0.9, -0.1, "SMD", "excludes zero"),
        (0.1, 0.9, "SMD", "excludes zero"),
        (-0.9, 0.1, "SMD", "includes zero"),
        (-0.9, 0.0, "SMD", "includes zero"),
        (0.1, 0.9, "RR", "excludes one"),
        (-0.1, 0.9, "OR", "includes one"),
    ],
)
def test_an_interval_excludes_or_includes_no_difference(
    low, high, measure, words
) -> None:
    fit = with_interval(fitted(CommonEffect(), measure), -0.5, low, high)
    assert sentences.zero_words(fit) == words


def test_the_deciding_interval_is_stated_with_its_numbers(results) -> None:
    e = results.deciding("ptsd-primary").estimate
    text = sentences.decision_sentence(results, "ptsd-primary")
    assert text == (
        "the Bayesian interval, the wider of the two that may decide, is "
        f"{interval(e.ci_low, e.ci_high)} and excludes zero"
    )


def test_the_interval_of_a_ratio_is_stated_as_a_ratio(results) -> None:
    text = sentences.decision_sentence(results, "ptsd-response")
    assert "is [1.01, 2.30] and excludes one" in text


def test_an_interval_without_a_rival_is_not_called_the_wider(results) -> None:
    text = sentences.decision_sentence(results, "ptsd-caps-5")
    assert "ad hoc Knapp–Hartung interval, which decides alone, is" in text
    assert text.endswith("and includes zero")


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_a_decision_that_follows_its_interval(results, name) -> None:
    e = results.deciding(name).estimate
    excludes = e.ci_low > 0 or e.ci_high < 0
    text = sentences.decision_sentence(results, name)
    assert (" and excludes " in text) is excludes
    assert (" and includes " in text) is not excludes


def test_widths_are_compared_with_both_numbers() -> None:
    fit = fitted(CommonEffect())
    narrow, wide = with_interval(fit, 0, -0.1, 0.1), with_interval(fit, 0, -1, 1)
    said = "narrower (0.200 against 2.000)"
    assert sentences.narrower_sentence(narrow, wide) == said
    assert sentences.narrower_sentence(wide, narrow).startswith("not narrower (2.000")
    assert sentences.narrower_sentence(wide, wide).startswith("not narrower")


def test_the_weight_is_told_by_level_the_heaviest_first() -> None:
    fit = fitted(CommonEffect(), levels=("two_texts", "secondary"))
    assert sentences.basis_sentence(fit) == (
        "The weight rests 75% on numbers read in two independent texts and 25% on "
        "numbers taken from another team's extraction"
    )


def test_every_level_of_verification_has_words_for_a_reader(results) -> None:
    levels = {
        origin.verification
        for effects in results.effects.values()
        for origin in effects.provenance
    }
    assert levels <= sentences.VERIFICATION_WORDS.keys()


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0.2, "the whole interval lies beyond 0.20 X"),
        (0.3, "the estimate but not its interval lies beyond 0.30 X"),
        (0.5, "the estimate but not its interval lies beyond 0.50 X"),
        (0.7, "the estimate does not reach 0.70 X"),
        (0.9, "the estimate does not reach 0.90 X"),
    ],
)
def test_an_estimate_is_placed_against_a_difference_called_important(
    size, said
) -> None:
    fit = with_interval(fitted(CommonEffect()), -0.7, -1.1, -0.3)
    assert sentences.threshold_sentence(fit, [("X", size)]) == said


@pytest.mark.parametrize(
    ("parts", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")],
)
def test_parts_are_joined_as_in_prose(parts, joined: str) -> None:
    assert sentences.joined(parts) == joined


def test_the_footer_has_version_fingerprint_seed_and_a_date_that_can_be_fixed(
    results, monkeypatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    text = sentences.footer(results.evidence)
    assert f"mdmameta {__version__}" in text
    assert f"`{results.evidence.digest[:16]}`" in text
    assert text.endswith(
        "· computed 1970-01-01 · seed: none but where a table names one"
    )


def test_retracted_sources_are_counted_once_a_document(results) -> None:
    text = sentences.retraction_sentence(results.evidence)
    assert text.startswith("3 sources were retracted in 2024 [@POOL2019;")
    assert text.count("@") == 3


def test_a_scale_is_said_with_its_name_its_ends_and_its_better_end(results) -> None:
    said = sentences.scale_sentence(results.evidence, ["CAPS-5", "not a scale"])
    assert said == (
        "CAPS-5 is the Clinician-Administered PTSD Scale for DSM-5, total severity "
        "(0 to 80 points, lower is better)."
    )
    assert sentences.scale_sentence(results.evidence, []) == ""


def test_tables_without_a_retracted_source_say_so(results) -> None:
    frames = {name: results.evidence.to_frame(name) for name in TABLES}
    frames["sources"]["status"] = "current"
    sound = Evidence.from_frames(frames, path=results.evidence.path, digest="changed")
    assert sentences.retraction_sentence(sound) == (
        "No source of these tables is known to have been retracted."
    )
