"""Every check of the reference files agrees, or its divergence is explained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agreement_page import PAGE, page, without_errors
from reference_cases import load, names
from reference_keys import left_aside
from reference_loop import (
    ELSEWHERE,
    LATER,
    agreement,
    comparisons,
    functions,
    pairs,
    total,
)


@pytest.mark.parametrize(("name", "function"), pairs())
def test_every_check_agrees_with_r(
    name: str, function: str, record_property: Callable[[str, object], None]
) -> None:
    found = agreement(name, function)
    record_property("reference_checks", found.agree)
    record_property("reference_numbers", found.numbers)
    assert not found.faults


def test_every_function_of_the_files_is_compared_or_listed() -> None:
    there = {function for name in names() for function in functions(name)}
    assert there == comparisons().keys() | LATER.keys() | ELSEWHERE.keys()


def test_every_part_of_a_result_is_compared_or_listed() -> None:
    for function in dict.fromkeys(function for _, function in pairs()):
        of = total(function)
        assert of.there - of.read == left_aside(function) & of.there, function


def test_no_check_is_lost_between_agreement_and_list() -> None:
    for name, function in pairs():
        found = agreement(name, function)
        counted = found.agree + found.diverge + found.failed_in_r
        checks = [c for c in load(name)["checks"] if c["fn"] == function]
        assert counted + found.left_out.total() == len(checks)


def test_the_page_of_agreement_is_up_to_date() -> None:
    stored = without_errors(PAGE.read_text(encoding="utf-8"))
    assert stored == without_errors(page()), "run: python tests/agreement_page.py"
