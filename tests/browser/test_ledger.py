"""The ledger's page: statements chosen by verdict and by words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def ledger(project: Path, visit: Callable[..., Page]) -> Page:
    return visit(project / "reports/_site/reproduced.html")


def _told(page: Page) -> tuple[int, int]:
    words = page.locator("main [role=status]").first.inner_text()
    shown, every = re.fullmatch(r"(\d+) of (\d+) statements shown\.", words).groups()
    return int(shown), int(every)


def _rows(page: Page) -> Locator:
    return page.locator("main tbody tr:visible")


def test_it_begins_with_every_statement_of_every_verdict(ledger: Page) -> None:
    shown, every = _told(ledger)
    boxes = ledger.locator(".verdicts input[type=checkbox]")
    assert shown == every > 50
    assert boxes.count() > 2
    assert all(box.is_checked() for box in boxes.all())


def test_a_verdict_is_taken_out_and_brought_back_by_the_space_bar(ledger: Page) -> None:
    box = ledger.get_by_role("checkbox", name="show statements reproduced", exact=True)
    _, every = _told(ledger)
    box.press("Space")
    without, _ = _told(ledger)
    assert 0 < without < every
    assert _rows(ledger).count() == without
    expect(ledger.get_by_role("heading", name="Reproduced", exact=True)).to_be_hidden()
    box.press("Space")
    assert _told(ledger) == (every, every)
    assert _rows(ledger).count() == every


def test_words_in_any_order_leave_the_rows_that_have_them_all(ledger: Page) -> None:
    before = _rows(ledger).count()
    ledger.get_by_label("Only with the words").fill("dropout MAPP1")
    rows = [row.inner_text().lower() for row in _rows(ledger).all()]
    assert 0 < len(rows) < before
    assert all("dropout" in row and "mapp1" in row for row in rows)
    assert _told(ledger)[0] == len(rows)


def test_on_a_phone_a_reason_is_no_ladder_of_words(
    project: Path, visit: Callable[..., Page]
) -> None:
    phone = {"width": 390, "height": 844}
    page = visit(project / "reports/_site/reproduced.html", viewport=phone)
    reasons = page.locator("main tbody td:nth-child(4)")
    width = "cells => Math.min(...cells.map((one) => one.clientWidth))"
    assert reasons.evaluate_all(width) > phone["width"] / 2


def test_words_that_nothing_has_leave_none(ledger: Page) -> None:
    ledger.get_by_label("Only with the words").fill("no statement has this")
    assert _told(ledger)[0] == 0


def test_a_link_to_a_statement_that_is_hidden_shows_it(ledger: Page) -> None:
    target = ledger.locator("tbody tr[id], tbody td [id], tbody [id]").first
    name = target.get_attribute("id")
    ledger.get_by_label("Only with the words").fill("no statement has this")
    expect(target).to_be_hidden()
    ledger.evaluate("name => { location.hash = name; }", name)
    expect(target).to_be_visible()
    assert _told(ledger)[0] == _told(ledger)[1]


def test_on_paper_nothing_is_left_out(ledger: Page) -> None:
    before = _rows(ledger).count()
    ledger.get_by_label("Only with the words").fill("no statement has this")
    ledger.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert _rows(ledger).count() == before
    ledger.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert _told(ledger)[0] == 0
