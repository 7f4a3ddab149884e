import dataclasses

import pytest

from mdmameta.errors import OptionError
from mdmameta.records import load_evidence
from mdmameta.schema import TABLES


def test_a_changed_copy_changes_nothing_inside(place):
    evidence = load_evidence(place)
    for name in TABLES:
        frame = evidence.to_frame(name)
        frame[frame.columns[0]] = "changed"
    assert evidence.continuous["study_id"].tolist() == ["T1"] * 3
    assert evidence.sources["source_id"].tolist() == ["PAPER", "NOTICE"]


def test_evidence_cannot_be_reassigned(place):
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_evidence(place).digest = "0"


def test_the_properties_are_the_tables(place):
    evidence = load_evidence(place)
    for name, table in TABLES.items():
        assert tuple(getattr(evidence, name).columns) == table.names


def test_an_unknown_table_names_the_known_ones(place):
    with pytest.raises(OptionError, match=r"'scores'.*continuous"):
        load_evidence(place).to_frame("scores")


def test_equal_files_have_equal_digests_and_any_change_shows(place, edit):
    first = load_evidence(place)
    assert load_evidence(place) == first
    edit("continuous.csv", 2, "mean", "20.6")
    assert load_evidence(place).digest != first.digest


def test_the_repr_counts_rows(place):
    assert "2 sources, 2 studies, 4 arms" in repr(load_evidence(place))


def test_numbers_are_floats_and_empty_text_is_empty(place):
    frame = load_evidence(place).continuous
    assert frame[["n", "mean", "sd", "se"]].dtypes.eq(float).all()
    assert frame["note"].eq("").all()
    assert frame["period"].eq("blinded").all()


def test_rows_know_their_lines_where_a_line_is_blank_or_a_cell_has_two(place):
    path = place / "continuous.csv"
    header, first, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([header, "\n", first, "\n", *rest]), "utf-8")
    assert tuple(load_evidence(place).lines("continuous")) == (3, 5, 6)
