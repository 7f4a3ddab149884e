"""What a page says of an analysis has words where a terminal has names of code."""

from __future__ import annotations

import re

import pytest

from mdmameta import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.reporting import displays, page, what_if
from mdmameta.reporting.plainly import plainly
from mdmameta.reporting.results import Results
from mdmameta.tables.labels import BIASES

#: A name with an underscore, a call, an argument by name, a tilde.
CODE = re.compile(r"[a-z]_[a-z]|[A-Za-z]\(|\w=['\w]|~")

ANALYSES = ("blinding", "prior_use", "dropout", "robustness")


@pytest.mark.parametrize("name", ANALYSES)
def test_assumptions_and_verdicts_hold_no_code(results: Results, name: str) -> None:
    table = results.sensitivity[name]
    for said in (page.notes(table, results).text, page.verdict(table).text):
        assert CODE.findall(said) == []


@pytest.mark.parametrize("sets", [page.SMD_SETS, page.MD_SETS, page.BINARY_SETS])
def test_notes_of_contrast_sets_say_which_set_they_are_about(
    results: Results, sets
) -> None:
    shown = displays.sets_table(results, sets)
    titles = set(shown.to_frame()["contrast set"])
    for note in shown.notes:
        assert any(note.startswith((f"{title}:", f"{title};")) for title in titles)
        assert CODE.findall(note) == []


def test_a_model_is_said_with_its_priors() -> None:
    model = BayesianRandomEffects(mu=Normal(0, 2), tau=HalfNormal(0.25))
    assert plainly(f"The wider of {model!r} decides.") == (
        "The wider of the Bayesian model (mean is normal with mean 0 and SD 2; τ is "
        "half-normal with scale 0.25) decides."
    )


def test_a_published_bias_is_named_as_in_the_figure() -> None:
    for prior, words in BIASES.items():
        if "_" in prior:
            assert plainly(f"Not on a known scale: {prior}.").endswith(f": {words}.")


def test_tipping_points_of_earlier_use_are_named_without_abbreviations(
    results: Results,
) -> None:
    use = results.sensitivity["prior_use"]
    named = what_if.naive_tipping_table(use).to_frame()["parameter"]
    assert named.str.contains("the difference called important: 0.24").sum() == 1
    assert not named.str.contains("SID").any()


def test_words_that_hold_an_id_stay_whole() -> None:
    assert plainly("half of assessors' bias") == "half of assessors' bias"


def test_a_difference_is_not_said_twice() -> None:
    said = plainly("As cited: 0.24, for depression: 0.24 (A 2014); 0.5, low: 0.6 (B).")
    assert said == "As cited: 0.24, for depression (A 2014); 0.5, low: 0.6 (B)."
