"""Facts about the curated tables that must not change by accident."""

import json
import math
from pathlib import Path

import pytest

from mdmameta.bibliography import bibtex
from mdmameta.records import check_tables, load_evidence

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/raw"
REFERENCE = ROOT / "tests/reference"

#: Label in the reference file, trial, its highest-dose and its control arm.
SIX = [
    ("Mitchell 2021", "MAPP1", "MAPP1-MDMA", "MAPP1-PBO"),
    ("Mitchell 2023", "MAPP2", "MAPP2-MDMA", "MAPP2-PBO"),
    ("Mithoefer 2018", "MP8", "MP8-125", "MP8-30"),
    ("Oehen 2013", "MP2", "MP2-125", "MP2-25"),
    ("Mithoefer 2011", "MP1", "MP1-125", "MP1-0"),
    ("Ot'alora 2018", "MP12", "MP12-125", "MP12-40"),
]


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(RAW)


def reference(name):
    path = REFERENCE / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["inputs"]


def counts(evidence, outcome, time):
    rows = evidence.binary.query(
        "outcome == @outcome and timepoint == @time and preferred == 'yes'"
    )
    return {arm: (e, n) for arm, e, n in rows[["arm_id", "events", "n"]].to_numpy()}


def test_the_tables_are_sound():
    assert check_tables(RAW) == []


@pytest.mark.parametrize(("label", "study", "active", "control"), SIX)
def test_the_primary_six_equal_the_reference_inputs(
    evidence, label, study, active, control
):
    inputs = reference("mdma_primary")
    place = inputs["study"].index(label)
    times = evidence.studies.set_index("study_id")["primary_timepoint"]
    rows = evidence.continuous.query("stat == 'endpoint' and preferred == 'yes'")
    rows = rows[rows["instrument"].isin(["CAPS-IV", "CAPS-5"])]
    rows = rows[rows["timepoint"] == times[study]].set_index("arm_id")
    for arm, number in ((active, 1), (control, 2)):
        row = rows.loc[arm]
        sd = row["se"] * math.sqrt(row["n"]) if math.isnan(row["sd"]) else row["sd"]
        assert row["n"] == inputs[f"n_arm{number}"][place]
        assert row["mean"] == inputs[f"mean_arm{number}"][place]
        assert sd == pytest.approx(inputs[f"sd_arm{number}"][place], abs=1e-8)
        assert row["period"] == "blinded"


@pytest.mark.parametrize("event", ["response", "remission"])
def test_counts_equal_the_reference_inputs(evidence, event):
    inputs = reference(f"mdma_{event}_incl_mithoefer2011")
    arms = {label: names for label, *names in SIX}
    rows = evidence.binary.query("preferred == 'yes' and period == 'blinded'")
    for place, label in enumerate(inputs["study"]):
        study, *pair = arms[label]
        phase_two = event == "remission" and study.startswith("MP")
        outcome = "loss_of_diagnosis" if phase_two else event
        for number, arm in enumerate(pair, start=1):
            same = (rows["arm_id"] == arm) & (rows["outcome"] == outcome)
            row = rows[same].iloc[-1]
            assert row["events"] == inputs[f"es_event_arm{number}"][place]
            assert row["n"] == inputs[f"es_totaln_arm{number}"][place]


def test_no_primary_row_rests_on_a_retracted_document(evidence):
    rows = evidence.continuous.query("stat == 'endpoint' and period == 'blinded'")
    assert set(evidence.status_of(rows["row_id"])["status"]) == {"current"}


def test_standard_errors_are_typed_where_they_were_printed(evidence):
    rows = evidence.continuous.query("study_id == 'MP1'")
    assert set(rows["instrument"]) == {"CAPS-IV", "IES-R"}
    assert rows["sd"].isna().all()
    assert rows["se"].notna().all()
    models = evidence.continuous.query("stat == 'lsmean_change'")
    assert models[["sd", "se"]].isna().all(axis=None)
    assert models[["ci_low", "ci_high"]].notna().all(axis=None)


def test_one_row_is_preferred_for_each_arm_time_and_stat(evidence):
    key = ["arm_id", "instrument", "timepoint", "stat"]
    preferred = evidence.continuous.query("preferred == 'yes'")
    assert not preferred.duplicated(key).any()


