"""Tables of the page on dropout are what the analysis has, printed."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.reporting import missing_people
from mdmameta.reporting.results import Results
from mdmameta.sensitivity import SensitivityTable
from mdmameta.tables.numbers import chance, number, share


@pytest.fixture(scope="module")
def dropout(results: Results) -> SensitivityTable:
    return results.sensitivity["dropout"]


@pytest.fixture(scope="module")
def response(results: Results) -> SensitivityTable:
    return results.binary_dropout["ptsd-response"]


def test_losses_are_kept_apart_with_their_people(dropout: SensitivityTable) -> None:
    shown = missing_people.losses_table(dropout).frame
    part = dropout.parts["losses"]
    assert set(shown["loss"]) == {missing_people.LOSSES[one] for one in part["loss"]}
    counts = zip(part["lost_active"], part["n_active"], strict=True)
    assert set(shown["treated"]) <= {share(lost, n) for lost, n in counts}


def test_shares_of_people_lost_are_in_percent_and_ratios_are_ratios(dropout) -> None:
    shown = missing_people.losses_table(dropout).frame.set_index(["loss", "quantity"])
    part = dropout.parts["losses"].query("loss == 'missing'").set_index("quantity")
    of = missing_people.LOSSES["missing"]
    for quantity, words in missing_people.QUANTITIES.items():
        percent = number(100 * part["value"][quantity], 1)
        assert shown.loc[(of, words), "pooled"] == percent
    assert shown.loc[(of, "odds ratio"), "pooled"] == number(
        part["value"]["odds ratio"]
    )


def test_published_dropout_stands_beside_other_treatments(results: Results) -> None:
    shown = missing_people.comparators_table(results).frame
    benchmarks = results.evidence.benchmarks
    others = benchmarks[benchmarks["quantity"] == missing_people.BENCHMARK]
    assert set(others["population"]) <= set(shown["population"])
    ours = shown[shown["population"].str.startswith("MDMA-AT, phase III: ")]
    assert ours["population"].str.contains("as published").sum() == 1
    assert not ours["source"].isin(["ledger", "flow"]).any()
    assert len(shown) == len(ours) + len(others)


def test_each_threshold_has_a_row_and_each_criterion_a_cell(
    dropout: SensitivityTable,
) -> None:
    part = dropout.parts["thresholds"]
    shown = missing_people.thresholds_table(dropout).frame
    assert len(shown) == len(part[["pattern", "threshold"]].drop_duplicates())
    for column, group in part.groupby("criterion"):
        finite = group.loc[np.isfinite(group["value"]), "value"]
        assert {number(value) for value in finite} <= set(shown[column])


def test_a_trial_without_a_tipping_point_says_why(dropout: SensitivityTable) -> None:
    part = dropout.parts["by_trial_tipping"]
    shown = missing_people.trials_table(dropout).frame
    assert shown["trial"].tolist() == list(dict.fromkeys(part["study"]))
    first = part.iloc[0]
    cell = shown.loc[shown["trial"] == first["study"], first["pattern"]].item()
    words = "already" if "already" in str(first["reason"]) else "none"
    assert cell == (number(first["value"]) if np.isfinite(first["value"]) else words)


def test_implied_scores_and_bounds_have_a_row_each(dropout: SensitivityTable) -> None:
    implied = missing_people.implied_table(dropout).frame
    assert implied["possible"].tolist() == dropout.parts["implied"]["possible"].tolist()
    extremes = missing_people.extremes_table(dropout).frame
    values = dropout.parts["extremes"]["value"]
    assert extremes["contrast"].tolist() == [number(value) for value in values]


def test_contrasts_under_priors_are_ratios_where_the_measure_is_one(
    dropout: SensitivityTable, response: SensitivityTable
) -> None:
    for table, scale in ((dropout, float), (response, np.exp)):
        shown = missing_people.priors_table(table).frame["contrast"].tolist()
        values = table.parts["priors"]["value"]
        assert shown == [number(scale(value), 3) for value in values]


def test_dropout_and_blinding_together_are_probabilities(
    dropout: SensitivityTable,
) -> None:
    shown = missing_people.joint_table(dropout).frame
    part = dropout.parts["joint"]
    assert shown["beyond 0"].tolist() == [chance(p) for p in part["probability"]]
    further = [c for c in part if str(c).startswith("probability_")]
    assert sum(c.startswith("beyond ") for c in shown) == 1 + len(further)


def test_the_map_names_the_direction_of_its_axes(dropout: SensitivityTable) -> None:
    axes = missing_people.arms_map(dropout).axes[0]
    assert axes.get_xlabel() == "shift of the missing treated, SD"
    assert axes.get_ylabel() == "shift of the missing controls, SD"
    assert "higher scores among the missing" in axes.get_title(loc="left")
