"""The ledger of the curated tables: known faults come out as they must."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.claims import VERDICTS, reproduction_ledger
from mdmameta.errors import ClaimError
from mdmameta.records import load_evidence
from mdmameta.records.evidence import Evidence

ROOT = Path(__file__).parents[2]

OTHER = "reproduced with another convention"
CONSISTENT = "consistent, not reproduced"


@pytest.fixture(scope="module")
def ledger(results):
    """Give the ledger of the curated tables."""
    return results.ledger


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Give the curated tables."""
    return load_evidence(ROOT / "data/raw")


def with_claim(evidence: Evidence, claim_id: str, **cells: str) -> Evidence:
    frames = {name: frame.copy() for name, frame in evidence._frames.items()}
    claims = frames["claims"]
    for column, text in cells.items():
        claims.loc[claims["claim_id"] == claim_id, column] = text
    return Evidence.from_frames(frames, path=evidence.path, digest=evidence.digest)


def test_every_claim_has_one_of_five_verdicts_and_a_reason(ledger) -> None:
    assert len(ledger) == sum(ledger.counts.values())
    for entry in ledger:
        assert entry.verdict in VERDICTS
        assert bool(entry.finding.why) == (entry.verdict != "reproduced"), entry.id


@pytest.mark.parametrize(
    "name",
    ["caps", "medium", "fe", "che", "che-sess", "che-dose", "rem"],
)
def test_models_of_sypres_are_reproduced_to_all_digits(ledger, name) -> None:
    assert ledger[f"sypres-{name}"].verdict == "reproduced"


@pytest.mark.parametrize(
    ("name", "zero"),
    [("resp", "0.5 added in the trial with a zero cell"), ("rem", "nothing added")],
)
def test_fixed_effect_risk_ratios_are_mantel_haenszel_not_inverse_variance(
    ledger, name, zero
) -> None:
    entry = ledger[f"sypres-{name}-fe"]
    assert entry.verdict == OTHER
    assert entry.finding.attempt.convention["weights"] == "Mantel-Haenszel"
    assert entry.finding.attempt.convention["zero cells"] == zero
    assert "With weights: inverse variance" in entry.finding.why


def test_random_effects_of_response_need_the_zero_cell_of_package_meta(ledger) -> None:
    entry = ledger["sypres-resp"]
    assert entry.verdict == OTHER
    assert "as package meta does" in entry.finding.why


def test_a_limit_without_mithoefer_2011_is_of_tau_not_of_its_square(ledger) -> None:
    entry = ledger["sypres-excl-m2011"]
    assert entry.verdict == OTHER
    assert "of tau, not of tau2" in entry.finding.why


def test_three_levels_are_reproduced_only_with_averaged_variances(ledger) -> None:
    convention = ledger["sypres-che"].finding.attempt.convention
    assert convention["averaging"] == "variances averaged by label"
    assert ledger["c09-forest"].verdict == "reproduced"


@pytest.mark.parametrize("name", ["sypres-dep", "sypres-bayes"])
def test_last_digits_from_rounded_inputs_are_no_contradiction(ledger, name) -> None:
    assert ledger[name].verdict == CONSISTENT


@pytest.mark.parametrize(
    ("name", "values"),
    [("p2-13", "4.13, 3.87, 2.53, 2.37"), ("p2-14", "1.35, 1.29, 1.01, 0.96")],
)
def test_published_d_of_mp8_match_neither_change_nor_endpoint(
    ledger, name, values
) -> None:
    entry = ledger[name]
    assert entry.verdict == "contradicted"
    assert entry.finding.why.endswith(f"The conventions tried give {values}.")


def test_the_interval_of_wolfson_is_impossible(ledger) -> None:
    entry = ledger["c04"]
    assert entry.verdict == "contradicted"
    assert entry.finding.why.startswith("First divergent step ci_low")
    assert entry.recomputed["ci_low"] == pytest.approx(-0.05, abs=0.005)
    assert entry.recomputed["ci_high"] == pytest.approx(2.12, abs=0.006)


@pytest.mark.parametrize(
    ("name", "step"),
    [("p2-20", "p"), ("c05", "p"), ("c06", "ci_low"), ("c01", "ci_low")],
)
def test_printed_numbers_that_contradict_each_other_diverge_where_they_do(
    ledger, name, step
) -> None:
    entry = ledger[name]
    assert entry.verdict == "contradicted"
    assert entry.finding.why.startswith(f"First divergent step {step}:")


def test_dropout_of_the_article_mixes_two_definitions(ledger) -> None:
    entry = ledger["seed-dropout"]
    assert entry.verdict == CONSISTENT
    assert (
        entry.finding.why
        == "It comes out only if two definitions of dropout are mixed."
    )


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("trials", OTHER),
        ("phase2-reduction", CONSISTENT),
        ("phase3-significant", "reproduced"),
        ("loss-phase3", "reproduced"),
        ("loss-phase2", "not checkable"),
        ("dropout-exposure", CONSISTENT),
        ("prior-use", "reproduced"),
        ("sae", "reproduced"),
        ("use-after", CONSISTENT),
        ("depression-safety", "reproduced"),
        ("depression-response", CONSISTENT),
        ("depression-lasting", "not checkable"),
        ("regulators", "reproduced"),
    ],
)
def test_statements_of_the_commissioning_article_are_judged(
    ledger, name, verdict
) -> None:
    assert ledger[f"seed-{name}"].verdict == verdict


def test_what_rests_on_unverified_rows_is_never_reproduced(ledger, evidence) -> None:
    status = evidence.status_of().set_index("row_id")["verification"]
    for entry in ledger:
        rows = entry.to_dict()["rows"]
        if any(status[row] == "unverified" for row in rows):
            assert not entry.verdict.startswith("reproduced"), entry.id
    assert "not verified" in ledger["p3c40"].finding.why


def test_numbers_of_a_review_are_those_of_the_table_of_reviews(
    ledger, evidence
) -> None:
    reviews = evidence.reviews.set_index("review_id")
    seen = 0
    for entry in ledger:
        name = entry.id.replace("-", "_")
        if name in reviews.index:
            for one in entry.printed:
                if one.quantity in reviews.columns:
                    seen += 1
                    assert one.value == reviews.loc[name, one.quantity], entry.id
    assert seen > 100


def test_a_recipe_that_does_not_exist_is_named_with_its_claim_and_row(evidence) -> None:
    broken = with_claim(evidence, "p3c09", recipe="count-sheep")
    with pytest.raises(
        ClaimError, match=r"row \d+, column recipe: .*'p3c09'.*no recipe 'count-sheep'"
    ):
        reproduction_ledger(broken)


def test_a_row_that_does_not_exist_is_named(evidence) -> None:
    broken = with_claim(evidence, "p3c09", rows="bin-nowhere")
    with pytest.raises(ClaimError, match="'p3c09': no table has a row called 'bin-now"):
        reproduction_ledger(broken)


def test_a_row_without_the_number_that_a_recipe_needs_is_named(evidence) -> None:
    broken = with_claim(evidence, "p3c09", rows="con-MAPP1-MDMA-caps5-w18-change")
    with pytest.raises(ClaimError, match=r"'p3c09': row 'con-MAPP1.*has no events"):
        reproduction_ledger(broken)


def test_every_fault_is_told_at_once(evidence) -> None:
    broken = with_claim(evidence, "p3c09", recipe="x")
    broken = with_claim(broken, "p3c04", missing="")
    with pytest.raises(ClaimError) as caught:
        reproduction_ledger(broken)
    assert "'p3c09'" in str(caught.value)
    assert "'p3c04' with neither a recipe nor what is missing" in str(caught.value)
