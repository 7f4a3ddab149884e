import pytest

from mdmameta.records import check_tables


@pytest.mark.parametrize(
    ("file", "line", "column", "text", "named"),
    [
        ("binary.csv", 2, "events", "10", "events"),
        ("binary.csv", 6, "events", "11", "events"),
        ("binary.csv", 2, "n", "11", "n"),
        ("binary.csv", 6, "n", "11", "n"),
        ("continuous.csv", 2, "n", "11", "n"),
        ("arms.csv", 2, "n_primary_assessed", "11", "n_primary_assessed"),
        ("prior_use.csv", 3, "n_prior", "6", "n_prior"),
        ("prior_use.csv", 2, "n", "21", "n"),
        ("blinding.csv", 2, "n_unsure", "2", "n_asked"),
        ("continuous.csv", 2, "mean", "81", "mean"),
        ("continuous.csv", 4, "mean", "-81", "mean"),
        ("continuous.csv", 3, "n", "", "n"),
        ("sources.csv", 3, "status_date", "2024-02-31", "status_date"),
        ("sources.csv", 3, "status_reason", "", "status_reason"),
    ],
)
def test_numbers_that_cannot_stand_together_are_named(
    place, edit, file, line, column, text, named
):
    edit(file, line, column, text)
    (fault,) = check_tables(place)
    assert (fault.file, fault.row, fault.column) == (file, line, named)
    assert fault.cure


def test_more_events_than_people_are_sound_where_events_are_counted(place, edit):
    edit("binary.csv", 2, "events", "10")
    edit("binary.csv", 2, "unit", "events")
    assert check_tables(place) == []


def test_a_change_may_be_negative_on_a_scale_from_zero(place, edit):
    edit("continuous.csv", 4, "mean", "-80")
    assert check_tables(place) == []


def test_n_may_be_unknown_in_a_lead_without_a_text(place, edit):
    edit("continuous.csv", 3, "n", "")
    edit("continuous.csv", 3, "verification", "unverified")
    assert check_tables(place) == []


def test_arms_do_not_sum_to_more_than_their_trial(place, edit):
    edit("studies.csv", 2, "n_randomised", "19")
    edit("prior_use.csv", 2, "n", "19")
    (fault,) = check_tables(place)
    assert fault.found == "20 randomised over the arms of T1"


def test_an_interval_in_the_wrong_order_is_a_fault(place):
    path = place / "bias_priors.csv"
    path.write_text(
        "prior_id,parameter,scale,estimate,ci_low,ci_high,source_id,locator,"
        "verification\nb,b,smd,-0.5,-0.4,-0.1,PAPER,abstract,text\n",
        encoding="utf-8",
    )
    (fault,) = check_tables(place)
    assert fault.found == "ci_low -0.4 and estimate -0.5"


def test_a_concern_about_a_trial_has_a_date(place):
    path = place / "studies.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    changed = [f"{header},concern", f"{first},Rules broken", *(f"{x}," for x in rest)]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")
    (fault,) = check_tables(place)
    assert (fault.file, fault.row, fault.column) == ("studies.csv", 2, "concern_date")
