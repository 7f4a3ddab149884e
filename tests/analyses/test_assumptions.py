"""What the report assumes is stated once, and reaches each analysis."""

from __future__ import annotations

import re

import pytest

from mdmameta.analyses import assumptions

#: A name with an underscore, a call, an argument by name, a tilde, a letter's name.
CODE = re.compile(r"[a-z]_[a-z]|[A-Za-z]\(|\w=['\w{]|~|\b(?:mu|tau|SID)\b")


@pytest.fixture(scope="module")
def assumed(results):
    return assumptions.assumed_guesses(results.evidence)


def test_reported_percentages_become_counts_of_those_assessed_in_phase_three(
    results, assumed
) -> None:
    arms = results.evidence.arms[["study_id", "role", "n_primary_assessed"]]
    assert set(assumed["study"]) == {"MAPP1", "MAPP2"}
    of_arms = assumed.merge(
        arms, left_on=["study", "role"], right_on=["study_id", "role"], how="left"
    )
    assert of_arms["n_asked"].tolist() == of_arms["n_primary_assessed"].tolist()


def test_assumed_counts_are_the_reported_percentages_to_a_whole_person(
    results, assumed
) -> None:
    pooled = results.evidence.blinding.query("scope == 'pooled'")
    percent = pooled.dropna(subset="pct_correct").set_index("role")["pct_correct"]
    for row in assumed.to_dict("records"):
        right = row["n_asked"] * percent[row["role"]] / 100
        assert abs(row[f"n_guess_{row['role']}"] - right) <= 0.5
        parts = ("n_guess_active", "n_guess_control", "n_unsure")
        assert sum(row[part] for part in parts) == row["n_asked"]


def test_assumed_counts_are_never_called_verified(assumed) -> None:
    assert set(assumed["verification"]).isdisjoint({"two_texts", "text", "secondary"})


def test_every_difference_called_important_has_its_source(results) -> None:
    known = set(results.evidence.sources["source_id"])
    sids = assumptions.sids(results.evidence)
    assert sids
    assert all(size > 0 and source in known for size, source in sids.values())


def test_a_contrast_of_other_drugs_is_not_an_important_difference(results) -> None:
    table = results.evidence.thresholds
    comparators = set(table.loc[table["kind"] == "comparator", "label"])
    assert comparators
    assert comparators.isdisjoint(assumptions.sids(results.evidence))


def test_the_second_run_on_blinding_rests_on_what_is_assumed(results) -> None:
    bang = results.sensitivity["blinding"].parts["bang"]
    assert set(bang.query("basis == 'assumed'")["study"]) == {"MAPP1", "MAPP2"}
    assert results.sensitivity["blinding"].tipping_point("b_assumed").exists


def test_published_bias_is_shown_under_every_change_in_belief(results) -> None:
    anchors = results.sensitivity["blinding"].parts["anchors"]
    assert set(anchors["delta_u"]) == set(assumptions.DELTA_U)


def test_every_analysis_of_the_report_refits_the_primary_set(results) -> None:
    assert list(results.sensitivity) == [
        "blinding",
        "prior_use",
        "dropout",
        "robustness",
    ]
    for name in ("blinding", "prior_use", "dropout"):
        assert all(fit.k == 6 for fit in results.sensitivity[name].fits)


def test_binary_outcomes_are_refitted_under_missing_data(results) -> None:
    assert tuple(results.binary_dropout) == assumptions.BINARY_SETS
    scenarios = set(results.binary_dropout["ptsd-response"].frame["scenario"])
    wanted = {"available case", "missing = failure", "best case", "worst case"}
    assert wanted <= scenarios


@pytest.mark.parametrize(
    "name",
    ["blinding", "prior_use", "dropout", "robustness", "dropout/ptsd-response"],
)
def test_what_an_analysis_says_holds_no_code(results, name) -> None:
    table = results.analysis(name)
    assert table.notes
    labels = [point.label for point in table.tipping]
    for said in (table.label, table.verdict.text, *labels, *table.notes):
        assert CODE.findall(said) == []
