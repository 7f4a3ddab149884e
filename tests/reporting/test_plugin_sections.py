"""Sections of other packages stand in the report; faults of theirs are named."""

from __future__ import annotations

import pytest

from mdmameta.errors import PluginError
from mdmameta.reporting.plugin_sections import sections

CODE = """
def first(results):
    return "## First" + chr(10)

def second(results):
    return "## Second"

def number(results):
    return 3

def wrong(results):
    return results.nothing
"""


def test_without_plug_ins_nothing_is_added(results) -> None:
    assert sections(results).text == ""


def test_sections_follow_each_other_by_name(results, install) -> None:
    entries = "[mdmameta.sections]\nb = pages:second\na = pages:first\n"
    install("pages", CODE, entries)
    assert sections(results).text == "## First\n\n## Second"


def test_a_section_that_cannot_be_used_is_named_in_the_report(results, install) -> None:
    install("pages", CODE, "[mdmameta.sections]\nlost = pages:lost\n")
    text = sections(results).text
    assert text.startswith("Not shown: the sections plug-in 'lost' (pages:lost, extra")
    assert "has no attribute 'lost'" in text


@pytest.mark.parametrize(
    ("name", "match"), [("number", "returned a int"), ("wrong", "AttributeError")]
)
def test_a_section_that_fails_stops_the_report(results, install, name, match) -> None:
    install("pages", CODE, f"[mdmameta.sections]\nx = pages:{name}\n")
    with pytest.raises(PluginError, match=match):
        sections(results)