def test_conflicting_rows_are_both_kept(evidence):
    rows = evidence.continuous.set_index("row_id")
    stored = rows.loc["con-MP2-25-caps4-w3s3-change-stored"]
    corrected = rows.loc["con-MP2-25-caps4-w3s3-change-corrected"]
    assert (stored["mean"], stored["preferred"]) == (-3.2, "no")
    assert (corrected["mean"], corrected["preferred"]) == (3.2, "yes")
    baselines = evidence.continuous.query("study_id == 'MAPP2' and stat == 'baseline'")
    assert baselines["preferred"].tolist() == ["yes", "no", "yes", "no"]


def test_twelve_month_numbers_of_mp8_give_the_printed_overall_mean(evidence):
    rows = evidence.continuous.query(
        "study_id == 'MP8' and timepoint == '12 months' and preferred == 'yes' "
        "and instrument == 'CAPS-IV'"
    )
    assert rows["n"].tolist() == [11, 7, 6]
    mean = (rows["n"] * rows["mean"]).sum() / rows["n"].sum()
    assert mean == pytest.approx(38.8, abs=0.06)
    assert set(rows["period"]) == {"post_crossover"}


def test_77_of_194_had_used_before(evidence):
    rows = evidence.prior_use.query(
        "study_id in ['MAPP1', 'MAPP2'] and scope == 'study'"
    )
    assert (rows["n_prior"].sum(), rows["n"].sum()) == (77, 194)


def test_earlier_use_by_arm_in_mapp1(evidence):
    shares = evidence.shares().set_index("arm")
    assert shares.loc["MAPP1-MDMA", ["n_prior", "n"]].tolist() == [18, 46]
    assert shares.loc["MAPP1-PBO", ["n_prior", "n"]].tolist() == [11, 44]


def test_missing_primary_scores_in_phase_three(evidence):
    flow = evidence.flow().query("study in ['MAPP1', 'MAPP2']")
    lost = flow.groupby("role")[["missing", "randomised"]].sum()
    assert lost.loc["active"].tolist() == [5, 99]
    assert lost.loc["control"].tolist() == [16, 95]
    mapp2 = flow[flow["study"] == "MAPP2"]
    assert mapp2["missing"].tolist() == mapp2["left_study"].tolist() == [1, 9]


def test_week_18_counts(evidence):
    assert counts(evidence, "response", "week 18") == {
        "MAPP1-MDMA": (37, 42),
        "MAPP1-PBO": (23, 37),
        "MAPP2-MDMA": (45, 52),
        "MAPP2-PBO": (29, 42),
    }
    assert counts(evidence, "loss_of_diagnosis", "week 18") == {
        "MAPP1-MDMA": (28, 42),
        "MAPP1-PBO": (12, 37),
        "MAPP2-MDMA": (37, 52),
        "MAPP2-PBO": (20, 42),
    }
    assert counts(evidence, "remission", "week 18") == {
        "MAPP1-MDMA": (14, 42),
        "MAPP1-PBO": (2, 37),
        "MAPP2-MDMA": (24, 52),
        "MAPP2-PBO": (9, 42),
    }


def test_serious_events_of_phase_three_are_two_people_on_placebo(evidence):
    sae = evidence.binary.query("outcome == 'sae' and study_id in ['MAPP1', 'MAPP2']")
    assert set(sae["unit"]) == {"participants"}
    events = dict(zip(sae["arm_id"], sae["events"], strict=True))
    assert events == {
        "MAPP1-MDMA": 0,
        "MAPP1-PBO": 2,
        "MAPP2-MDMA": 0,
        "MAPP2-PBO": 0,
    }


def test_pooled_papers_are_sources_and_never_trials(evidence):
    ids = {*evidence.studies["study_id"], *evidence.arms["study_id"]}
    assert not ids & {"POOL6", "LTFU6", "TAPER4", "PTG3", "SLEEP4"}
    retracted = evidence.sources.query("status == 'retracted'")
    assert set(retracted["source_id"]) == {"POOL2019", "LTFU2020", "TAPER2021"}
    assert retracted["status_reason"].str.contains("MP4").all()


def test_there_are_no_pseudo_arms(evidence):
    assert not evidence.arms["arm_id"].isin(["all", "own baseline", "both"]).any()


