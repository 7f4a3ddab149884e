"""Each rule on a planted fault in otherwise sound tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mdmameta.audit import Finding, audit, printed, totals
from mdmameta.audit.people import EFFICACY, is_counted
from mdmameta.audit.rounding import decimals, half_unit
from mdmameta.records import Evidence, load_evidence
from mdmameta.schema import TABLES

ROOT = Path(__file__).parents[2]


@cache
def real() -> Evidence:
    return load_evidence(ROOT / "data/raw")


def planted(table: str, row_id: str, **cells: Any) -> list[Finding]:
    """Findings on a row of the real tables with other values in it."""
    frames = {name: real().to_frame(name) for name in TABLES}
    frame = frames[table]
    (place,) = frame.index[frame["row_id"] == row_id]
    for column, value in cells.items():
        frame.loc[place, column] = value
    changed = Evidence.from_frames(frames, path=real().path, digest="changed")
    return [f for f in audit(changed) if f.row_id == row_id]


W18 = "con-MAPP1-MDMA-caps5-w18-endpoint"
CHANGE = "con-MAPP1-MDMA-caps5-w18-change"
NAN = float("nan")

PLANTED = {
    "a mean above the scale": ("continuous", W18, {"mean": 196.0}, "mean-range"),
    "an SD above what the scale allows": ("continuous", W18, {"se": 21.0}, "sd-range"),
    "an impossible mean of seven": (
        "continuous",
        "con-MP8-75-caps4-m1s2-endpoint",
        {"mean": 24.2},
        "grim",
    ),
    "an impossible SD of seven": (
        "continuous",
        "con-MP8-75-caps4-m1s2-change",
        {"n": 3, "sd": 0.2, "mean": -58.3},
        "grimmer",
    ),
    "a change of the other sign": (
        "continuous",
        CHANGE,
        {"mean": 24.4},
        "change-difference",
    ),
    "digits exchanged": ("continuous", W18, {"mean": 16.9}, "change-difference"),
    "an SE as the SD of a change": ("continuous", CHANGE, {"sd": 1.8}, "change-spread"),
    "an SE as the SD of an endpoint": (
        "continuous",
        "con-MAPP2-MDMA-caps5-w8-endpoint",
        {"sd": 1.8, "se": NAN},
        "se-for-sd",
    ),
    "an SD as an SE": (
        "continuous",
        "con-MAPP2-MDMA-caps5-w8-endpoint",
        {"se": 13.1},
        "sd-range",
    ),
    "arms that began apart": (
        "continuous",
        "con-MAPP1-MDMA-caps5-bl-baseline",
        {"mean": 33.8},
        "baseline-balance",
    ),
    "a mean of another scale": (
        "continuous",
        "con-MAPP1-MDMA-caps5-w4-endpoint",
        {"mean": 0.3, "se": 0.5},
        "jump",
    ),
    "more people than were randomised": ("continuous", W18, {"n": 52}, "n-too-large"),
    "people who return": (
        "continuous",
        "con-MAPP2-PBO-caps5-w8-endpoint",
        {"n": 34},
        "n-rises",
    ),
    "another n for the change": ("continuous", CHANGE, {"n": 37}, "n-agree"),
    "a row typed twice": (
        "continuous",
        "con-MAPP1-PBO-caps5-w8-endpoint",
        {"n": 42, "mean": 26.3, "se": 1.9},
        "copy",
    ),
    "more events than people in the arm": (
        "binary",
        "bin-MP8-75-response-1-month-after-session-2",
        {"n": 12},
        "n-too-large",
    ),
    "people who come after the baseline": (
        "continuous",
        "con-MP1-125-caps4-bl-baseline",
        {"n": 8},
        "n-rises",
    ),
    "a baseline of no number of the arm": (
        "continuous",
        "con-MAPP2-MDMA-caps5-bl-baseline-table1",
        {"n": 51},
        "n-baseline",
    ),
    "other people than fill in another scale": (
        "continuous",
        "con-MAPP1-PBO-sds-mean-w8-endpoint",
        {"n": 42},
        "n-visit",
    ),
    "scores of other people than have events": (
        "continuous",
        "con-MAPP1-PBO-caps5-w8-endpoint",
        {"n": 42},
        "n-outcome",
    ),
    "events of other people than have scores": (
        "binary",
        "bin-MAPP1-PBO-response-week-8",
        {"n": 42},
        "n-outcome",
    ),
    "an SD in the column of standard errors": (
        "continuous",
        "con-MP8-30-caps4-bl-baseline",
        {"sd": NAN, "se": 14.1},
        "spread-kind",
    ),
    "a standard error as an SD in a small arm": (
        "continuous",
        "con-MP2-125-pds-bl-baseline",
        {"sd": 0.6},
        "se-for-sd",
    ),
    "the mean of another arm": (
        "continuous",
        "con-MAPP1-PBO-caps5-w8-endpoint",
        {"mean": 26.3},
        "mean-repeated",
    ),
    "the mean of another time": (
        "continuous",
        "con-MP1-125-caps4-m2s2-endpoint",
        {"mean": 37.8},
        "mean-repeated",
    ),
    "digits exchanged between two visits": (
        "continuous",
        "con-MAPP2-PBO-caps5-w4-endpoint",
        {"mean": 13.5},
        "excursion",
    ),
    "an endpoint that is not the model's": (
        "continuous",
        "con-MAPP2-MDMA-caps5-w18-endpoint",
        {"mean": 29.9},
        "model-change",
    ),
    "a change of the other sign where nothing else is known": (
        "continuous",
        "con-MP9-125-caps4-m2s2-change",
        {"mean": 34.6},
        "worsening",
    ),
    "a count of another percentage": (
        "binary",
        "bin-MAPP2-MDMA-response-week-18",
        {"events": 29},
        "printed-percentage",
    ),
    "more in remission than respond": (
        "binary",
        "bin-MAPP1-MDMA-remission-week-8",
        {"events": 35},
        "subset",
    ),
    "a percentage of other counts": (
        "prior_use",
        "pri-MP2",
        {"n_prior": 2},
        "percentage",
    ),
    "arms that do not add up": (
        "studies",
        "study-MAPP2",
        {"n_randomised": 114},
        "arms-add-up",
    ),
    "a lopsided interval": (
        "contrasts",
        "ctr-PTG3-PTGI-g-primary-endpoint",
        {"ci_low": 0.94},
        "interval-lopsided",
    ),
    "an SE from another row": (
        "continuous",
        "con-KVAM2025-mdma-sds-w8s2-change",
        {"se": 1.2},
        "interval-se",
    ),
    "a p-value from another row": (
        "contrasts",
        "ctr-PTG3-PTGI-g-primary-endpoint",
        {"p_relation": "=", "p": 0.2},
        "interval-p",
    ),
    "a trial pooled twice": (
        "review_inputs",
        "inp-sypres-caps-oehen-2013",
        {"study_id": "MAPP1"},
        "repeated",
    ),
}


@pytest.mark.parametrize(
    ("table", "row", "cells", "rule"), PLANTED.values(), ids=PLANTED
)
def test_a_planted_fault_is_found(
    table: str, row: str, cells: dict[str, Any], rule: str
) -> None:
    assert rule in {finding.rule for finding in planted(table, row, **cells)}


def test_remission_is_part_of_loss_of_diagnosis() -> None:
    rows = real().binary
    loss = rows[(rows["arm_id"] == "MAPP2-MDMA") & (rows["outcome"] == "remission")]
    row_id = loss[loss["preferred"] != "no"].iloc[-1]["row_id"]
    assert "subset" in {f.rule for f in planted("binary", row_id, events=50)}


def test_a_mean_that_a_change_confirms_is_not_called_repeated() -> None:
    endpoint = real().continuous.set_index("row_id").loc[W18, "mean"]
    other = "con-MAPP1-MDMA-caps5-w8-endpoint"
    assert not {f.rule for f in planted("continuous", W18)}
    assert "mean-repeated" in {
        f.rule for f in planted("continuous", other, mean=endpoint)
    }
    frames = {name: real().to_frame(name) for name in TABLES}
    frame = frames["continuous"]
    frame.loc[frame["row_id"] == other, "mean"] = endpoint
    changed = Evidence.from_frames(frames, path=real().path, digest="changed")
    assert not [f for f in audit(changed) if f.row_id == W18]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"estimate": -1.59}, {"estimate"}),
        ({"ci_low": -1.1}, {"ci_low"}),
        ({"ci_low": 0.0}, set()),
    ],
    ids=["a sign", "the sign of a limit", "a limit that rounds to zero"],
)
def test_a_ratio_below_zero_is_found_and_nothing_breaks(cells, columns) -> None:
    ratios = real().contrasts.query("measure == 'OR' and ci_low == ci_low")
    found = planted("contrasts", ratios["row_id"].iloc[0], **cells)
    assert {f.column for f in found if f.rule == "ratio-range"} == columns


def test_a_group_of_nobody_breaks_no_rule() -> None:
    inputs = real().review_inputs.query("n_active == n_active and measure == 'g'")
    planted("review_inputs", inputs["row_id"].iloc[0], n_active=0.0)


@pytest.mark.parametrize(
    ("row_id", "cells"),
    [
        ("inp-sypres-caps-mithoefer-2011", {"sd_active": 7.7}),
        ("inp-sypres-caps-oehen-2013", {"mean_active": -50.8}),
        ("inp-sypres-resp-oehen-2013", {"events_active": 7.0}),
    ],
    ids=["an SE for an SD", "a sign", "other events"],
)
def test_what_a_review_took_is_a_row_of_the_trial(row_id, cells) -> None:
    assert "input-unlike" not in {f.rule for f in planted("review_inputs", row_id)}
    found = planted("review_inputs", row_id, **cells)
    assert "input-unlike" in {f.rule for f in found}


def test_those_with_a_primary_outcome_are_those_behind_its_scores() -> None:
    found = planted("arms", "arm-MAPP1-PBO", n_primary_assessed=32.0)
    assert "n-primary" in {f.rule for f in found}


def test_one_who_leaves_out_a_questionnaire_is_no_finding() -> None:
    row = "con-MAPP2-PBO-sds-mean-w8-endpoint"
    assert not planted("continuous", row, n=43)
    assert {f.rule for f in planted("continuous", row, n=52)} >= {"n-visit"}


def test_of_three_rows_the_one_that_stands_alone_is_named() -> None:
    frames = {name: real().to_frame(name) for name in TABLES}
    frame = frames["continuous"]
    one = frame["row_id"] == "con-MP8-30-caps4-bl-baseline"
    frame.loc[one, ["sd", "se"]] = [NAN, 14.1]
    changed = Evidence.from_frames(frames, path=real().path, digest="changed")
    named = [f.row_id for f in audit(changed) if f.rule == "spread-kind"]
    assert named == ["con-MP8-30-caps4-bl-baseline"]


def test_a_finding_tells_file_line_column_and_numbers() -> None:
    (finding,) = [f for f in planted("continuous", CHANGE, n=37) if f.rule == "n-agree"]
    line = list(real().continuous["row_id"]).index(CHANGE) + 2
    assert (finding.file, finding.row, finding.column) == ("continuous.csv", line, "n")
    assert set(finding.evidence.values()) == {42.0, 37.0}
    assert str(finding).startswith("warning: continuous.csv, row")


@pytest.mark.parametrize(
    ("relation", "p", "agrees"),
    [
        ("=", 0.03, True),
        ("=", 0.3, False),
        ("<", 0.05, True),
        ("<", 0.001, False),
        (">", 0.01, True),
        (">", 0.5, False),
    ],
)
def test_a_p_value_is_judged_by_what_its_relation_says(relation, p, agrees) -> None:
    row = {
        "p": p,
        "p_relation": relation,
        "measure": "MD",
        "ci_low": 0.1,
        "ci_high": 1.9,
    }
    assert printed._agrees(row, 0.028, 0.032) is agrees


def rules(row_id: str, low: float, high: float) -> set[str]:
    found = planted("contrasts", row_id, ci_low=low, ci_high=high)
    return {finding.rule for finding in found}


def test_an_interval_with_its_ends_exchanged_is_not_judged_by_its_width() -> None:
    row = "ctr-MP12-125-CAPS-IV-g-primary-endpoint"
    assert "precision" in rules(row, -0.29, -0.26)
    assert "precision" not in rules(row, -0.26, -0.29)


def test_the_interval_of_an_odds_ratio_may_be_as_wide_as_it_likes() -> None:
    row = "ctr-MAPP1-MAPP2-ae-any-OR-treatment-period"
    assert "precision" in rules(row, 3.5, 3.52)
    assert "precision" not in rules(row, 0.01, 900.0)


def test_a_missing_number_has_no_decimals() -> None:
    assert decimals(NAN) == 0
    assert half_unit(63.4, NAN) == half_unit(63.4) == 0.05


def test_a_total_whose_arms_are_not_all_there_is_not_judged() -> None:
    rows = real().to_frame("totals")
    frames = {name: real().to_frame(name) for name in TABLES}
    frames["totals"] = rows.assign(arm_ids=rows["arm_ids"] + ";nobody", mean=999.0)
    nobody = Evidence.from_frames(frames, path=real().path, digest="changed")
    assert list(totals.totals_from_parts(nobody)) == []
    frames["totals"] = rows.assign(mean=999.0)
    wrong = Evidence.from_frames(frames, path=real().path, digest="changed")
    assert list(totals.totals_from_parts(wrong))


def test_a_total_of_other_people_is_not_given_by_its_arms() -> None:
    arms = tuple(
        SimpleNamespace(n=n, mean=m, spread=s)
        for n, m, s in ((10, 5.0, 2.0), (20, 8.0, 2.0))
    )
    total = {"mean": 7.0, "n": 30.0, "sd": NAN}
    assert totals._gives(arms, total)
    assert not totals._gives(arms, {**total, "n": 29.0})
    assert not totals._gives(arms, {**total, "mean": 7.5})


def test_the_audit_is_a_table_of_its_findings() -> None:
    found = audit(real())
    table = found.to_frame()
    assert len(table) == len(found)
    assert table["rule"].tolist() == [f.rule for f in found]
    assert isinstance(table["evidence"].iloc[0], dict)


def test_of_three_counts_at_one_time_the_one_of_other_people_is_named() -> None:
    rows = real().to_frame("binary")
    counted = rows[rows["outcome"].isin(EFFICACY)]
    counted = counted[[is_counted(row) for row in counted.to_dict("records")]]
    groups = counted.groupby(["arm_id", "timepoint"])
    group = next(g for _, g in groups if len(g) == 3 and g["n"].nunique() == 1)
    odd, *others = group["row_id"]
    frames = {name: real().to_frame(name) for name in TABLES}
    binary = frames["binary"]
    binary.loc[binary["row_id"] == odd, "n"] -= 1
    changed = Evidence.from_frames(frames, path=real().path, digest="changed")
    named = [f.row_id for f in audit(changed) if f.rule == "n-agree"]
    assert odd in named
    assert not set(others) & set(named)
