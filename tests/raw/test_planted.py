"""Faults planted one at a time, and together, into a copy of the curated tables."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from mdmameta.claims import claim_faults
from mdmameta.errors import RecordError
from mdmameta.records import check_tables, load_evidence
from mdmameta.schema import TABLES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(ROOT / "data/raw", tmp_path / "raw"))


def cells_of(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))


def write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def typed(file, line, column, text):
    """Plant other text into one cell."""

    def plant(data):
        rows = cells_of(data / file)
        rows[line - 1][rows[0].index(column)] = text
        write(data / file, rows)

    return plant


def in_lines(file, change):
    """Plant what changes the list of lines of a file, in place."""

    def plant(data):
        lines = (data / file).read_text("utf-8").splitlines(keepends=True)
        change(lines)
        (data / file).write_text("".join(lines), "utf-8")

    return plant


def conflict(lines):
    ours = lines[4]
    marks = ["<<<<<<< HEAD\n", ours, "=======\n", "x" + ours, ">>>>>>> mine\n"]
    lines[4:5] = marks


def diff3(lines):
    ours = lines[4]
    old = ["||||||| base\n", ours, "=======\n", ours, ">>>>>>> mine\n"]
    lines[4:5] = ["<<<<<<< HEAD\n", ours, *old]


def unquoted_decimal(lines):
    rows = list(csv.reader(lines))
    at = next(i for i, row in enumerate(rows) if '"' not in lines[i] and i > 0)
    rows[at][rows[0].index("n_randomised")] = "12,5"
    lines[at] = ",".join(rows[at]) + "\n"


def shorter(lines):
    lines[2] = ",".join(lines[2].split(",")[:4]) + "\n"


def header(change):
    def plant(data):
        rows = cells_of(data / "arms.csv")
        write(data / "arms.csv", change(rows))

    return plant


def without(name):
    def change(rows):
        at = rows[0].index(name)
        return [row[:at] + row[at + 1 :] for row in rows]

    return change


def encoded(encoding):
    def plant(data):
        path = data / "continuous.csv"
        text = path.read_text("utf-8").replace("\n", "\n", 1)
        lines = text.splitlines(keepends=True)
        lines[3] = lines[3].rstrip("\n") + "é\n"
        kept = "".join(lines).encode(encoding, errors="replace")
        path.write_bytes(kept)

    return plant


def joined(data):
    path = data / "studies.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:3], "\ufeff" + lines[3], *lines[4:]]), "utf-8")


def repeated_key(data):
    rows = cells_of(data / "binary.csv")
    at = rows[0].index("row_id")
    rows[5][at] = rows[2][at]
    write(data / "binary.csv", rows)


def repeated_source(data):
    rows = cells_of(data / "sources.csv")
    write(data / "sources.csv", [*rows, rows[3]])


#: name -> (plant, file, row, column, words of what was found, words of the cure)
PLANTED = {
    "merge conflict": (
        in_lines("arms.csv", conflict),
        ("arms.csv", 5, None, "in lines 5 to 9: 'HEAD' against 'mine'", "Keep the"),
    ),
    "merge conflict with its base": (
        in_lines("arms.csv", diff3),
        ("arms.csv", 5, None, "in lines 5 to 11", "take out the other rows"),
    ),
    "merge conflict without an end": (
        in_lines("arms.csv", lambda lines: lines.append("<<<<<<< HEAD\n")),
        ("arms.csv", 33, None, "'HEAD', which has no end", "the marks"),
    ),
    "byte-order mark inside": (
        joined,
        ("studies.csv", 4, None, "byte-order mark inside", "two files were joined"),
    ),
    "digits of another script": (
        typed("continuous.csv", 3, "mean", "１９.６"),
        ("continuous.csv", 3, "mean", "'１９.６'", "Type the number as printed"),
    ),
    "decimal comma": (
        typed("continuous.csv", 3, "mean", "12,5"),
        ("continuous.csv", 3, "mean", "'12,5'", "Type 12.5: a decimal point"),
    ),
    "raised decimal point": (
        typed("continuous.csv", 3, "mean", "12·5"),
        ("continuous.csv", 3, "mean", "'12·5'", "Type 12.5: a plain point"),
    ),
    "NA": (
        typed("continuous.csv", 3, "ci_low", "NA"),
        ("continuous.csv", 3, "ci_low", "'NA'", "Leave the cell empty"),
    ),
    "dash": (
        typed("continuous.csv", 3, "ci_low", "–"),
        ("continuous.csv", 3, "ci_low", "'–'", "Leave the cell empty"),
    ),
    "NA in text": (
        typed("continuous.csv", 3, "locator", "N/A"),
        ("continuous.csv", 3, "locator", "'N/A'", "Fill it in"),
    ),
    "blank": (
        typed("continuous.csv", 3, "locator", "   "),
        ("continuous.csv", 3, "locator", "an empty cell", "Fill it in"),
    ),
    "minus sign": (
        typed("contrasts.csv", 2, "ci_low", "−1.3"),
        ("contrasts.csv", 2, "ci_low", "'−1.3'", "Type -1.3: a plain hyphen"),
    ),
    "thousands": (
        typed("arms.csv", 3, "n_randomised", "1 300"),
        ("arms.csv", 3, "n_randomised", "'1 300'", "Type 1300: no mark"),
    ),
    "percent": (
        typed("prior_use.csv", 3, "pct_prior", "8.3 %"),
        ("prior_use.csv", 3, "pct_prior", "'8.3 %'", "Type 8.3"),
    ),
    "spreadsheet error": (
        typed("continuous.csv", 3, "note", "#REF!"),
        ("continuous.csv", 3, "note", "'#REF!'", "formula of a spreadsheet failed"),
    ),
    "key twice": (
        repeated_key,
        ("binary.csv", 6, "row_id", "as in binary.csv, row 3", "Rename the newer"),
    ),
    "unknown source": (
        typed("binary.csv", 3, "source_id", "MP1_2012"),
        ("binary.csv", 3, "source_id", "'MP1_2012'", "Did you mean MP1_201"),
    ),
    "latin-1": (
        encoded("latin-1"),
        ("continuous.csv", 4, "note", "0xe9, 'é' in Windows-1252", "CSV UTF-8"),
    ),
    "utf-16": (
        encoded("utf-16"),
        ("continuous.csv", 1, None, "byte-order mark of UTF-16", "CSV UTF-8"),
    ),
    "ragged row": (
        in_lines("arms.csv", shorter),
        ("arms.csv", 3, None, "4 cells, beginning", "The row ends in"),
    ),
    "row of commas": (
        in_lines("arms.csv", lambda lines: lines.append("," * lines[0].count(","))),
        ("arms.csv", 33, None, "a row of empty cells", "Take the row out"),
    ),
    "decimal comma without quotes": (
        in_lines("arms.csv", unquoted_decimal),
        ("arms.csv", 3, "n_randomised", "cells, beginning", "Type 12.5"),
    ),
    "column missing": (
        header(without("role")),
        ("arms.csv", 1, "role", "no such column", "Add the column"),
    ),
    "column twice": (
        header(lambda rows: [[*row, row[0]] for row in rows]),
        ("arms.csv", 1, "study_id", "the column twice, in places 1 and", "Take one"),
    ),
    "column unknown": (
        header(lambda rows: [["Role2", "x"][i > 0 :][:1] + row for i, row in
                             enumerate(rows)]),
        ("arms.csv", 1, "Role2", "an unknown column 'Role2'", "Did you mean role?"),
    ),
    "column without a name": (
        header(lambda rows: [[*row, ""] for row in rows]),
        ("arms.csv", 1, "column 17", "a column without a name", "a comma too many"),
    ),
    "no header": (
        header(lambda rows: rows[1:]),
        ("arms.csv", 1, None, "and no name of a column", "Add them as the first"),
    ),
}  # fmt: skip


def fits(fault, expected):
    file, row, column, found, cure = expected
    place = (fault.file, fault.row, fault.column)
    return place == (file, row, column) and found in fault.found and cure in fault.cure


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named_with_its_place_and_cure(data, name):
    plant, expected = PLANTED[name]
    plant(data)
    with pytest.raises(RecordError) as caught:
        load_evidence(data)
    assert [str(f) for f in caught.value.faults if fits(f, expected)], caught.value


#: Faults of which a whole file suffers, and rows of other files with it.
SPREADING = {
    "no header",
    "column missing",
    "ragged row",
    "utf-16",
    "latin-1",
    "decimal comma without quotes",
}


@pytest.mark.parametrize("name", [name for name in PLANTED if name not in SPREADING])
def test_a_planted_fault_is_the_only_one_told(data, name):
    PLANTED[name][0](data)
    faults = [fault for fault in check_tables(data) if fault.file != "datapackage.json"]
    assert len(faults) == 1, "\n".join(map(str, faults))


@pytest.mark.parametrize("content", [None, "utf-16", "a;b\n1;2\n"])
def test_a_table_that_cannot_be_read_is_told_without_all_that_follows(data, content):
    path = data / "binary.csv"
    text = path.read_text("utf-8")
    path.unlink()
    if content is not None:
        utf16 = content == "utf-16"
        path.write_text(text if utf16 else content, "utf-16" if utf16 else "utf-8")
    told = [fault.column or "" for fault in check_tables(data)]
    assert len(told) in {1, 2}
    assert not [column for column in told if column.startswith("vocabularies")]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_rows_of_a_table_that_cannot_be_read_are_not_called_missing(data, table):
    path = data / table.file
    path.write_text(path.read_text("utf-8"), "utf-16")
    (told,) = check_tables(data)
    assert (told.file, told.found) == (table.file, "a byte-order mark of UTF-16")


@pytest.mark.parametrize("text", ["", "\n", "\nstudy_id,arm_id\nMP1,MP1-0\n"])
@pytest.mark.parametrize("file", ["arms.csv", "binary.csv"])
def test_a_file_without_a_first_line_is_one_fault(data, file, text):
    (data / file).write_text(text, "utf-8")
    (told,) = check_tables(data)
    assert (told.file, told.row) == (file, 1)
    assert told.cure.startswith("Add them as the first line")


def test_a_nul_in_a_name_is_not_also_an_unknown_name(data):
    typed("arms.csv", 4, "study_id", "M\0P2")(data)
    (told,) = check_tables(data)
    assert (told.row, told.found) == (4, "a NUL character")


def test_a_number_that_cannot_be_read_is_not_also_called_empty(data):
    typed("continuous.csv", 3, "n", "NA")(data)
    (told,) = check_tables(data)
    assert (told.row, told.column, told.found) == (3, "n", "'NA'")


def test_an_empty_cell_is_not_allowed_in_words_where_a_number_is_needed(data):
    typed("continuous.csv", 3, "mean", "NA")(data)
    (told,) = check_tables(data)
    assert told.allowed == "a number such as -12.5"
    assert told.cure.startswith("Fill it in")


def test_a_document_twice_is_named_with_its_first_row(data):
    repeated_source(data)
    (fault,) = check_tables(data)
    assert (fault.column, fault.cure) == ("source_id", "Give every row its own.")
    assert fault.found.endswith("as in row 4")


def test_faults_of_several_files_are_raised_once_together(data):
    names = ("merge conflict", "decimal comma", "unknown source")
    for name in names:
        PLANTED[name][0](data)
    with pytest.raises(RecordError) as caught:
        load_evidence(data)
    for name in names:
        assert any(fits(fault, PLANTED[name][1]) for fault in caught.value.faults)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("ends", ["\r\n", "\r"], ids=["windows", "old mac"])
def test_line_ends_of_other_systems_and_a_mark_at_the_start_are_read_over(data, ends):
    here = load_evidence(ROOT / "data/raw")
    for path in data.glob("*.csv"):
        text = path.read_text("utf-8").replace("\n", ends)
        path.write_bytes(text.encode("utf-8-sig"))
    there = load_evidence(data)
    for name in ("sources", "continuous", "claims"):
        cells = there.to_frame(name).replace(ends, "\n", regex=True)
        assert cells.equals(here.to_frame(name))


def test_a_claim_whose_recipe_is_missing_has_its_place_and_cure(data):
    typed("claims.csv", 4, "recipe", "risk-ration")(data)
    (fault,) = claim_faults(load_evidence(data))
    assert (fault.file, fault.row, fault.column) == ("claims.csv", 4, "recipe")
    assert "Did you mean risk-ratio?" in fault.cure


def derive(data, links):
    rows = cells_of(data / "continuous.csv")
    at, column = rows[0].index("row_id"), "derived_from"
    if column not in rows[0]:
        rows = [[*row, column if i == 0 else ""] for i, row in enumerate(rows)]
    place = rows[0].index(column)
    for line, other in links.items():
        rows[line - 1][place] = rows[other - 1][at] if isinstance(other, int) else other
    write(data / "continuous.csv", rows)


def of_derivations(data):
    return [fault for fault in check_tables(data) if fault.column == "derived_from"
            and fault.file != "datapackage.json"]  # fmt: skip


def test_a_cycle_in_derivations_is_named_once_with_all_its_rows(data):
    derive(data, {3: 4, 4: 5, 5: 3, 7: 3})
    (fault,) = of_derivations(data)
    assert (fault.file, fault.row) == ("continuous.csv", 3)
    assert fault.found.startswith("a cycle: ")
    assert fault.found.count(" <- ") == 3


def test_a_row_computed_from_itself_is_a_cycle(data):
    derive(data, {3: 3})
    (fault,) = of_derivations(data)
    assert fault.found.startswith("a cycle: ")


def test_a_row_computed_from_one_that_does_not_exist_is_a_fault(data):
    derive(data, {3: "con-nowhere", 4: 3})
    (fault,) = of_derivations(data)
    assert (fault.row, fault.found) == (3, "'con-nowhere'")
