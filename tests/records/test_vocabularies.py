"""A value outside its vocabulary is a fault, whatever the table and the column."""

from dataclasses import replace
from pathlib import Path

import pytest

from mdmameta.raw import read_tables
from mdmameta.records.columns import column_faults
from mdmameta.records.links import link_faults
from mdmameta.schema import TABLES

RAW = read_tables(Path("data/raw"))


def columns(which):
    found = [(t.name, c) for t in TABLES.values() for c in t.columns if which(c)]
    return [(n, c) for n, c in found if c.name in RAW[n].header]


def with_cell(name, column, text):
    frame = RAW[name].frame.copy()
    frame.loc[frame.index[0], column] = text
    return replace(RAW[name], frame=frame), int(frame.index[0])


@pytest.mark.parametrize(("name", "column"), columns(lambda c: c.allowed))
def test_a_value_outside_a_fixed_vocabulary_has_place_and_cure(name, column):
    raw, line = with_cell(name, column.name, "purple")
    (fault,) = column_faults(raw)
    assert (fault.row, fault.column) == (line, column.name)
    assert all(value in fault.allowed for value in column.allowed)
    assert fault.cure.startswith("Correct the cell")


@pytest.mark.parametrize(("name", "column"), columns(lambda c: c.refers))
def test_a_value_outside_a_table_of_terms_has_place_and_cure(name, column):
    raw, line = with_cell(name, column.name, "purple")
    found = [f for f in link_faults({**RAW, name: raw}) if f.found == "'purple'"]
    assert [(f.file, f.row, f.column) for f in found] == [
        (raw.table.file, line, column.name)
    ]
    assert "Correct it, or add it to" in found[0].cure
