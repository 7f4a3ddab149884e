import pytest

from mdmameta.raw import digest, read_table, read_tables
from mdmameta.schema import TABLES

HEADER = "study_id,arm_id,role,n_randomised,source_id,locator,verification"
SOUND = "T1,A,active,10,S,p. 1,text"


def read(tmp_path, text, encoding="utf-8"):
    (tmp_path / "arms.csv").write_bytes(text.encode(encoding))
    return read_table(tmp_path, TABLES["arms"])


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    raw = read(tmp_path, f'{HEADER},note\n{SOUND},"two\nlines"\n\n{SOUND},\n')
    assert raw.frame.index.tolist() == [2, 5]
    assert raw.faults == ()


@pytest.mark.parametrize(
    "text", ["ten", "1,0", "1_000", "nan", "inf", "NA", "0x10", "1 0", "−1"]
)
def test_only_plain_numbers_are_numbers(tmp_path, text):
    raw = read(tmp_path, f'{HEADER}\nT1,A,active,"{text}",S,p. 1,text\n')
    (fault,) = raw.faults
    assert (fault.row, fault.column, fault.found) == (2, "n_randomised", repr(text))
    assert raw.frame["n_randomised"].isna().all()


@pytest.mark.parametrize(("text", "number"), [("-3", -3), ("+.5", 0.5), ("2e1", 20)])
def test_numbers_may_be_written_in_several_ways(tmp_path, text, number):
    raw = read(tmp_path, f"{HEADER}\nT1,A,active,{text},S,p. 1,text\n")
    assert raw.frame["n_randomised"].tolist() == [number]


def test_an_unknown_column_gets_a_suggestion(tmp_path):
    raw = read(tmp_path, f"{HEADER},n_treatd\n{SOUND},9\n")
    (fault,) = raw.faults
    assert fault.column == "n_treatd"
    assert "Did you mean n_treated?" in fault.cure


def test_a_column_twice_is_a_fault(tmp_path):
    (fault,) = read(tmp_path, f"{HEADER},role\n{SOUND},control\n").faults
    assert (fault.row, fault.column) == (1, "role")


def test_a_row_of_another_length_is_a_fault_and_left_out(tmp_path):
    raw = read(tmp_path, f"{HEADER}\n{SOUND},,\n{SOUND}\n")
    (fault,) = raw.faults
    assert fault.row == 2
    assert fault.found == "9 cells, beginning 'T1', 'A', 'active', …"
    assert fault.cure == "Take out the commas at the end of the line."
    assert raw.frame.index.tolist() == [3]


def test_an_open_quotation_mark_is_a_fault(tmp_path):
    (fault,) = read(tmp_path, f'{HEADER}\nT1,"A,active,10,S,p. 1,text\n').faults
    assert fault.row == 2


def test_a_file_in_another_encoding_is_a_fault(tmp_path):
    (fault,) = read(tmp_path, f"{HEADER}\n{SOUND}é\n", "latin-1").faults
    assert fault.allowed == "text in UTF-8"


def test_an_empty_file_is_one_fault_that_lists_the_required_columns(tmp_path):
    (fault,) = read(tmp_path, "").faults
    required = [column.name for column in TABLES["arms"].columns if column.required]
    assert (fault.row, fault.column) == (1, None)
    assert len(required) > 3
    assert all(name in str(fault) for name in required)


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_first_name(tmp_path):
    assert read(tmp_path, f"{HEADER}\n{SOUND}\n", "utf-8-sig").faults == ()


def test_optional_tables_may_be_missing(tmp_path):
    tables = read_tables(tmp_path)
    missing = [name for name, raw in tables.items() if raw.faults]
    assert missing == ["sources", "studies", "arms"]
    assert tuple(tables["binary"].frame.columns) == TABLES["binary"].names


def test_line_ends_do_not_change_the_digest(tmp_path):
    read(tmp_path, f"{HEADER}\n{SOUND}\n")
    unix = digest(tmp_path)
    read(tmp_path, f"{HEADER}\r\n{SOUND}\r\n")
    assert digest(tmp_path) == unix


def test_the_line_of_a_byte_in_another_encoding_is_named(tmp_path):
    (fault,) = read(tmp_path, f"{HEADER}\n{SOUND}\n{SOUND}é\n", "latin-1").faults
    assert (fault.row, fault.column) == (3, "verification")
    assert fault.found == "a byte that is not UTF-8 (0xe9, 'é' in Windows-1252)"


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_separator_is_one_fault_and_not_one_a_column(tmp_path, mark):
    raw = read(tmp_path, f"{HEADER}\n{SOUND}\n".replace(",", mark))
    (fault,) = raw.faults
    assert fault.found == f"cells separated by {mark!r}"
    assert raw.header == ()


def test_a_byte_order_mark_and_windows_line_ends_are_read_over(tmp_path):
    raw = read(tmp_path, f"{HEADER}\r\n{SOUND}\r\n", "utf-8-sig")
    assert (raw.faults, raw.frame["arm_id"].tolist()) == ((), ["A"])


def test_a_missing_column_is_described_in_one_sentence(tmp_path):
    raw = read(
        tmp_path, "study_id,arm_id,n_randomised,source_id,locator,verification\n"
    )
    assert str(raw.faults[0]).endswith("is in none. Add the column.")


def test_a_character_decoded_wrongly_is_found(tmp_path):
    text = SOUND.replace("p. 1", "MÃ¼ller, p. 1").replace(",S,", ",S,")
    raw = read(tmp_path, HEADER + "\n" + text.replace(", p. 1", " p. 1") + "\n")
    (fault,) = raw.faults
    assert fault.row == 2
    assert "a character that was decoded wrongly" in fault.found


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("T1,A,active,1,5,S,p. 1,text", "1.5"),
        ("T1,A,active,1,x,S,p. 1,text", None),
        ("T1,A,active,10,S,p. 1,text,more", None),
    ],
)
def test_only_a_decimal_comma_is_taken_for_one(tmp_path, line, proposed):
    raw = read(tmp_path, f"{HEADER}\n{line}\n")
    (fault,) = raw.faults
    assert ("1.5" in fault.cure) is (proposed is not None)


def test_a_decimal_comma_must_leave_numbers_where_numbers_stand(tmp_path):
    header = HEADER.replace("n_randomised", "n_randomised,dose_mg")
    lines = {"1,5,80": "1.5", "1,5,much": None}
    for numbers, proposed in lines.items():
        raw = read(tmp_path, f"{header}\nT1,A,active,{numbers},S,p. 1,text\n")
        (fault,) = raw.faults
        assert ("1.5" in fault.cure) is (proposed is not None), numbers
