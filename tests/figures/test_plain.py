"""Labels of anybody, as plain text in lines."""

from __future__ import annotations

from mdmameta.figures.plain import broken


def test_a_long_label_breaks_between_words() -> None:
    assert broken("one two three", 7).split("\n") == ["one two", "three"]


def test_what_an_equals_sign_joins_stays_together() -> None:
    assert broken("without it (k = 3)", 14).split("\n") == [
        "without it",
        "(k = 3)",
    ]


def test_lines_beyond_the_last_are_cut_with_an_ellipsis() -> None:
    assert broken("a b c d", 1, lines=2).endswith("…")