def test_every_trial_asked_for_is_there(evidence):
    asked = "MP1 MP2 MP4 MP8 MP9 MP12 MAPP1 MAPP2 BOUSO MP3 KVAM2025 DANFORTH2018 "
    asked += "WOLFSON2020 SESSA2021 JARDIM2020 MONSON2020 NCT00252174"
    assert set(asked.split()) <= set(evidence.studies["study_id"])


def test_unverified_guesses_come_only_when_asked_for(evidence):
    assert evidence.guesses()["n_asked"].isna().all()
    leads = evidence.guesses(unverified=True).dropna(subset="n_asked")
    assert leads["n_guess_active"].tolist() == [49, 9]
    assert set(leads["verification"]) == {"unverified"}


def test_ratios_of_odds_ratios_are_typed_as_ratios(evidence):
    priors = evidence.bias_priors.set_index("prior_id")
    assert priors.loc["metablind_observer", ["estimate", "scale"]].tolist() == [
        0.98,
        "ror",
    ]
    assert priors.loc["patient_all", ["estimate", "ci_low", "ci_high"]].tolist() == [
        -0.56,
        -0.71,
        -0.41,
    ]


def test_the_bibliography_is_what_the_table_gives(evidence):
    written = (RAW / "sources.bib").read_text(encoding="utf-8")
    assert written == bibtex(evidence.sources)


def test_every_row_has_a_name_of_its_own_in_the_files(evidence):
    status = evidence.status_of()
    assert status["row_id"].is_unique
    for name in ("continuous", "binary", "arms", "studies"):
        assert not evidence.to_frame(name)["row_id"].str.startswith(name).any()


def test_files_have_plain_line_ends():
    for path in RAW.glob("*.csv"):
        assert b"\r" not in path.read_bytes()


def test_secondary_scales_are_there_with_their_direction(evidence):
    better = evidence.instruments.set_index("instrument")["direction"]
    rows = evidence.continuous.groupby("study_id")["instrument"].unique()
    assert {"BDI-II", "PSQI", "DES-II"} <= set(rows["MP12"])
    assert {"GAF", "PTGI", "NEO-PI-R Openness"} <= set(rows["MP8"])
    assert better[["GAF", "PTGI", "BDI-II"]].tolist() == ["higher", "higher", "lower"]


def test_depression_in_mp12_favours_control_at_the_end_because_baselines_differed(
    evidence,
):
    rows = evidence.continuous.query(
        "instrument == 'BDI-II' and study_id == 'MP12' and preferred == 'yes'"
    ).pivot_table(index="arm_id", columns="stat", values="mean")
    assert rows.loc["MP12-125", "endpoint"] > rows.loc["MP12-40", "endpoint"]
    assert rows.loc["MP12-125", "baseline"] > rows.loc["MP12-40", "baseline"]


def test_severe_events_are_not_serious_ones(evidence):
    rows = evidence.binary.query("outcome == 'ae_severe'").set_index("arm_id")
    assert rows["events"].to_dict() == {"MAPP2-MDMA": 5, "MAPP2-PBO": 2}


def test_the_flow_of_studies_has_no_count_without_a_source(evidence):
    flow = evidence.study_flow
    counted = flow["n"].notna()
    assert (flow.loc[counted, "source_id"] != "").all()
    assert (flow.loc[~counted, "gap"] == "no source").all()
    assert set(flow["stage"]) == {"identification", "screening", "included"}


def test_no_time_after_crossover_is_blinded(evidence):
    times = evidence.timepoints
    assert not ((times["crossover"] == "after") & (times["blinded"] == "yes")).any()
    week = times.query("study_id == 'MAPP2' and timepoint == 'week 18'")
    assert week[["weeks", "blinded", "crossover"]].to_numpy().tolist() == [
        [18.0, "yes", "before"]
    ]


def test_rows_computed_from_others_name_them(evidence):
    rows = evidence.arms.set_index("row_id")
    assert rows.loc["arm-MP9-25", "derived_from"] == "study-MP9;arm-MP9-125"
    bare = {"JARDIM2020", "MP12"}  # from scores of people, and from a per cent
    for table in ("continuous", "binary"):
        frame = evidence.to_frame(table)
        computed = frame[frame["derived_columns"] != ""]
        silent = computed[computed["derived_from"] == ""]
        assert set(silent["study_id"]) <= bare
