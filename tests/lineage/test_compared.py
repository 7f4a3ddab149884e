"""Two versions of the tables, in directories and in a repository made for it."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from mdmameta.cli import main
from mdmameta.errors import RecordError
from mdmameta.lineage import compared
from mdmameta.lineage.changes import applied, changes
from mdmameta.lineage.compared import difference
from mdmameta.lineage.versions import version_at, version_in

RAW = Path(__file__).parents[2] / "data/raw"


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))


def retype(directory, file, line, column, text):
    rows = rows_of(directory / file)
    rows[line - 1][rows[0].index(column)] = text
    write(directory / file, rows)


def write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def line_of(file, row_id):
    rows = rows_of(RAW / file)
    at = rows[0].index("row_id")
    return next(i for i, row in enumerate(rows, start=1) if row[at] == row_id)


@pytest.fixture
def older(tmp_path):
    return Path(shutil.copytree(RAW, tmp_path / "raw"))


@pytest.fixture
def repository(older):
    def git(*words):
        own = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(("git", "-C", older.parent, *own, *words), check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    git("tag", "v1")
    return older


ENDPOINT = "con-MAPP2-MDMA-caps5-w18-endpoint"


def test_numbers_are_compared_by_value_and_rows_by_name(older):
    rows = rows_of(older / "continuous.csv")
    at = rows[0].index("mean")
    rows[1][at] = f"{float(rows[1][at]):.6f}"
    write(older / "continuous.csv", [rows[0], *rows[:0:-1]])
    assert changes(version_in(older), version_in(RAW)) == ()


def test_cells_and_rows_that_changed_are_named(older):
    retype(older, "continuous.csv", 3, "note", "other")
    rows = rows_of(older / "blinding.csv")
    write(older / "blinding.csv", rows[:-1])
    made = changes(version_in(older), version_in(RAW))
    assert [(one.table, one.kind, one.column) for one in made] == [
        ("continuous", "cell", "note"), ("blinding", "added", ""),
    ]  # fmt: skip
    assert made[0].old == "other"


def test_all_changes_together_give_the_new_version(older):
    retype(older, "continuous.csv", 3, "mean", "50")
    rows = rows_of(older / "binary.csv")
    write(older / "binary.csv", rows[:3] + rows[5:])
    old, new = version_in(older), version_in(RAW)
    frames = applied(old, new, changes(old, new))
    for name, raw in new.tables.items():
        assert frames[name].equals(raw.frame.reset_index(drop=True)), name


def test_a_shift_is_divided_among_the_cells_that_made_it(older):
    line = line_of("continuous.csv", ENDPOINT)
    retype(older, "continuous.csv", line, "mean", "30")
    retype(older, "continuous.csv", line, "sd", "9")
    retype(older, "continuous.csv", line, "note", "no number")
    found = difference(str(older), RAW)
    shift = next(one for one in found.shifts if one.id == "ptsd-primary/reml-kh")
    assert sum(shift.parts.values) == pytest.approx(shift.size, abs=1e-12)
    assert [part != 0 for part in shift.parts.values] == [True, True, False]
    assert "(Shapley)" in str(found)


def test_an_older_commit_is_read_without_touching_the_tables(repository):
    retype(repository, "thresholds.csv", 2, "note", "now")
    found = difference("v1", repository)
    (change,) = found.changes
    assert (change.table, change.column, change.new) == ("thresholds", "note", "now")
    assert found.shifts == ()


@pytest.mark.parametrize("revision", ["no-such-tag", "--help", "HEAD~9"])
def test_an_unknown_revision_is_refused_with_a_cure(repository, revision):
    with pytest.raises(RecordError, match=r"no such revision or directory.*git log"):
        version_at(revision, repository)


def test_a_directory_outside_any_repository_is_named(older, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(older.parent))
    with pytest.raises(RecordError, match="no git repository"):
        version_at("HEAD", older)


def test_git_that_is_not_installed_is_named(older, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RecordError, match="git: found no such program"):
        version_at("HEAD", older)


def test_the_command_prints_a_table_or_json_alone(older):
    retype(older, "thresholds.csv", 2, "note", "then")
    words = ["diff", str(older), "--data", str(RAW)]
    text = CliRunner().invoke(main, words)
    assert "1 cells changed, 0 rows added, 0 removed; 0 of 11" in text.stdout
    document = json.loads(CliRunner().invoke(main, [*words, "--json", "-"]).stdout)
    assert document["changes"][0]["old"] == "then"
    assert document["shifts"] == []


def test_an_unknown_revision_is_bad_input_on_the_command_line():
    done = CliRunner().invoke(main, ["diff", "no-such-tag", "--data", str(RAW)])
    assert (done.exit_code, "Traceback" in done.output) == (2, False)


def test_an_estimate_that_neither_version_has_did_not_move(older, tmp_path):
    rows = rows_of(older / "binary.csv")
    write(older / "binary.csv", rows[:1])
    newer = Path(shutil.copytree(older, tmp_path / "newer"))
    retype(newer, "thresholds.csv", 2, "note", "now")
    found = difference(str(older), newer)
    assert [change.table for change in found.changes] == ["thresholds"]
    assert found.shifts == ()


def test_an_estimate_that_one_version_lacks_is_named_with_the_reason(older):
    rows = rows_of(older / "binary.csv")
    write(older / "binary.csv", rows[:1])
    found = difference(str(older), RAW)
    lost = [one for one in found.shifts if one.old is None]
    assert lost
    assert all(one.new is not None and one.size is None for one in lost)
    assert all(one.reason for one in lost)
    text = str(found)
    assert f"  binary: {len(rows) - 1} rows added" in text
    assert f"{lost[0].id}: no estimate -> {lost[0].new.value:.4f} [" in text
    assert f"  {lost[0].reason}" in text
    record = next(one for one in found.to_dict()["shifts"] if one["id"] == lost[0].id)
    assert (record["old"], record["shift"], record["parts"]) == (None, None, [])


def test_very_many_cells_are_divided_by_rows(older, monkeypatch):
    monkeypatch.setattr(compared, "CELLS", 2)
    monkeypatch.setattr(compared, "SHOWN", 1)
    line = line_of("continuous.csv", ENDPOINT)
    other = line_of("continuous.csv", ENDPOINT.replace("MDMA", "PBO"))
    for row, mean in ((line, "30"), (other, "31")):
        retype(older, "continuous.csv", row, "mean", mean)
        retype(older, "continuous.csv", row, "sd", "9")
    found = difference(str(older), RAW)
    shift = next(one for one in found.shifts if one.id == "ptsd-primary/reml-kh")
    assert set(shift.units) == {
        f"continuous:{ENDPOINT}", f"continuous:{ENDPOINT.replace('MDMA', 'PBO')}"
    }  # fmt: skip
    assert sum(shift.parts.values) == pytest.approx(shift.size, abs=1e-12)
    least = min(shift.parts.values, key=abs)
    assert f"  {least:+.4f}  1 other changes" in str(found)


def test_a_shift_that_cannot_be_divided_says_why(older, monkeypatch):
    def refused(*words):
        raise RecordError([])

    line = line_of("continuous.csv", ENDPOINT)
    retype(older, "continuous.csv", line, "mean", "30")
    monkeypatch.setattr(compared, "parts_of_shift", refused)
    found = difference(str(older), RAW)
    shift = next(one for one in found.shifts if one.id == "ptsd-primary/reml-kh")
    assert shift.parts is None
    assert shift.reason.startswith("not divided: ")
    assert shift.size == pytest.approx(shift.new.value - shift.old.value)
    assert "remainder" not in str(found)


def test_a_row_that_is_gone_is_a_change(older):
    rows = rows_of(older / "blinding.csv")
    write(older / "blinding.csv", [*rows, [f"{cell}-2" for cell in rows[-1]]])
    (made,) = changes(version_in(older), version_in(RAW))
    assert made.kind == "removed"
    assert str(made) == f"{made.place}: row removed"


def test_directories_that_are_none_or_hold_no_tables_are_named(older, repository):
    with pytest.raises(RecordError, match="no such directory"):
        version_in(older / "nowhere")
    with pytest.raises(RecordError, match="no such directory"):
        version_at("HEAD~1", older / "nowhere")
    (older / "sources.csv").unlink()
    with pytest.raises(RecordError, match=r"sources\.csv.*no such file"):
        version_in(older)
    empty = repository.parent / "empty"
    empty.mkdir()
    with pytest.raises(RecordError, match="no tables at this revision"):
        version_at("v1", empty)
