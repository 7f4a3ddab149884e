import re

import pytest

from mdmameta.schema import REQUIRED, TABLES, Column


def columns():
    return [(t, c) for t in TABLES.values() for c in t.columns]


def test_names_are_unique_within_a_table():
    for table in TABLES.values():
        assert len(set(table.names)) == len(table.names)


def test_references_lead_to_unique_columns():
    for _, column in columns():
        if column.refers:
            name, field = column.refers.split(".")
            assert TABLES[name].column(field).unique


def test_rows_are_told_apart_by_columns_of_the_table():
    for table in TABLES.values():
        assert set(table.identity) <= set(table.names)


def test_defaults_belong_to_the_vocabulary():
    for _, column in columns():
        assert not column.default or column.default in column.allowed


def test_patterns_compile_and_have_words():
    for _, column in columns():
        if column.pattern:
            assert re.compile(column.pattern)
            assert column.form


def test_every_table_of_results_says_where_it_was_read():
    for name in ("studies", "arms", "continuous", "binary", "blinding", "prior_use"):
        for column in ("source_id", "locator", "verification"):
            assert TABLES[name].column(column).required


def test_scores_begin_with_the_agreed_columns():
    assert TABLES["continuous"].names[:13] == (
        "study_id",
        "arm_id",
        "instrument",
        "timepoint",
        "weeks",
        "stat",
        "n",
        "mean",
        "sd",
        "se",
        "source_id",
        "locator",
        "verification",
    )


def test_nothing_in_the_schema_names_a_drug():
    words = " ".join(f"{t.name} {t.meaning} {c.name} {c.meaning}" for t, c in columns())
    assert not re.search("mdma|caps|ptsd|sypres", words, re.IGNORECASE)


def test_documents_trials_and_arms_are_always_needed():
    assert set(REQUIRED) <= set(TABLES)


def test_an_unknown_column_is_a_key_error():
    with pytest.raises(KeyError, match="colour"):
        TABLES["arms"].column("colour")


def test_text_columns_hold_no_numbers():
    assert not Column(name="a", meaning="b").is_numeric
